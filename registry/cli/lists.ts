import { z } from 'zod';
import type { Client } from './client.js';
import { print, say, table } from './output.js';

/** Everything a list holds, page by page. `query` without `limit` and `cursor`. */
export async function* everything<Schema extends z.ZodType>(
  client: Client,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  item: Schema,
): AsyncGenerator<z.infer<Schema>> {
  const page = z.object({ items: z.array(item), next: z.string().nullable() });
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const wanted = new URLSearchParams([...given, ['limit', '200']]);
  for (let next: string | null = ''; next !== null;) {
    if (next !== '') wanted.set('cursor', next);
    const answer: { items: z.infer<Schema>[]; next: string | null } = await client.get(
      `${path}?${wanted.toString()}`,
      page,
    );
    yield* answer.items;
    next = answer.next;
  }
}

/** Shows a list: a table for a person, one object a line for a program. */
export async function showList<Item extends object>(
  asJson: boolean | undefined,
  items: AsyncIterable<Item>,
  head: readonly string[],
  row: (item: Item) => readonly string[],
): Promise<void> {
  const rows: (readonly string[])[] = [];
  for await (const item of items) {
    if (asJson) print(item);
    else rows.push(row(item));
  }
  if (!asJson) say(table(head, rows));
}
