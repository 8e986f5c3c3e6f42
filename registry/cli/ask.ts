import { createInterface } from 'node:readline/promises';

/** Asks a person on the terminal; null where nobody sits in front of one. */
export async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await prompt.question(question)).trim();
  } finally {
    prompt.close();
  }
}

/** Whether to go on; scripts are not asked. */
export async function agreed(question: string, flags: { yes?: true; json?: true }): Promise<boolean> {
  if (flags.yes || flags.json) return true;
  const answer = await ask(`${question} Continue? [y/N] `);
  return answer === null || /^y(es)?$/i.test(answer);
}
