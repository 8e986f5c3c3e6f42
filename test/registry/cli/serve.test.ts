import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { connectDatabase } from '@gantry/registry/db/database.js';
import { stopLeftPostgres } from '@gantry/registry/db/postgres-process.js';
import { createLog } from '@gantry/registry/log.js';
import { packageRoot } from '@gantry/registry/paths.js';
import { isRunning, readProcess } from '@gantry/registry/process-start.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signIn } from '../../support/api.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { until } from '../../support/until.js';

const cli = join(packageRoot, 'dist', 'cli', 'main.js');
const cleanups: (() => Promise<unknown> | void)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-cli-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  // A registry that a failed test killed leaves its Postgres.
  cleanups.push(() => stopLeftPostgres(join(folder, 'data', 'postgres')));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Run {
  pid: number;
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  exited: Promise<number | null>;
}

function run(args: readonly string[], environment: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [cli, ...args], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      XDG_CONFIG_HOME: join(folder, 'config'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  cleanups.push(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    pid: child.pid as number,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    exited,
  };
}

const outcome = async (one: Run) => ({ code: await one.exited, stderr: one.stderr() });

interface Ready {
  url: string;
  firstSignIn: { email: string; password?: string } | null;
}

async function ready(registry: Run): Promise<Ready> {
  const line = await until(() => /^.+\n/.exec(registry.stdout())?.[0], {
    timeoutMs: 30_000,
    what: `the registry to be ready; it said ${registry.stderr()}`,
  });
  return JSON.parse(line) as Ready;
}

/** A registry on the run's Postgres: quicker to start than one with its own. */
async function serveOn(database: FreshDatabase, more: readonly string[] = []): Promise<Run> {
  const data = join(folder, 'data');
  return run(['serve', '--json', '--data', data, '--port', '0', '--mqtt-port', '0', ...more], {
    DATABASE_URL: database.url,
  });
}

async function fresh(): Promise<FreshDatabase> {
  const database = await freshDatabase();
  cleanups.push(() => database.close());
  return database;
}

test('a registry that is killed at any moment goes on with its Postgres, and nothing answered is lost; passwords are reset beside it and without it', async () => {
  const serve = ['serve', '--json', '--data', join(folder, 'data'), '--port', '0', '--mqtt-port', '0'];
  const first = run(serve);
  const { url, firstSignIn } = await ready(first);
  const { email, password = '' } = firstSignIn as NonNullable<Ready['firstSignIn']>;
  const api = await signIn(url, email, password);
  const made = await api.post<{ id: string }>('/tenants', {
    kind: 'integrator',
    name: 'North',
    email: 'n@n.example',
  });
  const pid = Number(
    (await readFile(join(folder, 'data/postgres/data/postmaster.pid'), 'utf8')).split('\n')[0],
  );

  first.kill('SIGKILL');
  await first.exited;
  expect((await readProcess(pid))?.command).toBe('postgres');

  const second = run(serve);
  const again = await ready(second);
  expect(again.firstSignIn).toBeNull();
  expect(second.stderr()).toContain('took over the Postgres');
  const asBefore = await signIn(again.url, email, password);
  expect(await asBefore.get(`/tenants/${made.id}`)).toMatchObject({ name: 'North' });

  const beside = run(serve);
  expect(await beside.exited).toBe(1);
  expect(beside.stderr()).toContain('in use by another registry');

  const resetPassword = async () => {
    const reset = run(['reset-password', email, '--data', join(folder, 'data'), '--json']);
    expect(await outcome(reset)).toEqual({ code: 0, stderr: '' });
    return (JSON.parse(reset.stdout()) as { password: string }).password;
  };
  const withNew = await signIn(again.url, email, await resetPassword());
  expect((await withNew.fetch('/tenants')).status).toBe(403);

  const start = (await readProcess(pid))?.start;
  second.kill('SIGTERM');
  expect(await second.exited).toBe(0);
  expect(start !== undefined && (await isRunning(start))).toBe(false);

  // Also on the folder alone: its Postgres is started for it and ends with it.
  const ofTheFolder = await resetPassword();
  const third = run(serve);
  await signIn((await ready(third)).url, email, ofTheFolder);
  third.kill('SIGTERM');
  expect(await third.exited).toBe(0);
}, 120_000);

test('an installer signs in once, then switches a customer off and on by its name', async () => {
  const database = await fresh();
  const registry = await serveOn(database);
  const { url, firstSignIn } = await ready(registry);
  const password = firstSignIn?.password ?? '';
  const api = await signIn(url, firstSignIn?.email ?? '', password);
  const north = await api.post<{ id: string }>('/tenants', {
    kind: 'integrator',
    name: 'North',
    email: 'n@n.example',
  });
  const bakery = { kind: 'customer', parentId: north.id, name: 'Bakery', email: 'b@b.example' };
  const { id } = await api.post<{ id: string }>('/tenants', bakery);
  await writeFile(join(folder, 'pw'), `${password}\n`);

  const login = run([
    'login',
    url,
    '--email',
    firstSignIn?.email ?? '',
    '--password',
    `file:${join(folder, 'pw')}`,
  ]);
  expect(await outcome(login)).toEqual({ code: 0, stderr: '' });
  const keptAt = join(folder, 'config', 'gantry', 'sign-in.json');
  expect((await stat(keptAt)).mode & 0o777).toBe(0o600);
  expect(await readFile(keptAt, 'utf8')).not.toContain(password);

  const disable = run(['customer', 'disable', 'bakery', '--reason', 'contract ended', '--json']);
  expect(await outcome(disable)).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(disable.stdout())).toMatchObject({ v: 1, changed: true, tenant: { id } });
  const enable = run(['customer', 'enable', id]);
  expect(await outcome(enable)).toEqual({ code: 0, stderr: '' });
  expect(enable.stdout()).toMatch(/^Enabled Bakery at .*: On\n$/);
  const cameras = run(['camera', 'list']);
  expect(await outcome(cameras)).toEqual({ code: 0, stderr: '' });
  expect(cameras.stdout()).toMatch(/^CAMERA +ID +CUSTOMER +STATUS\n$/);

  const unknown = run(['customer', 'disable', 'Nobody']);
  expect(await unknown.exited).toBe(2);
  expect(unknown.stderr()).toContain('There is no customer "Nobody"');
  const denied = run(['camera', 'list'], { GANTRY_URL: url, GANTRY_API_KEY: 'key_nonsense' });
  expect(await denied.exited).toBe(5);
  const away = run(['camera', 'list'], { GANTRY_URL: 'http://127.0.0.1:1', GANTRY_API_KEY: 'key_nonsense' });
  expect(await away.exited).toBe(4);
  expect(away.stderr()).toContain('cannot be reached');
  registry.kill('SIGINT');
  expect(await registry.exited).toBe(0);
});

