import type { Context } from '../context.js';
import { sql } from '../db/drizzle.js';
import { users } from '../db/schema/people.js';
import { Failure } from '../errors.js';
import { loadMemberships } from './memberships.js';
import type { Passwords } from './passwords.js';
import { closeChallenge, failChallenge, openChallenge, readChallenge } from './second-factor/challenges.js';
import {
  listPasskeys,
  requestOptions,
  type PublicKeyCredentialRequestOptionsJSON,
} from './second-factor/passkeys.js';
import { checkProof, type Proof } from './second-factor/proof.js';
import { countRecoveryCodes } from './second-factor/recovery.js';
import { openSession, switchedOff, type Origin, type SessionParts, type SignedIn } from './sessions.js';
import type { Throttle } from './throttle.js';

type Parts = SessionParts & Pick<Context, 'random' | 'publicUrl'>;

/** The password was right; the second step is open. */
export interface SecondStep {
  /** Goes back with the proof. */
  challenge: string;
  expiresAt: Date;
  methods: Proof['kind'][];
  /** For `navigator.credentials.get`; null without passkeys. */
  passkey: PublicKeyCredentialRequestOptionsJSON | null;
}

const wrong = (): Failure =>
  new Failure('unauthenticated', 'E-mail or password is wrong. Check both and try again.');

/**
 * Checks a password, and opens a session or the second step. An unknown e-mail takes as long and reads the same
 * as a wrong password. Throws `unauthenticated`, `rate_limited`, `account_disabled`.
 */
export async function signIn(
  ctx: Parts,
  doors: { passwords: Passwords; throttle: Throttle },
  credentials: { email: string; password: string },
  origin: Origin,
): Promise<{ kind: 'session'; signed: SignedIn } | { kind: 'secondStep'; step: SecondStep }> {
  const { email, password } = credentials;
  let user: typeof users.$inferSelect | undefined;
  const isRight = await doors.throttle.guard(email, origin.ip, async () => {
    [user] = await ctx.db
      .select()
      .from(users)
      .where(sql`lower(${users.email}) = lower(${email})`);
    return doors.passwords.matches(password, user?.passwordHash ?? null, origin.ip);
  });
  if (!isRight || user === undefined) throw wrong();
  const memberships = await loadMemberships(ctx.db, user.id);
  if (user.disabledAt !== null || memberships.length === 0) throw switchedOff();
  const passkeys = await listPasskeys(ctx.db, user.id);
  if (user.totpConfirmedAt === null && passkeys.length === 0) {
    return { kind: 'session', signed: await openSession(ctx, user.id, origin) };
  }
  const opened = await openChallenge(ctx, user.id, 'sign_in');
  const methods: Proof['kind'][] = [
    ...(user.totpConfirmedAt === null ? [] : ['totp' as const]),
    ...(passkeys.length === 0 ? [] : ['passkey' as const]),
    ...((await countRecoveryCodes(ctx.db, user.id)) === 0 ? [] : ['recoveryCode' as const]),
  ];
  const passkey = await requestOptions(ctx, opened.webauthnChallenge, passkeys);
  return {
    kind: 'secondStep',
    step: { challenge: opened.secret, expiresAt: opened.expiresAt, methods, passkey },
  };
}

/**
 * The second step. Wrong proofs are counted per account whatever the address: a code has only six digits, and
 * whoever is here knows the password. Throws `unauthenticated`, `rate_limited`, `account_disabled`.
 */
export async function finishSignIn(
  ctx: Parts,
  throttle: Throttle,
  step: { challenge: string; proof: Proof },
  origin: Origin,
): Promise<SignedIn> {
  const opened = await readChallenge(ctx, step.challenge, 'sign_in');
  const account = `second factor of ${opened.userId}`;
  const isGood = await throttle.guard(account, null, () =>
    checkProof(ctx, opened.userId, opened.webauthnChallenge, step.proof),
  );
  if (!isGood) {
    await failChallenge(ctx, step.challenge);
    throw new Failure(
      'unauthenticated',
      'This code or passkey is wrong, or was used before. Try the next one.',
    );
  }
  await closeChallenge(ctx.db, step.challenge);
  return openSession(ctx, opened.userId, origin);
}
