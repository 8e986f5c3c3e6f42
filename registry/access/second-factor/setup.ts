import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Actor } from '../../actor.js';
import type { Context } from '../../context.js';
import { and, eq, ne } from '../../db/drizzle.js';
import { users } from '../../db/schema/people.js';
import { passkeys, recoveryCodes } from '../../db/schema/sign-in.js';
import { Failure, notFound } from '../../errors.js';
import { requireFreshPassword } from '../fresh-password.js';
import type { UserPrincipal } from '../principal.js';
import { recordForUser } from '../user-history.js';
import { closeChallenge, openChallenge, readChallenge } from './challenges.js';
import {
  checkNewPasskey,
  creationOptions,
  listPasskeys,
  type PublicKeyCredentialCreationOptionsJSON,
} from './passkeys.js';
import { useTotpCode } from './proof.js';
import { countRecoveryCodes, makeRecoveryCodes } from './recovery.js';
import { seal } from './seal.js';
import { newTotpSecret, totpUri } from './totp.js';

type Parts = Pick<Context, 'db' | 'clock' | 'random' | 'publicUrl' | 'secondFactor'>;

export interface SecondFactors {
  totp: boolean;
  passkeys: { id: string; name: string; createdAt: Date; lastUsedAt: Date | null }[];
  recoveryCodesLeft: number;
}

export async function listFactors(ctx: Pick<Context, 'db'>, me: UserPrincipal): Promise<SecondFactors> {
  const [user] = await ctx.db.select().from(users).where(eq(users.id, me.userId));
  return {
    totp: (user?.totpConfirmedAt ?? null) !== null,
    passkeys: await listPasskeys(ctx.db, me.userId),
    recoveryCodesLeft: await countRecoveryCodes(ctx.db, me.userId),
  };
}

/** A new secret for an authenticator app; it counts once {@link confirmTotp} saw a code. Throws `conflict`. */
export async function beginTotp(ctx: Parts, me: UserPrincipal): Promise<{ secret: string; uri: string }> {
  const secret = newTotpSecret(ctx.random);
  const sealed = seal(ctx.secondFactor.sealingKey, ctx.random, secret, me.userId);
  await ctx.db.transaction(async (tx) => {
    const [user] = await tx.select().from(users).where(eq(users.id, me.userId)).for('update');
    if ((user?.totpConfirmedAt ?? null) !== null) {
      throw new Failure('conflict', 'An authenticator app is set up already. Remove it first.');
    }
    await tx.update(users).set({ totpSecret: sealed, totpLastStep: null }).where(eq(users.id, me.userId));
  });
  return { secret, uri: totpUri(secret, 'Gantry', me.email) };
}

/** The app counts from now on. Answers new recovery codes, shown this once. Throws `invalid` for a wrong code. */
export async function confirmTotp(
  ctx: Parts,
  actor: Actor,
  me: UserPrincipal,
  code: string,
): Promise<string[]> {
  if (!(await useTotpCode(ctx, me.userId, code, 'pending'))) {
    throw new Failure(
      'invalid',
      'This code is wrong. Check the clock of the device, and take the next code.',
      [{ pointer: '/code', code: 'wrong', detail: 'is not the code of this moment' }],
    );
  }
  return ctx.db.transaction(async (tx) => {
    await recordForUser(tx, actor, me.userId, {
      operation: 'user.totpAdded',
      sentence: `${actor.name} set up an authenticator app`,
    });
    return makeRecoveryCodes(ctx, tx, me.userId);
  });
}

/** First step of a new passkey. */
export async function beginPasskey(
  ctx: Parts,
  me: UserPrincipal,
): Promise<{ challenge: string; options: PublicKeyCredentialCreationOptionsJSON }> {
  const opened = await openChallenge(ctx, me.userId, 'passkey');
  const rows = await listPasskeys(ctx.db, me.userId);
  return {
    challenge: opened.secret,
    options: await creationOptions(ctx, me, opened.webauthnChallenge, rows),
  };
}

/** Second step. Answers recovery codes when the person had none, shown this once; null otherwise. */
export async function addPasskey(
  ctx: Parts,
  actor: Actor,
  me: UserPrincipal,
  made: { challenge: string; name: string; response: RegistrationResponseJSON },
): Promise<{ id: string; recoveryCodes: string[] | null }> {
  const opened = await readChallenge(ctx, made.challenge, 'passkey');
  if (opened.userId !== me.userId) throw new Failure('unauthenticated', 'Begin again from the first step.');
  const credential = await checkNewPasskey(ctx, opened.webauthnChallenge, made.response);
  return ctx.db.transaction(async (tx) => {
    await closeChallenge(tx, made.challenge);
    const inserted = await tx
      .insert(passkeys)
      .values({ ...credential, userId: me.userId, name: made.name })
      .onConflictDoNothing()
      .returning({ id: passkeys.id });
    if (inserted.length === 0)
      throw new Failure('conflict', 'This passkey is known already. Use another one.');
    await recordForUser(tx, actor, me.userId, {
      operation: 'user.passkeyAdded',
      sentence: `${actor.name} added the passkey ${made.name}`,
    });
    const left = await countRecoveryCodes(tx, me.userId);
    return {
      id: credential.id,
      recoveryCodes: left > 0 ? null : await makeRecoveryCodes(ctx, tx, me.userId),
    };
  });
}

/** Ten new recovery codes; the old ones end. Throws `password_required`. */
export async function renewRecoveryCodes(ctx: Parts, actor: Actor, me: UserPrincipal): Promise<string[]> {
  requireFreshPassword(ctx, me);
  return ctx.db.transaction(async (tx) => {
    await recordForUser(tx, actor, me.userId, {
      operation: 'user.recoveryCodesRenewed',
      sentence: `${actor.name} made new recovery codes`,
    });
    return makeRecoveryCodes(ctx, tx, me.userId);
  });
}

/**
 * Removes a passkey, or the app with `'totp'`. The last factor of somebody who must have one leaves the account
 * closed at the next request until there is another. Throws `not_found`, `password_required`.
 */
export async function removeFactor(
  ctx: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  me: UserPrincipal,
  which: { kind: 'totp' } | { kind: 'passkey'; id: string },
): Promise<void> {
  requireFreshPassword(ctx, me);
  await ctx.db.transaction(async (tx) => {
    const own = eq(users.id, me.userId);
    const [user] = await tx.select().from(users).where(own).for('update');
    const name = which.kind === 'totp' ? 'the authenticator app' : 'a passkey';
    if (which.kind === 'totp') {
      if ((user?.totpConfirmedAt ?? null) === null) throw notFound('authenticator app', 'of yours');
      await tx.update(users).set({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null }).where(own);
    } else {
      const removed = await tx
        .delete(passkeys)
        .where(and(eq(passkeys.id, which.id), eq(passkeys.userId, me.userId)))
        .returning({ id: passkeys.id });
      if (removed.length === 0) throw notFound('passkey', which.id);
    }
    const [other] = await tx
      .select({ id: passkeys.id })
      .from(passkeys)
      .where(and(eq(passkeys.userId, me.userId), ne(passkeys.id, which.kind === 'passkey' ? which.id : '')));
    const appLeft = which.kind !== 'totp' && (user?.totpConfirmedAt ?? null) !== null;
    if (other === undefined && !appLeft) {
      await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, me.userId));
    }
    await recordForUser(tx, actor, me.userId, {
      operation: 'user.factorRemoved',
      sentence: `${actor.name} removed ${name}`,
    });
  });
}
