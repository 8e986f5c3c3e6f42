import { byId, fill } from './elements.js';

/** A camera's moving picture while its card is open: the preview, and pictures where that does not come. */
export interface Picture {
  open(localId: string, isReady: boolean): void;
  close(): void;
}

const renewMs = 15_000;
const stillEveryMs = 2_000;

export function createPicture(): Picture {
  const still = byId('still') as HTMLImageElement;
  const canvas = byId('live') as HTMLCanvasElement;
  const state = byId('picture-state');
  let stop: () => void = () => undefined;
  let another: () => void = () => undefined;
  still.addEventListener('load', () => setTimeout(() => another(), stillEveryMs));
  still.addEventListener('error', () => {
    if (still.hasAttribute('src') && canvas.hidden) fill(state, 'The camera gives no picture.');
  });

  const open = (localId: string): void => {
    let isOpen = true;
    let isMoving = false;
    const base = `/v1/cameras/${localId}`;
    const socket = new WebSocket(`ws://${location.host}${base}/preview`);
    socket.binaryType = 'arraybuffer';
    const renewing = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send('still here');
    }, renewMs);
    stop = () => {
      isOpen = false;
      clearInterval(renewing);
      socket.close();
      canvas.hidden = true;
      still.removeAttribute('src');
    };
    fill(state, 'Opening the live picture…');
    another = (): void => {
      if (isOpen && !isMoving) still.src = `${base}/snapshot?${Date.now()}`;
    };
    another();
    void import('./mpeg1.js').then(({ createMpeg1Player }) => {
      const player = createMpeg1Player(canvas, () => {
        if (!isOpen || isMoving) return;
        isMoving = true;
        canvas.hidden = false;
        fill(state, 'Live');
      });
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        player.feed(new Uint8Array(data));
      });
    });
    socket.addEventListener('close', ({ reason }) => {
      if (!isOpen) return;
      isMoving = false;
      canvas.hidden = true;
      fill(state, `A picture every two seconds. ${reason}`);
      another();
    });
  };
  return {
    open(localId, isReady) {
      stop();
      if (isReady) open(localId);
      else fill(state, 'No picture before the camera lets this box in.');
    },
    close: () => stop(),
  };
}
