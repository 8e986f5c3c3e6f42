import type { StreamRole } from '@gantry/protocol/camera.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import { liveCloses, type LiveTold, type LiveWish } from '@gantry/protocol/live.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { openLiveOutlet, type LiveOutletOptions } from './live-outlet.js';
import { startLivePull, type LiveSource, type RunLive } from './live-pull.js';
import { createRefusals } from './refusals.js';

export interface LiveOptions {
  registryUrl: string;
  proxy?: string | undefined;
  /** A device-signed token. */
  bearer: () => Promise<string>;
  /** Opens a camera's stream, or says why there is none. */
  openSource: (
    cameraId: CameraId,
    stream: StreamRole,
  ) => LiveSource | { unavailable: { kind: string; detail: string } };
  run: RunLive;
  tell: (told: Omit<LiveTold, 'session'>) => void;
  /** Registry clock, epoch ms. */
  registryNowMs: () => number;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Streams of the site at once: its line up is shared with the recordings. */
  atOnce?: number;
  outlet?: Pick<LiveOutletOptions, 'connectTimeoutMs' | 'unsentLimitBytes'>;
}

/** The streams somebody watches now. */
export interface LiveStreams {
  /** Starts what is wished for and does not run, renews what does, ends what is wished no more. */
  wish(wish: LiveWish): void;
  /** Cameras whose login changed are tried again at once. */
  credentialsChanged(cameraIds: readonly CameraId[]): void;
  running(): { cameraId: CameraId; stream: StreamRole; streamId: string }[];
  close(): Promise<void>;
}

interface Running {
  wish: LiveWish;
  leaseEndsMs: number;
  end(code: number, reason: string): void;
}

const leaseCheckMs = 500;

/**
 * One pull per camera and stream, whatever the number of viewers: the registry fans out. Each wish is a level, not an
 * edge: one that was lost is said again, and a stream that broke starts anew with the next one.
 */
export function startLiveStreams(o: LiveOptions): LiveStreams {
  const { clock, log, atOnce = 8 } = o;
  const running = new Map<string, Running>();
  const ending = new Set<Promise<void>>();
  const refusals = createRefusals({ nowMs: () => clock.monotonicMs(), random: o.random });
  /** Cameras whose first picture does not tell all. */
  const needPatience = new Set<string>();
  const abort = new AbortController();
  const keyOf = ({ cameraId, stream }: Pick<LiveWish, 'cameraId' | 'stream'>) => `${cameraId}/${stream}`;

  const fail = (wish: LiveWish, detail: string) =>
    o.tell({ streamId: wish.streamId, outcome: 'failed', detail: detail.slice(0, 500) });

  const start = (wish: LiveWish): void => {
    const key = keyOf(wish);
    const why = running.size >= atOnce ? tooMany(atOnce) : refusals.standing(key);
    if (why !== null) return fail(wish, why);
    const source = o.openSource(wish.cameraId, wish.stream);
    if ('unavailable' in source) return fail(wish, source.unavailable.detail);
    o.tell({ streamId: wish.streamId, outcome: 'opening', detail: null });
    const over = new AbortController();
    const stream: Running = {
      wish,
      leaseEndsMs: clock.monotonicMs() + wish.leaseMs,
      end(code, reason) {
        if (running.get(key) === stream) running.delete(key);
        over.abort({ code, reason });
      },
    };
    running.set(key, stream);
    const ended = run(wish, source, over.signal)
      .catch((error: unknown) => log.error({ err: error, cameraId: wish.cameraId }, 'a live stream failed'))
      .finally(() => {
        stream.end(liveCloses.sourceEnded, '');
        ending.delete(ended);
      });
    ending.add(ended);
  };

  /** Camera → ffmpeg → registry until either end is gone, or `signal` says why it shall end. */
  const run = async (wish: LiveWish, source: LiveSource, signal: AbortSignal): Promise<void> => {
    const key = keyOf(wish);
    const bearer = await o.bearer().catch(async (error: unknown) => {
      await source.close();
      throw error;
    });
    const outlet = openLiveOutlet({
      ...o.outlet,
      registryUrl: o.registryUrl,
      proxy: o.proxy,
      wish,
      bearer,
      nowMs: o.registryNowMs,
    });
    const startedAtMs = clock.monotonicMs();
    let isShown = false;
    const pull = startLivePull({
      source,
      probing: needPatience.has(key) ? 'patient' : 'quick',
      run: o.run,
      clock,
      onPiece(piece) {
        outlet.send(piece);
        if (isShown || piece.kind === 'init') return;
        isShown = true;
        refusals.forget(key);
        const tookMs = Math.round(clock.monotonicMs() - startedAtMs);
        log.debug({ cameraId: wish.cameraId, stream: wish.stream, tookMs }, 'live shows');
      },
    });
    const endBoth = () => {
      const { code, reason } = signal.reason as { code: number; reason: string };
      pull.stop();
      outlet.close(code, reason);
    };
    if (signal.aborted) endBoth();
    else signal.addEventListener('abort', endBoth, { once: true });
    void outlet.closed.then(({ code, reason }) => {
      pull.stop();
      if (signal.aborted || code === liveCloses.unwatched || code === liveCloses.forbidden) return;
      log.info({ cameraId: wish.cameraId, code, reason }, 'a live stream lost its way to the registry');
      // The camera is spared while the line comes and goes.
      refusals.failed(key, { kind: 'registry', detail: `The line to the registry broke: ${reason}.` });
    });
    const end = await pull.ended;
    if (end !== null) {
      log.info({ cameraId: wish.cameraId, kind: end.kind }, `a live stream ended: ${end.detail}`);
      if (end.kind === 'not_understood') needPatience.add(key);
      refusals.failed(key, end);
      fail(wish, end.detail);
      outlet.close(liveCloses.sourceEnded, end.detail);
    }
    await outlet.closed;
  };

  const endLeases = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      await clock.sleep(leaseCheckMs, abort.signal).catch(() => undefined);
      const nowMs = clock.monotonicMs();
      for (const stream of running.values())
        if (nowMs >= stream.leaseEndsMs) stream.end(liveCloses.unwatched, 'Nobody watches any more.');
    }
  };
  const leases = endLeases();

  return {
    wish(wish) {
      if (abort.signal.aborted) return;
      const known = running.get(keyOf(wish));
      if (known?.wish.streamId === wish.streamId) {
        known.leaseEndsMs = clock.monotonicMs() + wish.leaseMs;
        if (wish.leaseMs === 0) known.end(liveCloses.unwatched, 'Nobody watches any more.');
        return;
      }
      if (wish.leaseMs === 0) return;
      // The registry that asked first has lost its count: it was started anew.
      known?.end(liveCloses.unwatched, 'Another viewing took its place.');
      start(wish);
    },
    credentialsChanged(cameraIds) {
      for (const cameraId of cameraIds)
        for (const stream of ['main', 'sub'] as const) refusals.forget(keyOf({ cameraId, stream }));
    },
    running: () =>
      [...running.values()].map(({ wish: { cameraId, stream, streamId } }) => ({
        cameraId,
        stream,
        streamId,
      })),
    async close() {
      abort.abort();
      for (const stream of running.values()) stream.end(liveCloses.unwatched, 'The agent stops.');
      await Promise.all([leases, ...ending]);
    },
  };
}

const tooMany = (atOnce: number): string =>
  `This site shows ${atOnce} cameras live already; its line carries no more. Close another live view first.`;
