import { execFile, spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { settingsSchema } from '../config.js';
import { say, show } from './output.js';
import { UsageError } from './usage-error.js';

export interface InstallFlags {
  registry?: string;
  join?: string;
  /** Root of the file system to install into; `/` unless an image is built. */
  root: string;
  json?: boolean;
}

const unitName = 'gantry-agent.service';
const run = promisify(execFile);

/** `gantry service install`: unit, user, settings; then starts it, unless another root is given. */
export async function install(flags: InstallFlags): Promise<void> {
  const below = (path: string) => join(flags.root, path);
  const unit = await unitText(resolve(process.argv[1] ?? ''));
  const lines = [
    ...(flags.registry === undefined ? [] : [`GANTRY_REGISTRY_URL=${registryOf(flags.registry)}`]),
    ...(flags.join === undefined ? [] : ['GANTRY_JOIN_TOKEN=file:/etc/gantry/join-token']),
  ];
  const inImage = resolve(flags.root) !== '/';
  await writable(async () => {
    await mkdir(below('/etc/systemd/system'), { recursive: true });
    await mkdir(below('/etc/gantry'), { recursive: true });
    await writeFile(below(`/etc/systemd/system/${unitName}`), unit);
    if (lines.length > 0)
      await writeFile(below('/etc/gantry/agent.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
    if (flags.join === undefined) return;
    const token = below('/etc/gantry/join-token');
    await copyFile(tokenFileOf(flags.join), token);
    await chmod(token, 0o600);
  });
  if (inImage) {
    if (!flags.json) say(`Installed below ${flags.root}`);
    return show(flags.json, { installed: flags.root, started: false }, '');
  }
  await ensureUser();
  if (flags.join !== undefined) await run('chown', ['gantry:gantry', '/etc/gantry/join-token']);
  await systemctl('daemon-reload');
  await systemctl('enable', '--now', unitName);
  if (!flags.json)
    say(
      `The agent runs as a service. What it says, also the code to approve: journalctl -fu ${unitName}\n` +
        'What it does: sudo gantry status --data /var/lib/gantry',
    );
  show(flags.json, { installed: flags.root, started: true }, '');
}

/** `gantry service start|stop|status`: what systemd answers, with its exit code. */
export async function control(verb: 'start' | 'stop' | 'status', flags: { json?: boolean }): Promise<void> {
  const args = ['--no-pager', verb, unitName];
  const child = spawn('systemctl', args, { stdio: flags.json ? 'ignore' : 'inherit' });
  process.exitCode = await new Promise<number>((done, failed) => {
    child.on('error', () => failed(noSystemd()));
    child.on('close', (code) => done(code ?? 1));
  });
  if (flags.json) show(true, await unitState(), '');
}

async function unitState(): Promise<object> {
  const names = ['LoadState', 'ActiveState', 'SubState', 'ExecMainStatus'];
  const { stdout } = await run('systemctl', ['show', unitName, `--property=${names.join(',')}`]).catch(() => {
    throw noSystemd();
  });
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? null;
  return {
    unit: unitName,
    installed: value('LoadState') === 'loaded',
    active: value('ActiveState'),
    sub: value('SubState'),
    exitCode: Number(value('ExecMainStatus') ?? 0),
  };
}

async function unitText(program: string): Promise<string> {
  // Beside `dist` in the package, beside this folder in the sources.
  for (const place of ['../../service/', '../service/']) {
    const path = fileURLToPath(new URL(`${place}${unitName}`, import.meta.url));
    const template = await readFile(path, 'utf8').catch(() => null);
    if (template !== null) return template.replaceAll('@GANTRY@', commandOf(program));
  }
  throw new Error(`this package lacks service/${unitName}`);
}

/** The launcher of a package; Node with the program where there is none. */
function commandOf(program: string): string {
  // By the link that `gantry update` moves, whatever version this is.
  const [, place] = /^(.*\/gantry-agent)(?:-[^/]+)?\/bin\/gantry\.js$/.exec(program) ?? [];
  return place === undefined ? `${process.execPath} ${program}` : `${place}/bin/gantry`;
}

function registryOf(text: string): string {
  if (settingsSchema.shape.registryUrl.safeParse(text).success && !/\s/.test(text)) return text;
  throw new UsageError('--registry needs an address like https://cams.example.com.');
}

function tokenFileOf(source: string): string {
  if (source.startsWith('file:')) return source.slice('file:'.length);
  throw new UsageError('The join token of a service comes from a file: --join file:PATH');
}

async function ensureUser(): Promise<void> {
  const known = await run('id', ['gantry']).then(
    () => true,
    () => false,
  );
  if (!known)
    await run('useradd', [
      '--system',
      '--home-dir',
      '/var/lib/gantry',
      '--shell',
      '/usr/sbin/nologin',
      'gantry',
    ]);
}

async function systemctl(...args: string[]): Promise<void> {
  try {
    await run('systemctl', args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw noSystemd();
    throw error;
  }
}

const noSystemd = (): UsageError =>
  new UsageError('This computer has no systemd. Run `gantry up` by whatever starts its services.');

async function writable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw new UsageError(`${path} cannot be written. Run this with sudo.`);
    if (code === 'ENOENT') throw new UsageError(`${path} is not there. Check the path.`);
    throw error;
  }
}
