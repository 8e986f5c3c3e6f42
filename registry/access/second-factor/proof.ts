import type { UserId } from '@gantry/protocol/ids.js';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Context } from '../../context.js';
import { and, eq, isNull, lt, or } from '../../db/drizzle.js';
import { users } from '../../db/schema/people.js';
import { checkPasskey } from './passkeys.js';
import { useRecoveryCode } from './recovery.js';
import { unseal } from './seal.js';
import { stepOfCode } from './totp.js';

/** What somebody brings for the second step. */
export type Proof =
  | { kind: 'totp'; code: string }
  | { kind: 'recoveryCode'; code: string }
  | { kind: 'passkey'; response: AuthenticationResponseJSON };

type Parts = Pick<Context, 'db' | 'clock' | 'publicUrl' | 'secondFactor'>;

/** Whether the proof is good; a good one is used up. */
export async function checkProof(
  ctx: Parts,
  userId: UserId,
  webauthnChallenge: string,
  proof: Proof,
): Promise<boolean> {
  switch (proof.kind) {
    case 'totp':
      return useTotpCode(ctx, userId, proof.code, 'confirmed');
    case 'recoveryCode':
      return useRecoveryCode(ctx, ctx.db, userId, proof.code);
    case 'passkey':
      return checkPasskey(ctx, userId, webauthnChallenge, proof.response);
    default: {
      const never: never = proof;
      return never;
    }
  }
}

/** Uses a code of the authenticator app up. `pending`: one that is being set up. */
export async function useTotpCode(
  ctx: Pick<Context, 'db' | 'clock' | 'secondFactor'>,
  userId: UserId,
  code: string,
  state: 'confirmed' | 'pending',
): Promise<boolean> {
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId));
  if (user === undefined || user.totpSecret === null) return false;
  if ((user.totpConfirmedAt !== null) !== (state === 'confirmed')) return false;
  const secret = unseal(ctx.secondFactor.sealingKey, user.totpSecret, userId);
  const nowMs = ctx.clock.nowMs();
  const step = stepOfCode(secret, code, nowMs, user.totpLastStep);
  if (step === null) return false;
  // Of two requests with one code only one moves the step on.
  const moved = await ctx.db
    .update(users)
    .set({ totpLastStep: step, ...(state === 'pending' ? { totpConfirmedAt: new Date(nowMs) } : {}) })
    .where(
      and(
        eq(users.id, userId),
        eq(users.totpSecret, user.totpSecret),
        or(isNull(users.totpLastStep), lt(users.totpLastStep, step)),
      ),
    )
    .returning({ id: users.id });
  return moved.length > 0;
}
