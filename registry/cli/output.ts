/** One line of JSON, version 1, on standard output. */
export const print = (value: object): void =>
  void process.stdout.write(`${JSON.stringify({ v: 1, ...value })}\n`);

/** A result for a person, on standard output. */
export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Talk beside the result, on standard error. */
export const mention = (text: string): void => void process.stderr.write(`${text}\n`);

/** A command's result: one object for a program, or text for a person. */
export function show(asJson: boolean | undefined, result: object, text: string): void {
  if (asJson) print(result);
  else say(text);
}

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

/** One thing for a person: a line per field. */
export function details(
  fields: Readonly<Record<string, string | number | boolean | null | undefined>>,
): string {
  const shown = Object.entries(fields).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${String(value)}`).join('\n');
}
