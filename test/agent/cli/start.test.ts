import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { programs } from '../../support/built.js';
import { repositoryRoot } from '../../support/source-files.js';

/** Runs in the command's process and writes the address of each module it loads to standard error. */
const telling = `
import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`
import { writeSync } from 'node:fs';
export const load = (url, context, next) => {
  writeSync(2, url + '\\\\n');
  return next(url, context);
};
\`));`;

/** Relative to the repository. */
function modulesOf(...args: string[]): string[] {
  const inside = ['--import', `data:text/javascript,${encodeURIComponent(telling)}`];
  const { status, stderr } = spawnSync(process.execPath, [...inside, programs.agent, ...args], {
    encoding: 'utf8',
  });
  expect([args, status]).toEqual([args, 0]);
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('file:'))
    .map((url) => relative(repositoryRoot, fileURLToPath(url)));
}

/** Why it starts fast; how fast is measured by the bench `start`. */
it('loads its parser before it knows the command, and nothing else', () => {
  const modules = modulesOf('version');
  expect(modules).toContain('agent/dist/cli/program.js');
  const parser =
    /^(agent\/(bin\/gantry|dist\/version|dist\/cli\/(main|flags|program[\w-]*))\.js$|node_modules\/commander\/)/;
  expect(modules.filter((path) => !parser.test(path))).toEqual([]);
});
