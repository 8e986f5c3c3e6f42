import type { UserId } from '@gantry/protocol/ids.js';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Context } from '../../context.js';
import type { Queryable } from '../../db/database.js';
import { and, eq } from '../../db/drizzle.js';
import { passkeys } from '../../db/schema/sign-in.js';
import { Failure } from '../../errors.js';

export type PasskeyRow = typeof passkeys.$inferSelect;
export type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON };

/** What browsers bind a passkey to: the registry's public address. */
const partyOf = (ctx: Pick<Context, 'publicUrl'>): { rpID: string; origin: string } => {
  const { hostname, origin } = new URL(ctx.publicUrl());
  return { rpID: hostname, origin };
};

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'));

export const listPasskeys = (db: Queryable, userId: UserId): Promise<PasskeyRow[]> =>
  db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(passkeys.createdAt);

const known = (rows: readonly PasskeyRow[]) => rows.map(({ id, transports }) => ({ id, transports }));

/** What `navigator.credentials.create` needs. */
export const creationOptions = (
  ctx: Pick<Context, 'publicUrl'>,
  person: { userId: UserId; email: string; name: string },
  challenge: string,
  rows: readonly PasskeyRow[],
): Promise<PublicKeyCredentialCreationOptionsJSON> =>
  generateRegistrationOptions({
    rpName: 'Gantry',
    rpID: partyOf(ctx).rpID,
    userID: new Uint8Array(Buffer.from(person.userId)),
    userName: person.email,
    userDisplayName: person.name,
    challenge: bytesOf(challenge),
    attestationType: 'none',
    excludeCredentials: known(rows),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });

/** What `navigator.credentials.get` needs; null for somebody without passkeys. */
export async function requestOptions(
  ctx: Pick<Context, 'publicUrl'>,
  challenge: string,
  rows: readonly PasskeyRow[],
): Promise<PublicKeyCredentialRequestOptionsJSON | null> {
  if (rows.length === 0) return null;
  return generateAuthenticationOptions({
    rpID: partyOf(ctx).rpID,
    challenge: bytesOf(challenge),
    allowCredentials: known(rows),
    userVerification: 'preferred',
  });
}

/** Checks what a browser made of {@link creationOptions}. Throws `invalid`. */
export async function checkNewPasskey(
  ctx: Pick<Context, 'publicUrl'>,
  challenge: string,
  response: RegistrationResponseJSON,
): Promise<Pick<PasskeyRow, 'id' | 'publicKey' | 'counter' | 'transports'>> {
  const party = partyOf(ctx);
  const checked = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.rpID,
    requireUserVerification: false,
  }).catch(() => null);
  if (checked === null || !checked.verified) {
    throw new Failure('invalid', 'This passkey was not made for this registry and this request. Try again.');
  }
  const { credential } = checked.registrationInfo;
  return {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: credential.transports ?? [],
  };
}

/** Whether a passkey of the person signed the challenge; a signature counter that goes back is refused. */
export async function checkPasskey(
  ctx: Pick<Context, 'db' | 'clock' | 'publicUrl'>,
  userId: UserId,
  challenge: string,
  response: AuthenticationResponseJSON,
): Promise<boolean> {
  const own = and(eq(passkeys.id, response.id), eq(passkeys.userId, userId));
  const [row] = await ctx.db.select().from(passkeys).where(own);
  if (row === undefined) return false;
  const party = partyOf(ctx);
  const checked = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.rpID,
    credential: { id: row.id, publicKey: bytesOf(row.publicKey), counter: row.counter },
    requireUserVerification: false,
  }).catch(() => null);
  if (checked === null || !checked.verified) return false;
  const counter = checked.authenticationInfo.newCounter;
  await ctx.db
    .update(passkeys)
    .set({ counter, lastUsedAt: new Date(ctx.clock.nowMs()) })
    .where(own);
  return true;
}
