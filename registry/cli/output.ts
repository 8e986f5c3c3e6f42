/** One line of JSON on standard output. */
export const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** A result for a person, on standard output. */
export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Talk beside the result, on standard error. */
export const mention = (text: string): void => void process.stderr.write(`${text}\n`);

/** Columns as wide as their longest cell; the last one runs free. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}
