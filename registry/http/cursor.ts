import { Failure } from '../errors.js';

/** Where a list goes on: the sort keys of the last item shown. Opaque to clients, so that it may change. */
export const encodeCursor = (keys: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(keys)).toString('base64url');

/** The inverse of {@link encodeCursor}. Throws `malformed` for anything this registry did not make. */
export function decodeCursor<Keys extends readonly ('string' | 'number')[]>(
  cursor: string,
  ...kinds: Keys
): { [Index in keyof Keys]: Keys[Index] extends 'string' ? string : number } {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(keys) &&
      keys.length === kinds.length &&
      kinds.every((kind, i) => typeof keys[i] === kind)
    ) {
      return keys as never;
    }
  } catch {
    // Falls through: it is no cursor of ours.
  }
  throw new Failure('malformed', 'This cursor is not one of ours. Start again without a cursor.');
}

/** One page of rows that were asked for with `limit + 1`. */
export function pageOfRows<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keysOf: (row: Row) => readonly (string | number)[],
  toItem: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    next: rows.length > limit && last !== undefined ? encodeCursor(keysOf(last)) : null,
  };
}

/**
 * A page of a list in order of id: what every list without another order answers. `read` gets the id to begin
 * behind and answers one more row than `limit`.
 */
export async function pageById<Row extends { id: string }, Item>(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (page: { limit: number; after: string | null }) => Promise<readonly Row[]>,
  toItem: (row: Row) => Item,
): Promise<{ items: Item[]; next: string | null }> {
  const after = cursor === undefined ? null : decodeCursor(cursor, 'string')[0];
  return pageOfRows(await read({ limit, after }), limit, (row) => [row.id], toItem);
}
