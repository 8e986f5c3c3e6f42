import type { Queryable } from './database.js';
import { sql, type SQL } from './drizzle.js';

/** Of more that fit, a walk through a list soon comes upon a page. */
const fewAtMost = 2_000;
/** The index knows three letters in a row, and no fewer. */
const shortest = 3;

/**
 * Ids of what a text fits, when these are few: a walk through very many rows for the three that fit takes seconds.
 * `find` is answered by an index of {@link isPartOf} and ends at `atMost` ids. Ask it outside row-security.ts: behind
 * that wall nothing but ids is found by index, so a list asks for these ids there. Null: very many fit, or the text is
 * too short.
 */
export async function fewThatFit<Id extends string>(
  db: Queryable,
  text: string,
  find: (atMost: SQL) => SQL,
): Promise<Id[] | null> {
  if (text.length < shortest) return null;
  const { rows } = await db.execute<{ id: Id }>(find(sql.raw(String(fewAtMost + 1))));
  return rows.length > fewAtMost ? null : rows.map(({ id }) => id);
}

/** The text is part of what describes a row, whatever its case; word for word as the index has it. */
export const isPartOf = (text: string, described: SQL): SQL =>
  sql`lower(${described}) like lower(${`%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`})`;
