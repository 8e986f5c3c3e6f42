import { parse, CsvError } from 'csv-parse';
import { Failure } from '../../errors.js';

/** One line of a list: what stands in the columns that are known, trimmed; an empty cell says nothing. */
export interface ImportLine {
  /** As an editor counts: the header is line 1. */
  line: number;
  cells: Partial<Record<ImportColumn, string>>;
}

export const importColumns = ['id', 'mac', 'serial', 'name', 'customer', 'plan', 'tags'] as const;
export type ImportColumn = (typeof importColumns)[number];

/** How people head these columns. */
const aliases: Readonly<Record<string, ImportColumn>> = {
  cameraid: 'id',
  macaddress: 'mac',
  serialnumber: 'serial',
  cameraname: 'name',
  tag: 'tags',
};

export interface ImportTable {
  lines: ImportLine[];
  /** Headings that mean nothing here. */
  ignored: string[];
}

const linesAtMost = 20_000;
const keyColumns: readonly ImportColumn[] = ['id', 'mac', 'serial'];

/**
 * Reads a CSV file as it arrives: comma, semicolon or tab, with or without a byte order mark, columns in any order.
 * Throws `invalid` when it is no such file, has no column that names cameras, or more than 20,000 lines.
 */
export async function readImport(bytes: AsyncIterable<Uint8Array>): Promise<ImportTable> {
  const ignored: string[] = [];
  const known: (ImportColumn | null)[] = [];
  const { delimiter, whole } = await peek(bytes);
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: 20_000,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    trim: true,
  });
  const feeding = feed(parser, whole);
  const lines: ImportLine[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (known.length === 0) {
        known.push(...record.map(columnOf));
        ignored.push(...record.filter((_heading, n) => known[n] === null));
        requireKeyColumn(known);
        continue;
      }
      if (lines.length === linesAtMost) throw tooLong();
      lines.push({ line: info.lines, cells: cellsOf(record, known) });
    }
    await feeding;
  } catch (error) {
    parser.destroy();
    await feeding.catch(() => undefined);
    if (error instanceof CsvError) throw unreadable(error.message);
    throw error;
  }
  if (known.length === 0) throw unreadable('it is empty');
  return { lines, ignored };
}

/** Headings longer than this are none. */
const headerAtMostBytes = 20_000;

/** What separates the columns: whichever the first line has most of. `whole`: all the bytes, the first ones again. */
async function peek(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ delimiter: string; whole: AsyncIterable<Uint8Array> }> {
  const rest = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let sizeBytes = 0; sizeBytes < headerAtMostBytes;) {
    const { done, value } = await rest.next();
    if (done === true) break;
    first.push(value);
    sizeBytes += value.byteLength;
    if (value.includes(0x0a)) break;
  }
  const [header = ''] = Buffer.concat(first).toString('utf8').split('\n', 1);
  const count = (mark: string) => header.split(mark).length;
  const delimiter = [',', ';', '\t'].reduce((most, mark) => (count(mark) > count(most) ? mark : most));
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { delimiter, whole: whole() };
}

async function feed(parser: ReturnType<typeof parse>, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of bytes) {
      if (parser.destroyed) return;
      if (!parser.write(chunk)) await roomIn(parser);
    }
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

const roomIn = (parser: ReturnType<typeof parse>): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      parser.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    parser.on('drain', done).on('close', done).on('error', done);
  });

function columnOf(heading: string): ImportColumn | null {
  const word = heading.toLowerCase().replaceAll(/[^a-z]/g, '');
  return importColumns.find((column) => column === word) ?? aliases[word] ?? null;
}

function cellsOf(record: readonly string[], known: readonly (ImportColumn | null)[]): ImportLine['cells'] {
  const cells: ImportLine['cells'] = {};
  for (const [n, column] of known.entries()) {
    const cell = record[n];
    if (column === null || cell === undefined || cell === '') continue;
    // An export puts an apostrophe before what a spreadsheet would take for a formula (http/csv.ts).
    cells[column] = /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
  }
  return cells;
}

function requireKeyColumn(known: readonly (ImportColumn | null)[]): void {
  if (known.some((column) => column !== null && keyColumns.includes(column))) return;
  throw unreadable('the first line must head a column with id, mac or serial');
}

const tooLong = (): Failure =>
  new Failure('invalid', `A list has at most ${linesAtMost} lines. Split it.`, [
    { pointer: '', code: 'too_big', detail: `must have at most ${linesAtMost} lines` },
  ]);

const unreadable = (why: string): Failure =>
  new Failure('invalid', `This is no list of cameras: ${why}. Start from the template.`, [
    { pointer: '', code: 'invalid_csv', detail: why },
  ]);
