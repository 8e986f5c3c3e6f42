import type { UserId } from '@gantry/protocol/ids.js';
import type { Context } from '../../context.js';
import type { Queryable } from '../../db/database.js';
import { and, eq, gt, lt, sql } from '../../db/drizzle.js';
import { signInChallenges, type challengePurposes } from '../../db/schema/sign-in.js';
import { Failure } from '../../errors.js';
import { hashSecret, newSecret } from '../secrets.js';

const validMs = 5 * 60_000;
const allowedFailures = 5;

type Parts = Pick<Context, 'db' | 'clock' | 'random'>;
type Purpose = (typeof challengePurposes)[number];

export interface OpenChallenge {
  /** Names the second step; known to the one who did the first. */
  secret: string;
  userId: UserId;
  /** What a passkey signs, base64url. */
  webauthnChallenge: string;
  expiresAt: Date;
}

export async function openChallenge(ctx: Parts, userId: UserId, purpose: Purpose): Promise<OpenChallenge> {
  const secret = newSecret(ctx.random);
  const webauthnChallenge = Buffer.from(ctx.random(32)).toString('base64url');
  const expiresAt = new Date(ctx.clock.nowMs() + validMs);
  await ctx.db
    .insert(signInChallenges)
    .values({ secretHash: hashSecret(secret), userId, purpose, webauthnChallenge, expiresAt });
  return { secret, userId, webauthnChallenge, expiresAt };
}

const ended = (): Failure =>
  new Failure('unauthenticated', 'This step has expired or was used. Begin again from the first one.');

/** Throws `unauthenticated` when it has ended. */
export async function readChallenge(
  ctx: Pick<Context, 'db' | 'clock'>,
  secret: string,
  purpose: Purpose,
): Promise<OpenChallenge> {
  const [found] = await ctx.db
    .select()
    .from(signInChallenges)
    .where(
      and(
        eq(signInChallenges.secretHash, hashSecret(secret)),
        eq(signInChallenges.purpose, purpose),
        gt(signInChallenges.expiresAt, new Date(ctx.clock.nowMs())),
      ),
    );
  if (found === undefined) throw ended();
  const { userId, webauthnChallenge, expiresAt } = found;
  return { secret, userId, webauthnChallenge, expiresAt };
}

/** Counts a wrong try; after a few the challenge is gone and the password is asked again. */
export async function failChallenge(ctx: Pick<Context, 'db'>, secret: string): Promise<void> {
  const own = eq(signInChallenges.secretHash, hashSecret(secret));
  const [row] = await ctx.db
    .update(signInChallenges)
    .set({ failures: sql`${signInChallenges.failures} + 1` })
    .where(own)
    .returning({ failures: signInChallenges.failures });
  if ((row?.failures ?? 0) >= allowedFailures) await ctx.db.delete(signInChallenges).where(own);
}

/** Uses it up; of two at once only one succeeds. Throws `unauthenticated`. */
export async function closeChallenge(db: Queryable, secret: string): Promise<void> {
  const closed = await db
    .delete(signInChallenges)
    .where(eq(signInChallenges.secretHash, hashSecret(secret)))
    .returning({ userId: signInChallenges.userId });
  if (closed.length === 0) throw ended();
}

/** Deletes what nobody finished. */
export async function forgetEndedChallenges(ctx: Pick<Context, 'db' | 'clock'>): Promise<void> {
  await ctx.db.delete(signInChallenges).where(lt(signInChallenges.expiresAt, new Date(ctx.clock.nowMs())));
}
