import { documents, integers } from '../cameras/arrays.js';
import type { Queryable, Transaction } from '../db/database.js';
import { sql } from '../db/drizzle.js';

/** One thing of an operation over many, as its kind reads it. */
type Item = Record<string, unknown>;

/** Its number says when its turn is. */
export interface NumberedItem<One extends Item> {
  n: number;
  item: One;
}

/** Rows of one INSERT. */
const itemsAtOnce = 10_000;
/** What was tried in vain can be tried again for this long. */
export const keptDays = 30;

/** Writes down what an operation is to do, in order; `isVain`: what has failed already. */
export async function putItems<One extends Item>(
  tx: Transaction,
  operationId: string,
  items: readonly One[],
  isVain: (item: One) => boolean = () => false,
): Promise<void> {
  for (let from = 0; from < items.length; from += itemsAtOnce) {
    const some = items.slice(from, from + itemsAtOnce);
    await tx.execute(sql`
      insert into operation_items (operation_id, n, item, failed)
      select ${operationId}, ${from}::int + n, item, failed <> 0
      from unnest(${documents(some)}, ${integers(some.map((item) => Number(isVain(item))))})
        with ordinality as x (item, failed, n)`);
  }
}

/** The next to do, in order, locked; {@link settleItems} in the same transaction says what became of them. */
export async function nextItems<One extends Item>(
  tx: Transaction,
  operationId: string,
  count: number,
): Promise<NumberedItem<One>[]> {
  const { rows } = await tx.execute<NumberedItem<One> & Record<string, unknown>>(sql`
    select n, item from operation_items where operation_id = ${operationId} and not failed
    order by n limit ${count} for update`);
  return rows;
}

/** Takes what was done off the list; what failed stays on it, for {@link itemsLeft}. */
export async function settleItems<One extends Item>(
  tx: Transaction,
  operationId: string,
  items: readonly NumberedItem<One>[],
  hasFailed: (item: One) => boolean,
): Promise<void> {
  const numbers = (failed: boolean) =>
    integers(items.filter(({ item }) => hasFailed(item) === failed).map(({ n }) => n));
  await tx.execute(sql`
    with kept as (
      update operation_items set failed = true where operation_id = ${operationId} and n = any(${numbers(true)})
    )
    delete from operation_items where operation_id = ${operationId} and n = any(${numbers(false)})`);
}

/** What an operation that has ended did not do, in order: what failed, and what it never came to. */
export async function itemsLeft<One extends Item>(db: Queryable, operationId: string): Promise<One[]> {
  const { rows } = await db.execute<{ item: One }>(
    sql`select item from operation_items where operation_id = ${operationId} order by n`,
  );
  return rows.map(({ item }) => item);
}

/** Forgets what an operation leaves undone. */
export async function dropItems(tx: Transaction, operationId: string): Promise<void> {
  await tx.execute(sql`delete from operation_items where operation_id = ${operationId}`);
}

/** Forgets what nobody has tried again in {@link keptDays}. */
export async function forgetOldItems(db: Queryable): Promise<void> {
  await db.execute(sql`
    delete from operation_items using operations
    where operations.id = operation_id and finished_at < now() - ${`${keptDays} days`}::interval`);
}
