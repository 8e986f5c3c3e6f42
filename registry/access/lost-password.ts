import { registryActor } from '../actor.js';
import type { Context } from '../context.js';
import { eq, sql } from '../db/drizzle.js';
import { users } from '../db/schema/people.js';
import { passkeys, recoveryCodes } from '../db/schema/sign-in.js';
import { voidLinks } from './links.js';
import type { Passwords } from './passwords.js';
import { readablePassword } from './readable-password.js';
import { endSessions } from './sessions.js';
import { recordForUser } from './user-history.js';

/**
 * A new password for somebody who cannot get a letter, made by who runs the registry's machine: shown this once, to be
 * changed at the next sign-in. Sessions and links end; `secondFactor` takes those away, too. Answers null when nobody
 * has this address.
 */
export async function resetLostPassword(
  ctx: Pick<Context, 'db' | 'clock' | 'random'>,
  passwords: Passwords,
  act: { email: string; secondFactor: boolean },
): Promise<{ email: string; password: string } | null> {
  const password = readablePassword(ctx.random);
  const passwordHash = await passwords.hash(password);
  return ctx.db.transaction(async (tx) => {
    const [user] = await tx
      .update(users)
      .set({ passwordHash, mustChangePassword: true, version: sql`${users.version} + 1` })
      .where(sql`lower(${users.email}) = lower(${act.email})`)
      .returning();
    if (user === undefined) return null;
    if (act.secondFactor) {
      const none = { totpSecret: null, totpConfirmedAt: null, totpLastStep: null };
      await tx.update(users).set(none).where(eq(users.id, user.id));
      await tx.delete(passkeys).where(eq(passkeys.userId, user.id));
      await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, user.id));
    }
    await voidLinks(ctx, tx, user.id, ['activate', 'reset']);
    await endSessions(tx, user.id, null);
    await recordForUser(tx, registryActor, user.id, {
      operation: 'user.passwordReset',
      sentence: `Somebody at the registry's machine gave ${user.name} a new password`,
      after: { secondFactorRemoved: act.secondFactor },
    });
    return { email: user.email, password };
  });
}
