import {
  fingerprintWords,
  userCodeOf,
  type ClaimAnswer,
  type ClaimPollAnswer,
  type ClaimRequest,
} from '@gantry/protocol/claim.js';
import type { PublicKey } from '@gantry/protocol/enrol.js';
import type { AgentId, ClaimId } from '@gantry/protocol/ids.js';
import { answerFor, type Answering } from '../access/enrol.js';
import { checkDeviceToken, thumbprintOf } from '../access/jwt.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { and, eq, lt, ne, sql } from '../db/drizzle.js';
import { agentCredentials } from '../db/schema/agents.js';
import { claims } from '../db/schema/claims.js';
import { Failure, notFound } from '../errors.js';
import { refuseEndedKey } from './endings.js';

export type ClaimRow = typeof claims.$inferSelect;

export const codeLifeMs = 10 * 60_000;
const pollIntervalSeconds = 5;
/** Undecided claims are forgotten this long after their code expired. */
const keptMs = 24 * 3_600_000;

type Parts = Pick<Context, 'db' | 'clock' | 'random' | 'newId' | 'publicUrl'>;

/**
 * An agent without a token asks to be let in (R34). The same key gets the same claim: its code while that is
 * good, a new one once it has expired or was rejected. Throws `unauthenticated` for a bad proof, `forbidden` for a
 * key that was revoked, `conflict` for one that is enrolled by a token.
 */
export async function askClaim(
  ctx: Parts,
  request: ClaimRequest,
  origin: { ip: string | null; userAgent: string | null },
): Promise<{ answer: ClaimAnswer; made: boolean }> {
  const thumbprint = await thumbprintOf(request.publicKey);
  await requireProof(ctx, { proof: request.proof, key: request.publicKey, subject: thumbprint });
  await refuseEndedKey(ctx, thumbprint, origin);
  const now = new Date(ctx.clock.nowMs());
  const fresh = {
    userCode: userCodeOf(ctx.random(8)),
    state: 'pending' as const,
    hostname: request.hostname,
    agentVersion: request.agentVersion,
    ip: origin.ip,
    expiresAt: new Date(now.getTime() + codeLifeMs),
    decidedById: null,
    decidedByName: null,
    decidedAt: null,
  };
  const isOver = sql`${claims.state} = 'rejected' or (${claims.state} = 'pending' and ${claims.expiresAt} <= ${now.toISOString()})`;
  const [written] = await ctx.db
    .insert(claims)
    .values({ id: ctx.newId('claim'), thumbprint, publicKey: request.publicKey, ...fresh })
    .onConflictDoUpdate({
      target: claims.thumbprint,
      // Who turned it away does not want to see it again.
      set: { ...fresh, openedAt: sql`case when ${claims.state} = 'pending' then ${claims.openedAt} end` },
      setWhere: isOver,
    })
    .returning();
  const row = written ?? (await claimOf(ctx.db, thumbprint));
  if (row.state === 'pending') await refuseEnrolledKey(ctx.db, thumbprint);
  return { answer: claimAnswerOf(ctx, row), made: written !== undefined };
}

/** What became of a claim; only the key it is bound to may ask. Throws `not_found`, `unauthenticated`, `forbidden`. */
export async function pollClaim(
  ctx: Parts & Answering,
  id: ClaimId,
  proof: string,
  origin: { ip: string | null; userAgent: string | null },
): Promise<ClaimPollAnswer> {
  const [row] = await ctx.db.select().from(claims).where(eq(claims.id, id));
  if (row === undefined) throw notFound('claim', id);
  await requireProof(ctx, { proof, key: row.publicKey, subject: id });
  switch (row.state) {
    case 'approved': {
      await refuseEndedKey(ctx, row.thumbprint, origin);
      const enrolment = await answerFor(ctx, ctx.db, row.agentId as AgentId);
      const approvedBy = row.decidedByName ?? undefined;
      return { state: 'approved', enrolment: { ...enrolment, approvedBy } };
    }
    case 'rejected':
      return { state: 'rejected' };
    case 'pending': {
      const expiresAtMs = row.expiresAt.getTime();
      if (expiresAtMs <= ctx.clock.nowMs()) return { state: 'expired' };
      return { state: 'pending', expiresAtMs, intervalSeconds: pollIntervalSeconds };
    }
    default: {
      const never: never = row.state;
      return never;
    }
  }
}

/** Forgets boxes that were never let in; their code expired a day ago. */
export async function forgetOldClaims(ctx: Pick<Context, 'db' | 'clock'>): Promise<void> {
  const before = new Date(ctx.clock.nowMs() - keptMs);
  await ctx.db.delete(claims).where(and(ne(claims.state, 'approved'), lt(claims.expiresAt, before)));
}

function claimAnswerOf(ctx: Parts, row: ClaimRow): ClaimAnswer {
  return {
    claimId: row.id,
    userCode: row.userCode,
    verificationUrl: `${ctx.publicUrl()}/e/${row.userCode}`,
    words: fingerprintWords(row.thumbprint),
    expiresAtMs: row.expiresAt.getTime(),
    intervalSeconds: pollIntervalSeconds,
    atMs: ctx.clock.nowMs(),
  };
}

async function requireProof(
  ctx: Pick<Context, 'clock'>,
  o: { proof: string; key: PublicKey; subject: string },
): Promise<void> {
  const { proof: token, key, subject } = o;
  const checked = await checkDeviceToken({ token, key, use: 'enrol', subject, nowMs: ctx.clock.nowMs() });
  if (!checked.ok)
    throw new Failure('unauthenticated', `The proof of the agent's key is refused: ${checked.why}.`);
}

async function claimOf(q: Queryable, thumbprint: string): Promise<ClaimRow> {
  const [row] = await q.select().from(claims).where(eq(claims.thumbprint, thumbprint));
  if (row === undefined) throw new Failure('unavailable', 'This claim was forgotten just now. Ask again.');
  return row;
}

async function refuseEnrolledKey(q: Queryable, thumbprint: string): Promise<void> {
  const [known] = await q
    .select({ agentId: agentCredentials.agentId })
    .from(agentCredentials)
    .where(eq(agentCredentials.thumbprint, thumbprint));
  if (known === undefined) return;
  throw new Failure(
    'conflict',
    'This agent is enrolled already, with a token. It needs no code; to move it, run: gantry leave',
  );
}
