import type { UserId } from '@gantry/protocol/ids.js';
import type { Context } from '../../context.js';
import type { Queryable, Transaction } from '../../db/database.js';
import { and, eq, isNull, sql } from '../../db/drizzle.js';
import { recoveryCodes } from '../../db/schema/sign-in.js';
import { hashSecret } from '../secrets.js';

const codeCount = 10;
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Replaces a person's recovery codes by ten new ones of 79 bits; shown this once. */
export async function makeRecoveryCodes(
  ctx: Pick<Context, 'random'>,
  tx: Transaction,
  userId: UserId,
): Promise<string[]> {
  const codes = Array.from({ length: codeCount }, () => readableCode(ctx.random));
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx.insert(recoveryCodes).values(codes.map((code) => ({ userId, codeHash: hashOf(userId, code) })));
  return codes;
}

/** Uses a code up; of two at once only one succeeds. */
export async function useRecoveryCode(
  ctx: Pick<Context, 'clock'>,
  db: Queryable,
  userId: UserId,
  code: string,
): Promise<boolean> {
  const used = await db
    .update(recoveryCodes)
    .set({ usedAt: new Date(ctx.clock.nowMs()) })
    .where(
      and(
        eq(recoveryCodes.codeHash, hashOf(userId, code)),
        eq(recoveryCodes.userId, userId),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ userId: recoveryCodes.userId });
  return used.length > 0;
}

export async function countRecoveryCodes(db: Queryable, userId: UserId): Promise<number> {
  const [left] = await db
    .select({ left: sql<number>`count(*)::int` })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)));
  return left?.left ?? 0;
}

/** As people type it: case, spaces and dashes do not count. */
const hashOf = (userId: UserId, code: string): string =>
  hashSecret(`${userId}:${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`);

function readableCode(random: Context['random']): string {
  const limit = Math.floor(256 / letters.length) * letters.length;
  const fair: number[] = [];
  // Bytes beyond the last whole multiple of the alphabet are dropped, so that every letter is as likely.
  while (fair.length < 16) fair.push(...[...random(32)].filter((byte) => byte < limit));
  const text = fair
    .slice(0, 16)
    .map((byte) => letters[byte % letters.length])
    .join('');
  return (text.match(/.{4}/g) as string[]).join('-');
}
