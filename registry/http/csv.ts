import { stringify } from 'csv-stringify/sync';

/** Text, numbers, yes and no; null is an empty cell. */
export type Cell = string | number | boolean | null;

/**
 * Lines of CSV (RFC 4180, CRLF). What a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab, CR at the
 * start) gets an apostrophe in front: names of cameras come from devices, names of people from strangers.
 * Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csvLines = (rows: readonly (readonly Cell[])[]): string =>
  stringify(
    rows.map((row) => row.map((cell) => (typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell))),
    { escape_formulas: true, record_delimiter: 'windows' },
  );

/** A CSV file as an answer's body: the header, then what `pages` brings, page by page. */
export function csvBody(
  header: readonly string[],
  pages: AsyncIterable<readonly (readonly Cell[])[]>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield encoder.encode(csvLines([header]));
    for await (const rows of pages) yield encoder.encode(csvLines(rows));
  }
  return ReadableStream.from(bytes());
}
