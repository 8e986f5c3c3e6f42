import { readFileSync } from 'node:fs';
import { packageRoot } from '@gantry/registry/paths.js';
import { buildProgram } from '@gantry/registry/cli/program.js';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { runHere } from './in-process.js';

/** Commands that do something, by the words that call them. */
function leavesOf(command: Command, path: string): [string, Command][] {
  if (command.commands.length === 0) return [[path, command]];
  return command.commands.flatMap((one) => leavesOf(one, `${path} ${one.name()}`.trim()));
}
const leaves = leavesOf(buildProgram({ code: 0 }), '');

/** The words of a shell line up to a pipe or redirection, quotes taken off. */
const wordsOf = (line: string): string[] =>
  [...(line.split(/ [|>&<]/)[0] as string).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (word) => word[1] ?? word[2] ?? word[3] ?? '',
  );

/** Whether a line calls a command that is there, with flags it has. */
function faultsOf(line: string): string[] {
  const words = wordsOf(line.slice(line.indexOf('gantry-registry') + 'gantry-registry'.length));
  const path: string[] = [];
  for (const word of words) {
    if (!leaves.some(([name]) => `${name} `.startsWith([...path, word, ''].join(' ')))) break;
    path.push(word);
  }
  const leaf = leaves.find(([name]) => name === path.join(' '))?.[1];
  const flags = words.filter((word) => word.startsWith('--'));
  if (leaf === undefined) return words[0] === '--help' ? [] : [`${line}: no such command`];
  const known = new Set(leaf.options.map(({ long }) => long));
  return flags.filter((flag) => !known.has(flag)).map((flag) => `${line}: no flag ${flag}`);
}

describe.each(leaves)('gantry-registry %s', (name, command) => {
  test('shows three examples under --help, which it understands, and speaks JSON', async () => {
    const help = await runHere(...name.split(' '), '--help');
    expect(help.code).toBe(0);
    const examples = help.stdout.split('Examples:\n')[1]?.trim().split('\n') ?? [];
    expect(examples).toHaveLength(3);
    expect(examples.filter((line) => line.includes('gantry-registry')).flatMap(faultsOf)).toEqual([]);
    const speaks = command.options.some(({ long }) => long === '--json') || name === 'openapi';
    expect(speaks).toBe(true);
  });
});

test('the README calls only commands and flags that are there', () => {
  const readme = readFileSync(`${packageRoot}/README.md`, 'utf8');
  const lines = readme.split('\n').filter((line) => /^(?:\S+=\S+ )?gantry-registry /.test(line));
  expect(lines.length).toBeGreaterThan(20);
  const calls = lines.flatMap((line) => {
    const call = line.split(/ {2,}/)[0] as string;
    // `customer disable|enable X` stands for both.
    const either = /(\S+\|\S+)/.exec(call)?.[1];
    return either === undefined ? [call] : either.split('|').map((one) => call.replace(either, one));
  });
  expect(calls.flatMap((call) => faultsOf(call.replaceAll(/[[\]]/g, '')))).toEqual([]);
});

test('wrong calls end with 2 and say how it is called', async () => {
  expect((await runHere('customer', 'explode')).code).toBe(2);
  expect((await runHere('customer', 'disable')).code).toBe(2);
  const away = await runHere('camera', 'list', '--url', 'http://127.0.0.1:1', '--api-key', 'key_in_argv');
  expect([away.code, away.stderr]).toEqual([2, expect.stringContaining('file:PATH')]);
});

test.each(['bash', 'zsh'])('completion for %s knows every command and flag', async (shell) => {
  const { code, stdout } = await runHere('completion', shell);
  expect(code).toBe(0);
  for (const [name] of leaves) expect(stdout).toContain(`" ${name}"*)`);
  expect(stdout).toContain('--watch');
  expect((await runHere('completion', 'tcsh')).code).toBe(2);
});
