import { feedVideo, lagOf, mediaSourceFor } from './media-feed.js';
import { problemOf, type LiveProblem } from './live-problem.js';
import { pause } from './waiting.js';

export type LiveStreamRole = 'main' | 'sub';

export type LivePlayerState =
  | { kind: 'connecting' }
  /** `unplayed`: encoding of the main stream when this browser does not play it; null otherwise. */
  | { kind: 'playing'; stream: LiveStreamRole; unplayed: string | null }
  /** Still pictures: this browser does not play what the camera sends. */
  | { kind: 'pictures'; unplayed: string }
  /** It is tried again by itself. `problem`: what the registry says; null when it says nothing. */
  | { kind: 'waiting'; problem: LiveProblem | null }
  /** Trying again does not help: no right, switched off, signed out. */
  | { kind: 'refused'; problem: LiveProblem };

export interface LivePlayerOptions {
  video: HTMLVideoElement;
  /** Takes the video's place while only still pictures can be shown. */
  picture: HTMLImageElement;
  /** `/api/v1/cameras/{id}`, or the address of a shared camera: `/live` and `/snapshot` are asked below it. */
  cameraUrl: string;
  stream: LiveStreamRole;
  onState: (state: LivePlayerState) => void;
  /** Pauses between tries, ms; the last one is repeated. */
  retryMs?: readonly number[];
}

export interface LivePlayer {
  /** How far what is shown is behind what has arrived, seconds; null while nothing has. */
  lagSeconds(): number | null;
  /** Ends it: no request, timer or object URL is left. */
  close(): void;
}

type Outcome =
  | { kind: 'refused'; problem: LiveProblem }
  | { kind: 'unplayable'; codec: string; offersSub: boolean }
  | { kind: 'broke'; problem: LiveProblem | null; wasShown: boolean };

const pictureEveryMs = 2_000;

/**
 * Shows a camera live in a `<video>`: fragmented MP4 by fetch into MediaSource. Stays near the live edge, comes back by
 * itself after a break, takes the smaller stream where the browser does not play the camera's codec, and still pictures
 * where it plays neither.
 */
export function playLive(o: LivePlayerOptions): LivePlayer {
  const { video, picture, cameraUrl, onState, retryMs = [500, 1_000, 2_000, 5_000] } = o;
  const closing = new AbortController();
  const { signal } = closing;
  let stream = o.stream;
  let unplayed: string | null = null;

  /** One request, from its first byte to its end. */
  const attempt = async (): Promise<Outcome> => {
    const ending = new AbortController();
    const response = await fetch(`${cameraUrl}/live?stream=${stream}`, {
      signal: AbortSignal.any([signal, ending.signal]),
    });
    if (!response.ok || response.body === null) return failed(response);
    const type = response.headers.get('content-type') ?? 'video/mp4';
    const source = mediaSourceFor(type);
    if (source === null) {
      ending.abort();
      const offered = (response.headers.get('x-gantry-streams') ?? '').split(' ');
      return { kind: 'unplayable', codec: codecName(type), offersSub: offered.includes('sub') };
    }
    let wasShown = false;
    try {
      await feedVideo({
        video,
        source,
        type,
        body: response.body,
        signal,
        onShown() {
          wasShown = true;
          onState({ kind: 'playing', stream, unplayed });
        },
      });
    } catch {
      // The connection or the browser's decoder gave up: both are mended by beginning anew.
    } finally {
      ending.abort();
    }
    return { kind: 'broke', problem: null, wasShown };
  };

  const showPictures = async (codec: string): Promise<void> => {
    video.hidden = true;
    picture.hidden = false;
    onState({ kind: 'pictures', unplayed: codec });
    while (!signal.aborted) {
      const response = await fetch(`${cameraUrl}/snapshot?maxAge=2`, { signal });
      if (response.ok) {
        const before = picture.src;
        picture.src = URL.createObjectURL(await response.blob());
        if (before.startsWith('blob:')) URL.revokeObjectURL(before);
      } else if (!mayPass(response.status)) {
        onState({ kind: 'refused', problem: await problemOf(response) });
        return;
      }
      await pause(pictureEveryMs, signal);
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      onState({ kind: 'connecting' });
      const outcome = await attempt().catch((): Outcome => ({
        kind: 'broke',
        problem: null,
        wasShown: false,
      }));
      if (signal.aborted) return;
      switch (outcome.kind) {
        case 'refused':
          onState(outcome);
          return;
        case 'unplayable': {
          const { codec, offersSub } = outcome;
          if (stream === 'sub' || !offersSub) {
            await showPictures(codec);
            return;
          }
          stream = 'sub';
          unplayed = codec;
          break;
        }
        case 'broke':
          failures = outcome.wasShown ? 0 : failures + 1;
          onState({ kind: 'waiting', problem: outcome.problem });
          await pause(retryMs[Math.min(failures, retryMs.length - 1)] ?? 5_000, signal);
          break;
        default:
          outcome satisfies never;
      }
    }
  };

  // Only the end of the player rejects in here.
  void run().catch(() => undefined);
  return {
    lagSeconds: () => lagOf(video),
    close() {
      closing.abort();
      if (picture.src.startsWith('blob:')) URL.revokeObjectURL(picture.src);
      video.removeAttribute('src');
      video.load();
    },
  };
}

/** What may be otherwise in a moment: the site is offline, the registry restarts, too many tries. */
const mayPass = (status: number): boolean => status === 429 || status >= 500;

async function failed(response: Response): Promise<Outcome> {
  const problem = await problemOf(response);
  return mayPass(response.status)
    ? { kind: 'broke', problem, wasShown: false }
    : { kind: 'refused', problem };
}

const codecName = (type: string): string => (/hvc1|hev1/.test(type) ? 'H.265' : type);
