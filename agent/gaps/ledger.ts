import { rename } from 'node:fs/promises';
import type { Gap, GapCause } from '@gantry/protocol/gap.js';
import type { CameraId, GapId } from '@gantry/protocol/ids.js';
import type { ReportedCamera } from '@gantry/protocol/state.js';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { readStored, writeDurably } from '../store.js';
import { GapBook, storedBook } from './book.js';
import { causeOf } from './causes.js';
import type { Happening, Span } from './coverage.js';

/** A piece of footage in the agent's own clock, as it is written on segments. */
export interface Footage {
  cameraId: CameraId;
  startedAtMs: number;
  durationMs: number;
  clockOffsetMs: number;
}

/**
 * The account of every camera the agent knows: each second is stored, pending in the spool, or in a gap with one
 * cause, over restarts, outages and clocks that are set. Times are kept on the registry's clock.
 */
export interface Ledger {
  /** What every recorder does now; a camera that is new to the ledger is accounted for from here on. */
  observe(cameras: readonly Pick<ReportedCamera, 'cameraId' | 'state' | 'reason'>[]): void;
  /** All footage of the last run was told: the time since then is `agent_offline`. Before the first recorder starts. */
  resume(): void;
  /** Safe in the spool. */
  footage(footage: Footage): void;
  /** Recorded, and not kept because nobody wants it. */
  unwanted(footage: Footage): void;
  /** Kept, and gone or about to be. Durable when it resolves, so that nothing is deleted in silence. */
  lost(footage: Footage, cause: GapCause): Promise<void>;
  /** At most `limit` gaps the registry has not acknowledged; see {@link told} and {@link withdraw}. */
  untold(limit: number): Gap[];
  told(gaps: readonly Gap[]): void;
  /** They may not have arrived. */
  withdraw(gaps: readonly Gap[]): void;
  /** Resolves when everything is on disk. */
  close(): Promise<void>;
}

export interface LedgerOptions {
  /** Gaps and accounts. */
  path: string;
  /** The last sign of life, written once per `aliveEveryMs`. */
  alivePath: string;
  aliveEveryMs: number;
  /** The registry's clock as the agent knows it. */
  registryNowMs: () => number;
  clockOffsetMs: () => number;
  newGapId: () => GapId;
  /** There is something to tell. */
  onChange: () => void;
  clock: Clock;
  log: Log;
}

const storedAlive = z.strictObject({ aliveMs: z.int() });
/** A better measurement moves the clock by less; more is a clock that was set. */
const steppedMs = 2_000;

const spanOf = ({ startedAtMs, durationMs, clockOffsetMs }: Footage): Span => {
  const fromMs = startedAtMs + clockOffsetMs;
  return { fromMs, toMs: fromMs + durationMs };
};

export async function openLedger(o: LedgerOptions): Promise<Ledger> {
  const { clock, log } = o;
  const book = new GapBook(o.newGapId, await readBook(o));
  const alive = await readStored(o.alivePath, storedAlive);
  let writing: Promise<void> = Promise.resolve();
  let isWriteDue = false;
  let seen = { registryMs: o.registryNowMs(), monotonicMs: clock.monotonicMs() };
  const closing = new AbortController();

  const write = (): Promise<void> => {
    if (isWriteDue) return writing;
    isWriteDue = true;
    writing = writing
      .catch(() => undefined)
      .then(() => {
        isWriteDue = false;
        return writeDurably(o.path, JSON.stringify(book.stored()));
      });
    return writing;
  };
  const writeSoon = (): void => {
    write().catch((error: unknown) => log.error({ err: error }, 'the gap ledger cannot be written'));
  };
  const changed = (): void => {
    writeSoon();
    o.onChange();
  };
  const take = (id: CameraId, happening: Happening): void => {
    if (book.take(id, happening)) changed();
  };
  /** The estimate of the registry's clock runs on the monotonic clock: what differs is a clock that was set. */
  const watchClock = (): number => {
    const now = { registryMs: o.registryNowMs(), monotonicMs: clock.monotonicMs() };
    const byMs = Math.round(now.registryMs - seen.registryMs - (now.monotonicMs - seen.monotonicMs));
    seen = now;
    if (Math.abs(byMs) >= steppedMs) {
      log.warn({ byMs }, 'the measured clock of the registry jumped');
      for (const id of book.cameras()) take(id, { kind: 'clock_stepped', byMs, atMs: now.registryMs });
    }
    return now.registryMs;
  };

  const beating = beat(o, closing.signal, watchClock);

  return {
    observe(cameras) {
      const atMs = watchClock();
      for (const camera of cameras) {
        const cause = causeOf(camera);
        if (book.coverageOf(camera.cameraId) === null) {
          book.begin(camera.cameraId, atMs, cause);
          changed();
        } else take(camera.cameraId, { kind: 'state', atMs, cause });
      }
    },
    resume() {
      const atMs = watchClock();
      const aliveMs = alive.kind === 'value' ? alive.value.aliveMs : atMs;
      for (const id of book.cameras()) take(id, { kind: 'started', aliveMs, atMs });
    },
    footage(footage) {
      watchClock();
      const span = spanOf(footage);
      book.begin(footage.cameraId, span.fromMs, null);
      take(footage.cameraId, { kind: 'footage', ...span });
    },
    unwanted(footage) {
      watchClock();
      take(footage.cameraId, { kind: 'unwanted', ...spanOf(footage) });
    },
    async lost(footage, cause) {
      const span = spanOf(footage);
      book.begin(footage.cameraId, span.toMs, null);
      book.take(footage.cameraId, { kind: 'lost', ...span, cause });
      await write();
      o.onChange();
    },
    untold(limit) {
      const clockOffsetMs = o.clockOffsetMs();
      const onAgentClock = (ms: number): number => Math.max(0, Math.round(ms - clockOffsetMs));
      return book.offer(limit).map((one) => ({
        ...one,
        fromMs: onAgentClock(one.fromMs),
        toMs: one.toMs === null ? null : onAgentClock(one.toMs),
        clockOffsetMs,
      }));
    },
    told(gaps) {
      book.told(gaps);
      writeSoon();
    },
    withdraw: (gaps) => book.withdraw(gaps),
    async close() {
      closing.abort();
      await beating;
      await write();
    },
  };
}

async function readBook({ path, log }: LedgerOptions) {
  const found = await readStored(path, storedBook);
  if (found.kind !== 'damaged') return found.kind === 'value' ? found.value : undefined;
  log.error({ why: found.why }, 'the gap ledger is damaged, moved aside and begun anew');
  await rename(path, `${path}.damaged`).catch(() => undefined);
  return undefined;
}

/** Says on disk that the agent is alive, until it is told to stop; the last time when it stops in order. */
async function beat(o: LedgerOptions, signal: AbortSignal, nowMs: () => number): Promise<void> {
  for (;;) {
    const aliveMs = Math.round(nowMs());
    await writeDurably(o.alivePath, JSON.stringify({ aliveMs })).catch((error: unknown) => {
      o.log.error({ err: error }, 'the sign of life cannot be written');
    });
    if (signal.aborted) return;
    await o.clock.sleep(o.aliveEveryMs, signal).catch(() => undefined);
  }
}
