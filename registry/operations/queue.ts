import type { Context } from '../context.js';
import { databaseNow, type Transaction } from '../db/database.js';
import { asc, inArray, type SQL, sql } from '../db/drizzle.js';
import { operations } from '../db/schema/operations.js';
import { Failure } from '../errors.js';
import type { OperationRow } from './operations.js';

/** What one kind of operation does. Called again from the start after a crash: it finds out itself what is left. */
export type OperationWork = (run: OperationRun) => Promise<Record<string, unknown>>;

export interface OperationRun {
  operation: OperationRow;
  signal: AbortSignal;
  /**
   * Does a step and notes its progress in one transaction, so that both happened or neither. `result` replaces
   * the outcome so far. Rejects with {@link Stopped} once the operation was cancelled or the registry closes.
   */
  step(work: (tx: Transaction) => Promise<StepOutcome>): Promise<StepOutcome>;
}

export interface StepOutcome {
  /** Things done by this step. */
  done: number;
  /** Of them in vain. */
  failures?: readonly { id: string; code: string; detail: string }[];
  result?: Record<string, unknown>;
}

/** The operation goes no further now: it was cancelled, or the registry closes and resumes it when it starts. */
export class Stopped extends Error {
  constructor() {
    super('the operation goes no further now');
    this.name = 'Stopped';
  }
}

const keptFailures = 100;
/** Namespace of advisory locks: one process works on an operation at a time, and its death frees it. */
const running = 5;
const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

/** The failures of the steps, and in front of them why it went no further. */
const withFailure = (failure: OperationRow['failures'][number]): SQL => sql`(
  select jsonb_agg(f order by n) from (
    select f, n from jsonb_array_elements(${JSON.stringify([failure])}::jsonb || ${operations.failures})
      with ordinality as all_failures (f, n) order by n limit ${keptFailures}
  ) kept)`;

type Parts = Pick<Context, 'db' | 'log' | 'clock' | 'changes'>;

export interface OperationQueue {
  /** Works off what is due at this moment; for tests and for the sweep. */
  settle(): Promise<void>;
  /** Ends after the step under way; what is left goes on at the next start. */
  close(): Promise<void>;
}

/** How many of a kind go on at once; others one after the other. */
export interface OperationKind {
  work: OperationWork;
  atOnce: number;
}

/**
 * Works off operations oldest first, those of one kind one after the other unless the kind says otherwise; looks
 * after each hint and from time to time. A refusal (`Failure` that no retry mends) ends an operation as failed; anything else is tried again, later
 * each time. Safe to run in several processes.
 */
