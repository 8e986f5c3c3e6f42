import type { TenantId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, asc, desc, eq, isNull, lt, lte, type SQL, sql } from '../db/drizzle.js';
import { letters } from '../db/schema/operations.js';
import { lookAlong } from '../branding/look.js';
import { loadPath } from '../tenancy/path.js';
import { writeLetter, type Occasion, type OutgoingLetter } from './letters.js';

export type LetterRow = typeof letters.$inferSelect;

interface Posted {
  tenantId: TenantId;
  recipient: string;
  occasion: Occasion;
}

/**
 * Writes a letter: it looks as at `tenantId`, and bears the name that the integrator nearest above chose for its
 * letters, else its own (R55).
 */
export async function composeLetter(
  ctx: Pick<Context, 'newId'>,
  q: Queryable,
  { tenantId, recipient, occasion }: Posted,
): Promise<OutgoingLetter & { tenantId: TenantId }> {
  const path = await loadPath(q, tenantId);
  const brand = path.findLast((tenant) => tenant.kind !== 'customer') ?? path.at(-1);
  const { effective } = await lookAlong(q, path);
  const name = effective.mailSender ?? brand?.name ?? effective.name;
  return {
    id: ctx.newId('letter'),
    tenantId: brand?.id ?? tenantId,
    recipient,
    ...writeLetter({ ...effective, name }, occasion),
  };
}

/**
 * Puts a letter into the outbox, in the change's own transaction: no letter about what did not happen, and none
 * lost.
 */
export async function postLetter(
  ctx: Pick<Context, 'clock' | 'newId'>,
  tx: Transaction,
  letter: Posted,
): Promise<void> {
  const now = new Date(ctx.clock.nowMs());
  await tx
    .insert(letters)
    .values({ ...(await composeLetter(ctx, tx, letter)), nextAttemptAt: now, createdAt: now });
}

/** The outbox, newest first; one more than `limit`. */
export async function listLetters(
  db: Queryable,
  page: { limit: number; after: string | null },
): Promise<LetterRow[]> {
  const conditions: SQL[] = page.after === null ? [] : [lt(letters.id, page.after)];
  return db
    .select()
    .from(letters)
    .where(and(...conditions))
    .orderBy(desc(letters.id))
    .limit(page.limit + 1);
}

/** How long to wait after so many failed attempts: 1, 2, 4 … min, up to 1 h. */
export const retryAfterMs = (attempts: number): number =>
  Math.min(60_000 * 2 ** Math.min(attempts - 1, 10), 3_600_000);

/** After this long a letter that nobody takes is given up; its links have expired. */
const giveUpMs = 7 * 86_400_000;
/** How long one attempt may take before another process tries. */
const leaseMs = 120_000;

/**
 * Takes the letter that waits longest and is due, and leaves it to the caller for {@link leaseMs}: two registries
 * do not send one letter twice at once. Null when nothing is due.
 */
export async function takeDueLetter(ctx: Pick<Context, 'db' | 'clock'>): Promise<LetterRow | null> {
  const now = new Date(ctx.clock.nowMs());
  return ctx.db.transaction(async (tx) => {
    const [due] = await tx
      .select()
      .from(letters)
      .where(
        and(
          isNull(letters.sentAt),
          lte(letters.nextAttemptAt, now),
          sql`${letters.createdAt} > ${new Date(now.getTime() - giveUpMs).toISOString()}::timestamptz`,
        ),
      )
      .orderBy(asc(letters.nextAttemptAt))
      .limit(1)
      .for('update', { skipLocked: true });
    if (due === undefined) return null;
    await tx
      .update(letters)
      .set({ attempts: due.attempts + 1, nextAttemptAt: new Date(now.getTime() + leaseMs) })
      .where(eq(letters.id, due.id));
    return { ...due, attempts: due.attempts + 1 };
  });
}

/**
 * Writes how an attempt ended: `error` null when the letter was taken. `forget`: its words, and the link among
 * them, are now the recipient's alone.
 */
export async function closeAttempt(
  ctx: Pick<Context, 'db' | 'clock'>,
  letter: LetterRow,
  outcome: { error: string } | { error: null; forget: boolean },
): Promise<void> {
  const nowMs = ctx.clock.nowMs();
  await ctx.db
    .update(letters)
    .set(
      outcome.error === null
        ? { sentAt: new Date(nowMs), error: null, ...(outcome.forget ? { text: '', html: '' } : {}) }
        : { error: outcome.error, nextAttemptAt: new Date(nowMs + retryAfterMs(letter.attempts)) },
    )
    .where(eq(letters.id, letter.id));
}
