import type { Command } from 'commander';

/** Flags that many commands share. */
export const data = ['--data <folder>', 'data folder (GANTRY_AGENT_DATA, default ~/.gantry/agent)'] as const;
export const json = ['--json', 'machine-readable output, version 1'] as const;

/** Collects an option that may be given several times. */
export const collect = (value: string, before: string[]): string[] => [...before, value];

/** Examples under `--help`, likeliest first. */
export const withExamples = (command: Command, ...lines: [string, string, string]): Command =>
  command.addHelpText('after', ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n'));
