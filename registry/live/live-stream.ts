import type { StreamRole } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import { liveCloses, type LivePiece, type LiveTold, type LiveWish } from '@gantry/protocol/live.js';
import { Failure } from '../errors.js';
import { formatOf, type LiveFormat } from './codecs.js';
import { createPictureGroup } from './picture-group.js';
import { createViewer, type Viewer } from './viewer.js';

/** The agent's end of a stream: what sends its pieces. */
export interface LiveSender {
  close(code: number, reason: string): void;
}

/** Who watches, and how to find out whether they still may. */
export interface Watcher {
  cameraId: CameraId;
  /** Rejects when they may not any more. */
  mayStill: () => Promise<void>;
  end(how: 'over' | 'cut'): void;
}

export interface LiveTimes {
  /** The agent goes on for so long without hearing of the stream. */
  leaseMs: number;
  renewMs: number;
  /** Until the agent has answered at all, it is asked this often. */
  askMs: number;
  /** After the last viewer: somebody who reloads the page is shown pictures at once. */
  lingerMs: number;
  /** From the first viewer to any word of the agent. */
  answerMs: number;
  /** From the first viewer to the first picture. */
  startMs: number;
}

/** After the last viewer a stream ends within `lingerMs`; with the line to the agent cut, `leaseMs` later. */
export const liveTimes: LiveTimes = {
  leaseMs: 6_000,
  renewMs: 2_000,
  askMs: 500,
  lingerMs: 3_000,
  answerMs: 5_000,
  startMs: 20_000,
};

export interface LiveStreamOptions {
  agentId: AgentId;
  cameraId: CameraId;
  stream: StreamRole;
  streamId: string;
  ticket: string;
  say: (wish: LiveWish) => void;
  /** So many bytes left for viewers. */
  onSent: (sizeBytes: number) => void;
  /** It is over: whoever comes next gets another one. Called once. */
  onOver: () => void;
  times?: LiveTimes;
  groupLimitBytes?: number;
}

/** One pull of one camera's stream, fanned out to any number of viewers. */
export interface LiveStream {
  readonly agentId: AgentId;
  readonly cameraId: CameraId;
  readonly streamId: string;
  readonly ticket: string;
  /** Resolves when it flows; rejects with a Failure that says why it does not. */
  ready(): Promise<LiveFormat>;
  /** Only after {@link ready}. */
  view(mayStill: () => Promise<void>): ReadableStream<Uint8Array>;
  watchers(): Iterable<Watcher>;
  told(told: Pick<LiveTold, 'outcome' | 'detail'>): void;
  /** The agent dials; a second call takes the first one's place. */
  connected(sender: LiveSender): void;
  take(piece: LivePiece): void;
  /** That connection is gone; the stream ends with it. */
  disconnected(sender: LiveSender, reason: string): void;
  /** Ends it, for viewers and agent. */
  end(code: number, reason: string): void;
}

/** The main stream of a 4K camera with a key picture every 4 s. */
const groupLimitBytes = 8 * 1024 * 1024;

export function createLiveStream(o: LiveStreamOptions): LiveStream {
  const { agentId, cameraId, stream, streamId, ticket, times = liveTimes } = o;
  const group = createPictureGroup(o.groupLimitBytes ?? groupLimitBytes);
  const viewers = new Map<Viewer, Watcher>();
  const waiting = new Set<{ resolve: (format: LiveFormat) => void; reject: (why: Failure) => void }>();
  let sender: LiveSender | null = null;
  let shown: { init: Uint8Array; format: LiveFormat } | null = null;
  let lastSequence = -1;
  let isOver = false;

  const wish = (leaseMs: number) => o.say({ streamId, cameraId, stream, leaseMs, ticket });
  const asking = setInterval(() => {
    if (sender === null) wish(times.leaseMs);
  }, times.askMs);
  const renewing = setInterval(() => wish(times.leaseMs), times.renewMs);
  const starting = setTimeout(
    () => end(liveCloses.sourceEnded, 'The site has sent no picture in time. Try again.'),
    times.startMs,
  );
  // An agent that died counts as online until its absence is certain.
  const answering = setTimeout(
    () =>
      end(
        liveCloses.sourceEnded,
        'The site does not answer. Its agent may just have gone offline, or be connected to another process of the registry; try again.',
      ),
    times.answerMs,
  );
  let lingering: NodeJS.Timeout | null = null;

  function end(code: number, reason: string): void {
    if (isOver) return;
    isOver = true;
    clearInterval(asking);
    clearInterval(renewing);
    clearTimeout(answering);
    clearTimeout(starting);
    if (lingering) clearTimeout(lingering);
    // Over the broker too: an agent that is just dialling learns it only there.
    wish(0);
    sender?.close(code, reason);
    for (const { reject } of waiting) reject(new Failure('unavailable', reason));
    waiting.clear();
    for (const viewer of viewers.keys()) viewer.end(code === liveCloses.forbidden ? 'cut' : 'over');
    o.onOver();
  }

  const linger = () => {
    if (isOver || viewers.size > 0 || waiting.size > 0) return;
    if (lingering) clearTimeout(lingering);
    lingering = setTimeout(() => {
      if (viewers.size === 0 && waiting.size === 0) end(liveCloses.unwatched, 'Nobody watches any more.');
    }, times.lingerMs);
  };

  const begin = (init: Uint8Array) => {
    const format = formatOf(init);
    if (format === null || shown !== null)
      return end(liveCloses.malformed, 'What the site sends cannot be shown.');
    shown = { init, format };
    clearTimeout(starting);
    for (const { resolve } of waiting) resolve(format);
    waiting.clear();
    linger();
  };

  wish(times.leaseMs);
  return {
    agentId,
    cameraId,
    streamId,
    ticket,
    ready() {
      if (shown) return Promise.resolve(shown.format);
      return new Promise((resolve, reject) => waiting.add({ resolve, reject }));
    },
    view(mayStill) {
      if (shown === null || isOver)
        throw new Failure('unavailable', 'The live view has just ended. Try again.');
      const viewer = createViewer({
        init: shown.init,
        pictures: group.pictures(),
        onSent: o.onSent,
        onGone() {
          viewers.delete(viewer);
          linger();
        },
      });
      viewers.set(viewer, { cameraId, mayStill, end: (how) => viewer.end(how) });
      return viewer.body;
    },
    watchers: () => viewers.values(),
    told({ outcome, detail }) {
      clearTimeout(answering);
      if (outcome === 'failed' && shown === null)
        end(liveCloses.sourceEnded, detail ?? 'The camera shows no picture.');
    },
    connected(next) {
      sender?.close(liveCloses.unwatched, 'Another connection took its place.');
      sender = next;
      clearTimeout(answering);
    },
    take(piece) {
      if (isOver) return;
      const isNext = piece.sequence === lastSequence + 1;
      lastSequence = piece.sequence;
      if (piece.kind === 'init') return begin(piece.media);
      if (shown === null) return end(liveCloses.malformed, 'What the site sends cannot be shown.');
      // Pictures between are missing, those that follow refer to them: nothing until the next key one.
      if (!isNext && !piece.isKey) return void (lastSequence = Number.NaN);
      group.add(piece.media, piece.isKey);
      for (const viewer of viewers.keys()) viewer.push(piece.media, piece.isKey);
    },
    disconnected(gone, reason) {
      if (sender === gone) end(liveCloses.sourceEnded, reason);
    },
    end,
  };
}
