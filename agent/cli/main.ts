#!/usr/bin/env node
import { CommanderError } from 'commander';
import { buildProgram } from './program.js';

async function main(): Promise<number> {
  try {
    await buildProgram().parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { exitCodeOf, isExpected } = await import('./exit-code.js');
    const { message, stack } = error as Error;
    process.stderr.write(`gantry: ${isExpected(error) ? message : stack}\n`);
    return exitCodeOf(error);
  }
}

// Everything durable is on disk by now; what a library left open must not hold the process.
process.exit(await main());
