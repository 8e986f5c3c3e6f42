// Runs the suite by the given command, then the files in which something failed once more, each alone in a process of
// its own: stories use real cameras, clocks and sockets on a machine that others use too. What passes then has passed,
// and is named. Closes with the line `N passed, N failed, N skipped`, and before it a line for each that failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const [command, ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'gantry-suite-'));

/** More than this did not fail by bad luck. */
const mostFilesTriedAgain = 12;

/** What became of each file (support/closing-line-reporter.ts); what belongs to none has the name ''. */
function run(...more) {
  const path = join(folder, 'outcome.json');
  rmSync(path, { force: true });
  const { status, signal, error } = spawnSync(command, [...args, ...more], {
    stdio: 'inherit',
    env: { ...process.env, SUITE_OUTCOME: path },
  });
  const ending = `the runner ended with ${error?.message ?? signal ?? status}`;
  const broken = { '': { passed: 0, failed: 1, skipped: 0, failures: [ending] } };
  try {
    const outcome = JSON.parse(readFileSync(path, 'utf8'));
    const isWhole = status === 0 || Object.values(outcome).some(({ failed }) => failed > 0);
    return isWhole ? outcome : { ...outcome, ...broken };
  } catch {
    return broken;
  }
}

const first = run();
const again = Object.keys(first).filter((file) => file !== '' && first[file].failed > 0);
const isTriedAgain = again.length > 0 && again.length <= mostFilesTriedAgain;
if (isTriedAgain) console.log(`\nOnce more, each alone:\n${again.join('\n')}\n`);
const outcome = { ...first, ...(isTriedAgain ? run('--isolate', '--no-file-parallelism', ...again) : {}) };
rmSync(folder, { recursive: true });

const tell = (what, file, failures) => {
  const name = file === '' ? '' : `${relative('test', file)} > `;
  for (const failure of failures) console.log(`${what}: ${name}${failure}`.slice(0, 300));
};
for (const file of again)
  if (outcome[file].failed === 0) tell('passed only when tried alone', file, first[file].failures);
for (const [file, { failures }] of Object.entries(outcome)) tell('failed', file, failures);

const total = (state) => Object.values(outcome).reduce((sum, one) => sum + one[state], 0);
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = total('failed') === 0 ? 0 : 1;
