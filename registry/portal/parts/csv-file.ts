import { download } from './download.js';

/** What a spreadsheet would take for a formula gets an apostrophe in front, as in the API's files (http/csv.ts). */
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Lines of CSV (RFC 4180). */
const csvOf = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

/** Hands a CSV file to the person, as a download. */
export const saveCsv = (name: string, rows: readonly (readonly string[])[]): void =>
  download(new Blob([csvOf(rows)], { type: 'text/csv;charset=utf-8' }), name);
