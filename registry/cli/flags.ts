import type { Command } from 'commander';

export const json = ['--json', 'machine-readable output, version 1'] as const;
export const yes = ['--yes', 'do not ask'] as const;
export const data = ['--data <folder>', 'data folder (GANTRY_DATA, default ~/.gantry/registry)'] as const;

/** Flags of every command that talks to a registry. */
export const asClient = (command: Command): Command =>
  command
    .option('--url <url>', 'registry to talk to (GANTRY_URL, default: where you signed in)')
    .option('--api-key <source>', 'API key as file:PATH or - (GANTRY_API_KEY)')
    .option(...json);

/** Examples under `--help`, likeliest first. */
export const withExamples = (command: Command, ...lines: [string, string, string]): Command =>
  command.addHelpText('after', ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n'));
