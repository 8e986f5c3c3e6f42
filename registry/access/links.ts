import type { UserId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, eq, gt, inArray, isNull } from '../db/drizzle.js';
import { users } from '../db/schema/people.js';
import { userLinks, type LinkPurpose } from '../db/schema/sign-in.js';
import { Failure } from '../errors.js';
import { hashSecret, newSecret } from './secrets.js';

export const linkValidDays = 7;
export type LinkDelivery = 'email' | 'display';

const pages: Readonly<Record<LinkPurpose, string>> = {
  activate: 'activate',
  reset: 'reset',
  confirm_email: 'confirm',
};

type Parts = Pick<Context, 'clock' | 'random' | 'publicUrl'>;

/** Makes a single-use link and voids the ones of this purpose before it (R27). Answers its URL, known only now. */
export async function makeLink(
  ctx: Parts,
  tx: Transaction,
  link: { userId: UserId; purpose: LinkPurpose; delivery: LinkDelivery },
): Promise<string> {
  await voidLinks(ctx, tx, link.userId, [link.purpose]);
  const secret = newSecret(ctx.random);
  const nowMs = ctx.clock.nowMs();
  await tx.insert(userLinks).values({
    ...link,
    secretHash: hashSecret(secret),
    createdAt: new Date(nowMs),
    expiresAt: new Date(nowMs + linkValidDays * 86_400_000),
  });
  return `${ctx.publicUrl()}/${pages[link.purpose]}/${secret}`;
}

/** Ends the unused links of a person. */
export async function voidLinks(
  ctx: Pick<Context, 'clock'>,
  tx: Transaction,
  userId: UserId,
  purposes: LinkPurpose[],
): Promise<void> {
  await tx
    .update(userLinks)
    .set({ voidedAt: new Date(ctx.clock.nowMs()) })
    .where(
      and(
        eq(userLinks.userId, userId),
        inArray(userLinks.purpose, purposes),
        isNull(userLinks.usedAt),
        isNull(userLinks.voidedAt),
      ),
    );
}

export interface OpenLink {
  userId: UserId;
  name: string;
  email: string;
  delivery: LinkDelivery;
}

const spent = (): Failure =>
  new Failure('not_found', 'This link was used, replaced by a newer one, or has expired. Ask for a new one.');

const counts = (nowMs: number, secret: string, purpose: LinkPurpose) =>
  and(
    eq(userLinks.secretHash, hashSecret(secret)),
    eq(userLinks.purpose, purpose),
    isNull(userLinks.usedAt),
    isNull(userLinks.voidedAt),
    gt(userLinks.expiresAt, new Date(nowMs)),
  );

/** Whose link this is, without using it: mail scanners open links too. Throws `not_found`. */
export async function readLink(
  ctx: Pick<Context, 'clock'>,
  db: Queryable,
  secret: string,
  purpose: LinkPurpose,
): Promise<OpenLink> {
  const [found] = await db
    .select({ userId: users.id, name: users.name, email: users.email, delivery: userLinks.delivery })
    .from(userLinks)
    .innerJoin(users, eq(users.id, userLinks.userId))
    .where(and(counts(ctx.clock.nowMs(), secret, purpose), isNull(users.disabledAt)));
  if (found === undefined) throw spent();
  return found;
}

/** Uses a link up; of two at once only one succeeds. Throws `not_found`. */
export async function useLink(
  ctx: Pick<Context, 'clock'>,
  tx: Transaction,
  secret: string,
  purpose: LinkPurpose,
): Promise<OpenLink> {
  const link = await readLink(ctx, tx, secret, purpose);
  const nowMs = ctx.clock.nowMs();
  const used = await tx
    .update(userLinks)
    .set({ usedAt: new Date(nowMs) })
    .where(counts(nowMs, secret, purpose))
    .returning({ userId: userLinks.userId });
  if (used.length === 0) throw spent();
  return link;
}
