import type { Command } from 'commander';
import { show } from './output.js';
import { UsageError } from './usage-error.js';

/** One place of the command line: the words before it, and what may come next. */
export interface CompletionPlace {
  /** `cameras login`; empty for the program itself. */
  path: string;
  commands: { name: string; description: string }[];
  flags: { name: string; description: string }[];
}

/** `gantry completion bash|zsh|fish` */
export function completion(program: Command, shell: string, flags: { json?: boolean }): void {
  const write = scripts[shell as keyof typeof scripts] as ((places: CompletionPlace[]) => string) | undefined;
  if (write === undefined) throw new UsageError(`${shell} is not bash, zsh or fish.`);
  const script = write(placesOf(program, ''));
  show(flags.json, { shell, script }, script);
}

function placesOf(command: Command, path: string): CompletionPlace[] {
  const place: CompletionPlace = {
    path,
    commands: command.commands.map((one) => ({ name: one.name(), description: one.description() })),
    flags: command.options.flatMap(({ long, description }) =>
      long === undefined || long === null ? [] : [{ name: long, description }],
    ),
  };
  return [place, ...command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim()))];
}

/** Deeper places first: the first pattern that fits wins. */
function bash(places: CompletionPlace[]): string {
  const cases = places
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ path, commands, flags }) => {
      const words = [...commands, ...flags].map(({ name }) => name).join(' ');
      return `    "${path === '' ? '' : ` ${path}`}"*) words="${words}" ;;`;
    });
  return [
    '_gantry() {',
    '  local path="" words="" i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    case "${COMP_WORDS[i]}" in -*) ;; *) path="$path ${COMP_WORDS[i]}" ;; esac',
    '  done',
    '  case "$path" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o default -F _gantry gantry',
    '',
  ].join('\n');
}

const zsh = (places: CompletionPlace[]): string =>
  `#compdef gantry\nautoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;

function fish(places: CompletionPlace[]): string {
  const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
  const lines = places.flatMap(({ path, commands, flags }) => {
    const seen = path
      .split(' ')
      .filter(Boolean)
      .map((word) => `__fish_seen_subcommand_from ${word}`);
    const when = quoted(seen.length === 0 ? '__fish_use_subcommand' : seen.join('; and '));
    return [
      ...commands.map(({ name, description }) => `-n ${when} -a ${name} -d ${quoted(description)}`),
      ...flags.map(({ name, description }) => `-n ${when} -l ${name.slice(2)} -d ${quoted(description)}`),
    ];
  });
  return `${lines.map((line) => `complete -c gantry ${line}`).join('\n')}\n`;
}

const scripts = { bash, zsh, fish };
