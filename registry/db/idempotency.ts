import type { Database } from './database.js';
import { and, eq, lt, sql } from './drizzle.js';
import { idempotencyKeys } from './schema/operations.js';

/** Whose request it is: a principal and the hash of the key it chose. */
export interface RequestKey {
  principal: string;
  keyHash: string;
}

/** `first`: nobody asked with this key before, and from now on it is taken. */
export type Begun =
  | { kind: 'first' }
  | { kind: 'running'; fingerprint: string; startedAt: Date }
  | { kind: 'answered'; fingerprint: string; status: number; answer: string };

const keptHours = 24;
const old = sql`${idempotencyKeys.createdAt} < now() - ${`${keptHours} hours`}::interval`;
const of = ({ principal, keyHash }: RequestKey) =>
  and(eq(idempotencyKeys.principal, principal), eq(idempotencyKeys.key, keyHash));

/** Takes a key, in one statement: of any number of requests with it exactly one is the first. */
export async function beginRequest(db: Database, key: RequestKey, fingerprint: string): Promise<Begun> {
  await db.delete(idempotencyKeys).where(and(of(key), old));
  const made = await db
    .insert(idempotencyKeys)
    .values({ principal: key.principal, key: key.keyHash, fingerprint })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (made.length > 0) return { kind: 'first' };
  const [kept] = await db.select().from(idempotencyKeys).where(of(key));
  // Given free between the two statements: whoever comes again is the first.
  if (kept === undefined) return { kind: 'running', fingerprint, startedAt: new Date() };
  const { status, answer } = kept;
  return status === null || answer === null
    ? { kind: 'running', fingerprint: kept.fingerprint, startedAt: kept.createdAt }
    : { kind: 'answered', fingerprint: kept.fingerprint, status, answer };
}

/** Keeps what the first request was answered. */
export async function keepAnswer(
  db: Database,
  key: RequestKey,
  kept: { status: number; answer: string },
): Promise<void> {
  await db.update(idempotencyKeys).set(kept).where(of(key));
}

/** Gives a key free whose request was not carried out. */
export async function freeKey(db: Database, key: RequestKey): Promise<void> {
  await db.delete(idempotencyKeys).where(of(key));
}

/** Forgets answers older than a day. */
export async function forgetOldAnswers(db: Database): Promise<void> {
  await db
    .delete(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, sql`now() - ${`${keptHours} hours`}::interval`));
}
