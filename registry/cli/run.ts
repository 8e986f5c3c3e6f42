import { CommanderError } from 'commander';
import { exitCodeOf, exitCodes, isExpected } from './exit-code.js';
import { buildProgram } from './program.js';

/** Runs one command line, without the words `node main.js`. Answers the exit code; what went wrong is told. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const outcome = { code: exitCodes.ok as number };
    await buildProgram(outcome).parseAsync([...args], { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const shown = isExpected(error)
      ? (error as Error).message
      : error instanceof Error
        ? error.stack
        : String(error);
    process.stderr.write(`${shown}\n`);
    return exitCodeOf(error);
  }
}
