import type { SignedRecord } from '@gantry/protocol/evidence.js';
import type { Gap } from '@gantry/protocol/gap.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import type { Gaps } from '@gantry/protocol/messages.js';
import type { Context } from '../context.js';
import { databaseNow, type Transaction } from '../db/database.js';
import { and, eq, inArray, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { lostLinks, recordingGaps } from '../db/schema/gaps.js';
import { keysOf, signerOf } from './evidence.js';

/**
 * Takes what an agent tells of times without recording; resolves after commit, told twice changes nothing. A gap
 * that is closed stays as it is. What is told of cameras that are not this agent's, and lost links that it did not
 * sign, is dropped: telling it again would not make it true.
 */
export async function takeGaps(
  ctx: Pick<Context, 'db' | 'changes' | 'log'>,
  agentId: AgentId,
  message: Pick<Gaps, 'gaps' | 'lost'>,
): Promise<void> {
  const lost = await signedLosses(ctx, agentId, message.lost);
  const named = [
    ...message.gaps.map((gap) => gap.cameraId),
    ...lost.map(({ signed }) => signed.record.cameraId),
  ];
  if (named.length === 0) return;
  const changed = await ctx.db.transaction(async (tx) => {
    const own = await tx
      .select({ id: cameras.id })
      .from(cameras)
      .where(and(eq(cameras.agentId, agentId), inArray(cameras.id, named)));
    const ids = new Set(own.map(({ id }) => id));
    const nowMs = (await databaseNow(tx)).getTime();
    await keepGaps(
      tx,
      agentId,
      message.gaps.filter((gap) => ids.has(gap.cameraId)),
      nowMs,
    );
    const ownLosses = lost.filter(({ signed }) => ids.has(signed.record.cameraId));
    if (ownLosses.length > 0) {
      const rows = ownLosses.map(({ signed, thumbprint }) => {
        const { segmentId, cameraId, startedAtMs, clockOffsetMs } = signed.record;
        const startedAt = new Date(Math.min(startedAtMs + clockOffsetMs, nowMs));
        return { segmentId, cameraId, agentId, startedAt, signed, thumbprint };
      });
      await tx.insert(lostLinks).values(rows).onConflictDoNothing();
    }
    return [...ids];
  });
  if (changed.length > 0) ctx.changes.hint('camera', { cameraIds: changed });
}

async function keepGaps(
  tx: Transaction,
  agentId: AgentId,
  told: readonly Gap[],
  nowMs: number,
): Promise<void> {
  // Of one gap the last word counts; one statement may touch a row once.
  const rows = [...new Map(told.map((gap) => [gap.gapId, gap])).values()].map((gap) => {
    // A clock that runs ahead, or lies, tells of nothing that is still to come.
    const onOurClock = (ms: number) => new Date(Math.min(ms + gap.clockOffsetMs, nowMs));
    const fromAt = onOurClock(gap.fromMs);
    const toAt = gap.toMs === null ? null : onOurClock(Math.max(gap.toMs, gap.fromMs));
    return { id: gap.gapId, cameraId: gap.cameraId, agentId, fromAt, toAt, cause: gap.cause };
  });
  if (rows.length === 0) return;
  await tx
    .insert(recordingGaps)
    .values(rows)
    .onConflictDoUpdate({
      target: recordingGaps.id,
      set: {
        fromAt: sql`excluded.from_at`,
        toAt: sql`excluded.to_at`,
        cause: sql`excluded.cause`,
        toldAt: sql`now()`,
      },
      setWhere: sql`${recordingGaps.toAt} is null and ${recordingGaps.agentId} = excluded.agent_id
        and ${recordingGaps.cameraId} = excluded.camera_id`,
    });
}

/** Those that the agent did sign as lost, with the key that did. */
async function signedLosses(
  ctx: Pick<Context, 'db' | 'log'>,
  agentId: AgentId,
  told: readonly SignedRecord[],
): Promise<{ signed: SignedRecord; thumbprint: string }[]> {
  if (told.length === 0) return [];
  const keys = await keysOf(ctx.db, agentId);
  const found = [];
  for (const signed of told) {
    const thumbprint = signed.statement === 'lost' ? await signerOf(keys, signed) : null;
    if (thumbprint === null) {
      const { segmentId } = signed.record;
      ctx.log.warn({ agentId, segmentId }, 'dropped a lost link that its agent did not sign');
    } else found.push({ signed, thumbprint });
  }
  return found;
}