export function startOperations(
  ctx: Parts,
  kinds: Readonly<Record<string, OperationWork | OperationKind>>,
  options: { sweepMs?: number } = {},
): OperationQueue {
  const { db, log, clock } = ctx;
  const closing = new AbortController();
  const retries = new Map<string, { delayMs: number; atMs: number }>();
  const known = new Map<string, OperationKind>(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      typeof kind === 'function' ? { work: kind, atOnce: 1 } : kind,
    ]),
  );
  const underWay = new Map<string, { kind: string; ended: Promise<void> }>();
  let looking: Promise<void> | null = null;
  let again = false;

  async function startDue(): Promise<void> {
    const due = await db
      .select({ id: operations.id, kind: operations.kind })
      .from(operations)
      .where(inArray(operations.state, ['queued', 'running']))
      .orderBy(asc(operations.id))
      .limit(1_000);
    for (const { id, kind } of due) {
      if (closing.signal.aborted) return;
      const ofKind = [...underWay.values()].filter((other) => other.kind === kind).length;
      if (underWay.has(id) || ofKind >= (known.get(kind)?.atOnce ?? 0)) continue;
      if ((retries.get(id)?.atMs ?? 0) > clock.nowMs()) continue;
      const ended = workOne(id)
        .catch((error: unknown) => {
          if (!closing.signal.aborted) {
            log.error({ err: error, operation: id }, 'could not work on an operation');
          }
          return false;
        })
        .then((mine) => {
          underWay.delete(id);
          // Its place is free for the next of its kind. What another process works on is no reason to look again.
          if (mine && !closing.signal.aborted) void look();
        });
      underWay.set(id, { kind, ended });
    }
  }

  /**
   * Answers whether it was ours to work on. The lock's transaction only waits, so it holds nothing back; it ends
   * with this process whatever happens.
   */
  async function workOne(id: string): Promise<boolean> {
    return db.transaction(async (lock) => {
      const locked = await lock.execute<{ mine: boolean }>(
        sql`select pg_try_advisory_xact_lock(${running}, hashtext(${id})) as mine`,
      );
      if (locked.rows[0]?.mine !== true) return false;
      const [operation] = await db
        .update(operations)
        .set({ state: 'running' })
        .where(sql`${operations.id} = ${id} and ${operations.state} in ('queued', 'running')`)
        .returning();
      const kind = operation === undefined ? undefined : known.get(operation.kind);
      if (operation === undefined || kind === undefined) return false;
      try {
        const run = { operation, signal: closing.signal, step: (act: StepWork) => step(id, act) };
        const result = await kind.work(run);
        await finish(id, { state: 'done', result });
        retries.delete(id);
      } catch (error) {
        await endedEarly(id, operation, error);
      }
      return true;
    });
  }

  type StepWork = Parameters<OperationRun['step']>[0];

  async function step(id: string, act: StepWork): Promise<StepOutcome> {
    if (closing.signal.aborted) throw new Stopped();
    return db.transaction(async (tx) => {
      const outcome = await act(tx);
      const failures = outcome.failures ?? [];
      const written = await tx.execute(sql`
        update operations set
          done = done + ${outcome.done}::int,
          total = greatest(total, done + ${outcome.done}::int),
          failed = failed + ${failures.length}::int,
          failures = (
            select coalesce(jsonb_agg(f order by n), '[]') from (
              select f, n from jsonb_array_elements(failures || ${JSON.stringify(failures)}::jsonb)
                with ordinality as all_failures (f, n) order by n limit ${keptFailures}
            ) kept
          ),
          result = coalesce(${outcome.result === undefined ? null : JSON.stringify(outcome.result)}::jsonb, result)
        where id = ${id} and state = 'running'`);
      // Cancelled meanwhile: this step is rolled back with it.
      if (written.rowCount === 0) throw new Stopped();
      return outcome;
    });
  }

  async function endedEarly(id: string, operation: OperationRow, error: unknown): Promise<void> {
    if (error instanceof Stopped || closing.signal.aborted) return;
    if (error instanceof Failure && !error.retryable) {
      const failure = { id: operation.tenantId, code: error.code, detail: error.message };
      await finish(id, { state: 'failed', failures: withFailure(failure) });
      return;
    }
    const delayMs = Math.min((retries.get(id)?.delayMs ?? firstDelayMs / 2) * 2, longestDelayMs);
    retries.set(id, { delayMs, atMs: clock.nowMs() + delayMs });
    log.warn({ err: error, operation: id, kind: operation.kind, delayMs }, 'an operation is tried again');
  }

  /** What is left on its list stays there: it can be tried again (retry.ts). */
  async function finish(
    id: string,
    end: { state: 'done'; result: Record<string, unknown> } | { state: 'failed'; failures: SQL },
  ): Promise<void> {
    await db.transaction(async (tx) => {
      await tx
        .update(operations)
        .set({ ...end, finishedAt: await databaseNow(tx) })
        .where(sql`${operations.id} = ${id} and ${operations.state} = 'running'`);
    });
  }

  function look(): Promise<void> {
    again = true;
    looking ??= (async () => {
      while (again && !closing.signal.aborted) {
        again = false;
        await startDue().catch((error: unknown) => {
          if (!closing.signal.aborted) log.error({ err: error }, 'could not look for operations');
        });
      }
    })().finally(() => (looking = null));
    return looking;
  }

  const stopListening = ctx.changes.listen('operation', () => void look());
  const timer = setInterval(() => void look(), options.sweepMs ?? 1_000);
  void look();
  const allEnded = () => Promise.all([...underWay.values()].map(({ ended }) => ended));
  return {
    settle: async () => {
      await look();
      while (underWay.size > 0) {
        await allEnded();
        await look();
      }
    },
    close: async () => {
      closing.abort();
      clearInterval(timer);
      stopListening();
      await looking;
      await allEnded();
    },
  };
}
