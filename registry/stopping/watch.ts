import { timeStyles } from '../cameras/status.js';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { tell } from '../events/log.js';
import { switchedOffLately, tellCamerasOverdue, wasTold, type SwitchedOff } from './overdue.js';
import { readGroups } from './rows.js';
import { stoppingOf } from './stopping.js';

/** Told at most so often (ux §6.3), and as rarely that counting takes a tenth of the time. */
const turnMs = 250;
const shareOfTime = 10;
/** How often is looked for switches that no hint announced, and at stops that are overdue. */
const slowMs = 5_000;
const namedInEvent = 5;

export interface StopWatch {
  /** Looks at once; for tests. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** How a switch went on so far: what was told last, and whether anything may follow. */
interface Progress {
  told: string;
  state: 'moving' | 'overdue' | 'done';
}

/**
 * Follows every switch-off until the last camera has confirmed it (R19): `tenant.stopping` with the numbers as they
 * change, and once `tenant.stop.unconfirmed` when it takes too long. After a restart the last state is told again.
 */
export function startStopWatch(ctx: Pick<Context, 'db' | 'changes' | 'log' | 'clock'>): StopWatch {
  const { db, clock, log } = ctx;
  const progress = new Map<string, Progress>();
  let followed: SwitchedOff[] = [];
  let turning: Promise<void> | null = null;
  let lookMs = 0;
  let nextMs = 0;
  let closed = false;

  async function look(): Promise<void> {
    const beganMs = clock.nowMs();
    if (beganMs >= lookMs) {
      lookMs = beganMs + slowMs;
      followed = await switchedOffLately(db);
      const current = new Set(followed.map(keyOf));
      for (const key of progress.keys()) if (!current.has(key)) progress.delete(key);
      if ((await tellCamerasOverdue(db)) > 0) ctx.changes.hint('event', undefined);
    }
    const open = followed.filter((one) => progress.get(keyOf(one))?.state !== 'done');
    for (const one of open) await follow(one);
    const moving = open.some((one) => progress.get(keyOf(one))?.state === 'moving');
    const tookMs = clock.nowMs() - beganMs;
    nextMs = beganMs + Math.max(moving ? turnMs : slowMs, tookMs * shareOfTime);
  }

  async function follow(one: SwitchedOff): Promise<void> {
    const since = new Date(one.disabledMs);
    const now = await databaseNow(db);
    const style = timeStyles(now)(one.timeZone ?? 'UTC');
    const { stragglers, ...numbers } = stoppingOf(await readGroups(db, one.path), since, now, style);
    const data = { ...numbers, since: since.toISOString(), stragglers: stragglers.slice(0, namedInEvent) };
    const told = JSON.stringify(data);
    const done = numbers.stopped === numbers.unwanted;
    if (progress.get(keyOf(one))?.told !== told) {
      const event = { tenantId: one.id, subject: one.id, data };
      await db.transaction(async (tx) => {
        await tell(tx, { ...event, type: 'tenant.stopping' });
        if (numbers.overdue && !(await wasTold(tx, one))) {
          await tell(tx, { ...event, type: 'tenant.stop.unconfirmed' });
        }
      });
      ctx.changes.hint('event', undefined);
    }
    progress.set(keyOf(one), { told, state: done ? 'done' : numbers.overdue ? 'overdue' : 'moving' });
  }

  function turn(): void {
    if (turning !== null || closed || clock.nowMs() < nextMs) return;
    turning = look()
      .catch((error: unknown) => {
        if (!closed) log.warn({ err: error }, 'could not follow cameras that stop; trying again');
      })
      .finally(() => (turning = null));
  }

  function lookSoon(): void {
    lookMs = 0;
    nextMs = 0;
    turn();
  }

  const unlisten = ctx.changes.listen('tenant', lookSoon);
  const timer = setInterval(turn, turnMs);
  return {
    settle: async () => {
      await turning;
      lookSoon();
      await turning;
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      unlisten();
      await turning;
    },
  };
}

/** One switch: the same tenant switched off again is another. */
const keyOf = ({ id, disabledMs }: SwitchedOff): string => `${id} ${disabledMs}`;
