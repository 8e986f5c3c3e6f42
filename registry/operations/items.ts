import { documents } from '../cameras/arrays.js';
import type { Transaction } from '../db/database.js';
import { sql } from '../db/drizzle.js';

/** Rows of one INSERT. */
const itemsAtOnce = 10_000;

/** Writes down what an operation is to do, in order. */
export async function putItems(
  tx: Transaction,
  operationId: string,
  items: readonly Record<string, unknown>[],
): Promise<void> {
  for (let from = 0; from < items.length; from += itemsAtOnce) {
    await tx.execute(sql`
      insert into operation_items (operation_id, n, item)
      select ${operationId}, ${from}::int + n, item
      from unnest(${documents(items.slice(from, from + itemsAtOnce))}) with ordinality as x (item, n)`);
  }
}

/** Takes the next items away, in order; what the transaction does with them is done once. */
export async function takeItems<Item extends Record<string, unknown>>(
  tx: Transaction,
  operationId: string,
  count: number,
): Promise<Item[]> {
  const { rows } = await tx.execute<{ item: Item; n: number }>(sql`
    delete from operation_items where operation_id = ${operationId} and n in (
      select n from operation_items where operation_id = ${operationId} order by n limit ${count}
    ) returning n, item`);
  return rows.toSorted((a, b) => a.n - b.n).map(({ item }) => item);
}

/** What an operation that ended early leaves undone. */
export async function dropItems(tx: Transaction, operationId: string): Promise<void> {
  await tx.execute(sql`delete from operation_items where operation_id = ${operationId}`);
}
