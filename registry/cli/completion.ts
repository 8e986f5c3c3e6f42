import type { Command } from 'commander';
import { show } from './output.js';
import { UsageError } from './usage-error.js';

/** `gantry-registry completion bash|zsh`: made from the commands themselves. */
export function completion(program: Command, shell: string, flags: { json?: true }): void {
  if (shell !== 'bash' && shell !== 'zsh') throw new UsageError(`${shell} is not bash or zsh.`);
  const bash = scriptOf(placesOf(program, ''));
  const zsh = '#compdef gantry-registry\nautoload -U +X bashcompinit && bashcompinit\n';
  const script = shell === 'bash' ? bash : `${zsh}${bash}`;
  show(flags.json, { shell, script }, script.trimEnd());
}

/** For the words before it (`customer disable`), what may come next. */
function placesOf(command: Command, path: string): { path: string; words: string[] }[] {
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const words = [...command.commands.map((one) => one.name()), ...flags];
  return [{ path, words }, ...command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`))];
}

/** Deeper places first: the first pattern that fits wins. */
function scriptOf(places: { path: string; words: string[] }[]): string {
  const cases = places
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ path, words }) => `    "${path}"*) words="${words.join(' ')}" ;;`);
  return [
    '_gantry_registry() {',
    '  local path="" words="" i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    case "${COMP_WORDS[i]}" in -*) ;; *) path="$path ${COMP_WORDS[i]}" ;; esac',
    '  done',
    '  case "$path" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o default -F _gantry_registry gantry-registry',
    '',
  ].join('\n');
}
