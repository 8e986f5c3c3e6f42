// Runs before `npm start` and `npm test`: brings a fresh checkout to the point where it can run, or says
// plainly what a person must install. Plain JavaScript without dependencies: it runs before `npm ci`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const purpose = process.argv[2] ?? 'start';

const fail = (what, todo) => {
  process.stderr.write(`\n${what}\n${todo}\n\n`);
  process.exit(1);
};

const run = (command, args) => {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    fail(
      `\`${command} ${args.join(' ')}\` failed.`,
      'What it printed above says why; mend it and start again.',
    );
  }
};

/** Whether a program can be started at all; mosquitto answers even `-h` with a failure. */
const exists = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).error === undefined;

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `Gantry needs Node 20.19 or newer; this is ${process.version}.`,
    'Install a newer Node and start again.',
  );
}

/** Programs that do not come from npm. On Debian as root they are installed here, elsewhere a person does it. */
function requirePrograms(programs) {
  const missing = programs.filter(({ command, probe }) => !exists(command, ...probe));
  if (missing.length === 0) return;
  const packages = missing.map(({ debian }) => debian);
  const byHand = `sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !exists('apt-get', '--version')) {
    fail(
      `Missing: ${missing.map(({ command, why }) => `${command} (${why})`).join(', ')}.`,
      `On Debian: ${byHand}`,
    );
  }
  process.stderr.write(`Installing ${packages.join(', ')} with apt-get …\n`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

/** What npm left in node_modules is what the lock file asks for; packages for other platforms may be absent. */
function modulesFit() {
  const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  let installed;
  try {
    installed = read('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  return Object.entries(read('package-lock.json')).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const there = installed[path];
    return there === undefined
      ? wanted.optional === true || wanted.devOptional === true
      : there.version === wanted.version;
  });
}

function requireModules() {
  if (modulesFit()) return;
  process.stderr.write('Installing packages (npm ci) …\n');
  run('npm', ['ci', '--no-fund', '--no-audit']);
}

const ffmpeg = { command: 'ffmpeg', probe: ['-version'], debian: 'ffmpeg', why: 'records and joins video' };
const forTests = [
  { command: 'chromium', probe: ['--version'], debian: 'chromium', why: 'runs the browser stories' },
  { command: 'ip', probe: ['-V'], debian: 'iproute2', why: 'makes the network namespaces of the site story' },
  { command: 'mosquitto', probe: ['-h'], debian: 'mosquitto', why: 'is the external broker of the tests' },
  { command: 'faketime', probe: ['--version'], debian: 'faketime', why: 'sets the clock of one process' },
];

requireNode();
requirePrograms(purpose === 'test' ? [ffmpeg, ...forTests] : [ffmpeg]);
requireModules();
process.stderr.write('Building …\n');
run(process.execPath, [join(root, '.ci', 'build.mjs')]);
