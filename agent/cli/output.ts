/** A command's result on standard output: one object of version 1, or text for a person. */
export function show(asJson: boolean | undefined, result: object, text: string): void {
  process.stdout.write(asJson ? `${JSON.stringify({ v: 1, ...result })}\n` : text);
}

/** What a person may want to know beside the result; programs read standard output only. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);
