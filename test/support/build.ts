import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './source-files.js';

/** Tests run what is built: what changed since is built first, so that none tries yesterday's code. */
export default function build(): void {
  execFileSync(process.execPath, [join(repositoryRoot, '.ci/build.mjs')], { stdio: ['ignore', 2, 2] });
}
