import { byId, fill } from './elements.js';
import type { Transport } from './transport.js';

/** A camera's moving picture while its card is open: the preview, and pictures where that does not come. */
export interface Picture {
  open(localId: string, isReady: boolean): void;
  close(): void;
}

const renewMs = 15_000;
const stillEveryMs = 2_000;
const againAfterMs = 5_000;
const everySoOften = 'A picture every two seconds.';

export function createPicture(transport: () => Transport | null): Picture {
  const still = byId('still') as HTMLImageElement;
  const canvas = byId('live') as HTMLCanvasElement;
  const state = byId('picture-state');
  let stop: () => void = () => undefined;
  let another: () => void = () => undefined;
  let isMissed = false;
  still.addEventListener('load', () => {
    if (isMissed) fill(state, everySoOften);
    isMissed = false;
    setTimeout(() => another(), stillEveryMs);
  });
  still.addEventListener('error', () => {
    if (!still.hasAttribute('src') || !canvas.hidden) return;
    isMissed = true;
    fill(state, 'The camera gives no picture now; it is asked again.');
    setTimeout(() => another(), againAfterMs);
  });

  const open = (localId: string): void => {
    let isOpen = true;
    let isMoving = false;
    const way = transport();
    if (!way) return;
    another = (): void => {
      if (isOpen && !isMoving) still.src = `${way.snapshotUrl(localId)}?${Date.now()}`;
    };
    const watching = new AbortController();
    stop = () => {
      isOpen = false;
      watching.abort();
      canvas.hidden = true;
      still.removeAttribute('src');
    };
    another();
    const preview = way.previewUrl(localId);
    if (preview === null) return fill(state, everySoOften);
    fill(state, 'Opening the live picture…');
    watch(preview, watching.signal, {
      onPicture() {
        if (!isOpen || isMoving) return;
        isMoving = true;
        canvas.hidden = false;
        fill(state, 'Live');
      },
      onEnd(reason) {
        if (!isOpen) return;
        isMoving = false;
        canvas.hidden = true;
        fill(state, `${everySoOften} ${reason}`);
        another();
      },
    });
  };
  const watch = (
    url: string,
    signal: AbortSignal,
    told: { onPicture: () => void; onEnd: (reason: string) => void },
  ): void => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const renewing = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send('still here');
    }, renewMs);
    signal.addEventListener('abort', () => {
      clearInterval(renewing);
      socket.close();
    });
    void import('./mpeg1.js').then(({ createMpeg1Player }) => {
      const player = createMpeg1Player(canvas, told.onPicture);
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        player.feed(new Uint8Array(data));
      });
    });
    socket.addEventListener('close', ({ reason }) => told.onEnd(reason));
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