test('a taken port ends the start with its number and leaves nothing behind', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  cleanups.push(() => new Promise((resolve) => taken.close(resolve)));
  const port = String((taken.address() as AddressInfo).port);
  const database = await fresh();
  for (const flag of ['--port', '--mqtt-port']) {
    const registry = await serveOn(database, [flag, port]);
    expect(await registry.exited).toBe(1);
    expect(registry.stderr()).toContain(`127.0.0.1:${port} is taken`);
    expect(registry.stdout()).toBe('');
  }
});

test('a configuration that cannot be used ends the command with code 2', async () => {
  const registry = run(['serve', '--config', join(folder, 'nowhere.json')]);
  expect(await registry.exited).toBe(2);
  expect(registry.stderr()).toContain('nowhere.json cannot be read (ENOENT)');
});

test('a folder that cannot be made and a database that is not there are told in one sentence each', async () => {
  await writeFile(join(folder, 'file'), '');
  const nowhere = run(['serve', '--data', join(folder, 'file', 'data')]);
  expect(await nowhere.exited).toBe(1);
  expect(nowhere.stderr()).toMatch(/^The data folder .* cannot be made \(ENOTDIR\)\. .*\n$/);
  await mkdir(join(folder, 'data'));
  const away = run(['serve', '--data', join(folder, 'data')], {
    DATABASE_URL: 'postgresql://u:p@127.0.0.1:1/x',
  });
  expect(await away.exited).toBe(1);
  expect(away.stderr()).toContain('The database of DATABASE_URL cannot be used');
  expect(away.stderr()).not.toContain('u:p');
});

test('two registries that start on one empty database at once make one platform', async () => {
  const database = await fresh();
  const both = ['a', 'b'].map((name) =>
    run(['serve', '--json', '--data', join(folder, name), '--port', '0', '--mqtt-port', '0'], {
      DATABASE_URL: database.url,
    }),
  );
  const answers = await Promise.all(both.map(ready));
  expect(answers.filter((answer) => answer.firstSignIn !== null)).toHaveLength(1);
  const connection = connectDatabase(database.url, { maxConnections: 1, log: createLog('silent') });
  expect(await connection.db.select({ kind: tenants.kind }).from(tenants)).toEqual([{ kind: 'platform' }]);
  await connection.close();
});
