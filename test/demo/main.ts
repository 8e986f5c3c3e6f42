import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { programs } from '../support/built.js';
import { until } from '../support/until.js';
import { signIn, type Api } from '../support/api.js';
import { createChildren, type Children } from './children.js';
import { readOptions, usage, type DemoOptions } from './options.js';
import { findPlayable, type Playable } from './recordings.js';
import { prepareTenants } from './tenants.js';

/**
 * `npm start`: registry, virtual cameras and an agent as separate processes on embedded defaults. With `--real`
 * the agent searches the real network instead.
 */
const say = (line = '') => process.stdout.write(`${line}\n`);

interface SignIn {
  email: string;
  password: string;
}

/** The demo's first user; made once, kept readable by its owner only. */
async function firstSignIn(folder: string): Promise<SignIn> {
  const path = join(folder, 'sign-in.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as SignIn;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const made = { email: 'admin@gantry.example', password: randomBytes(9).toString('base64url') };
    await writeFile(path, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
    return made;
  }
}

async function startRegistry(o: DemoOptions, user: SignIn, children: Children): Promise<string> {
  const registry = children.start('registry', {
    command: [programs.registry, 'serve', '--data', join(o.folder, 'registry'), '--port', `${o.port}`],
    env: {
      GANTRY_MQTT_PORT: `${o.port === 0 ? 0 : o.port + 1}`,
      GANTRY_ADMIN_EMAIL: user.email,
      GANTRY_ADMIN_PASSWORD: user.password,
    },
  });
  const [, url] = await Promise.race([registry.waitFor(/(https?:\/\/\S+)/, 60_000), children.broken]);
  return (url as string).replace(/\/+$/, '');
}

async function startAgent(o: DemoOptions, joinToken: string, children: Children): Promise<void> {
  const secrets = join(o.folder, 'agent-secrets');
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  await writeFile(join(secrets, 'join'), joinToken, { mode: 0o600 });
  await writeFile(join(secrets, 'login'), 'admin:gantry-demo\n', { mode: 0o600 });
  const where = o.real
    ? o.scan.flatMap((range) => ['--scan', range])
    : ['--scan', '127.0.0.0/26', '--login', `file:${join(secrets, 'login')}`];
  const agent = children.start('agent', {
    command: [
      programs.agent,
      'up',
      '--data',
      join(o.folder, 'agent'),
      '--join',
      `file:${join(secrets, 'join')}`,
      ...where,
    ],
  });
  await Promise.race([agent.waitFor(/^Connected/, 60_000), children.broken]);
}

const apiKeyPath = (folder: string) => join(folder, 'api-key');

/** A key for the commands to try, so that they work by copy and paste. */
async function keepApiKey(folder: string, api: Api, tenantId: string): Promise<void> {
  const { key } = await api.post<{ key: string }>('/api-keys', { tenantId, name: 'Demo', expiresInDays: 7 });
  await writeFile(apiKeyPath(folder), key, { mode: 0o600 });
}

function tellWhatToTry(o: DemoOptions, url: string, user: SignIn, customerName: string): void {
  const access = `--url ${url} --api-key file:${relative('.', apiKeyPath(o.folder))}`;
  const command = (verb: string) => `npx gantry-registry customer ${verb} "${customerName}" ${access}`;
  say();
  say(`  Open      ${url}`);
  say(`  Sign in   ${user.email}  /  ${user.password}`);
  say();
  say('  Try');
  say('    switch the customer off, and recording stops:');
  say(`      ${command('disable')}`);
  say('    switch it on, and every camera records again:');
  say(`      ${command('enable')}`);
  if (o.real) {
    say("    give the agent the cameras' login (a file with one line, username:password):");
    say(`      npx gantry cameras login --login file:PATH --data ${relative('.', join(o.folder, 'agent'))}`);
  }
  say();
  say(`  Logs and everything kept: ${relative('.', o.folder) || '.'}    Ctrl-C stops it all.`);
}

async function run(o: DemoOptions): Promise<void> {
  const startedMs = performance.now();
  const seconds = () => `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;
  await mkdir(o.folder, { recursive: true, mode: 0o700 });
  const stopped = new Promise<'stopped'>((resolve) => {
    process.once('SIGINT', () => resolve('stopped'));
    process.once('SIGTERM', () => resolve('stopped'));
  });
  const children = createChildren(o.folder);
  try {
    const way = async (): Promise<Playable | null> => {
      say('Starting the registry (database, broker, API) …');
      const user = await firstSignIn(o.folder);
      const url = await startRegistry(o, user, children);
      const api = await signIn(url, user.email, user.password);
      const { customerName, joinToken, platformId } = await prepareTenants(api);
      await keepApiKey(o.folder, api, platformId);
      if (!o.real) {
        say(`Starting ${o.cameras} virtual cameras …`);
        const site = children.start('site', { command: [programs.site, '--cameras', `${o.cameras}`] });
        await Promise.race([site.waitFor(/"ready":true/, 30_000), children.broken]);
      }
      say('Starting the agent; it enrols, looks for cameras and registers them …');
      await startAgent(o, joinToken, children);
      tellWhatToTry(o, url, user, customerName);
      if (o.real) return null;
      const playable = await Promise.race([
        until(() => findPlayable(api, o.cameras), {
          timeoutMs: 120_000,
          everyMs: 250,
          what: 'the first recordings',
        }),
        children.broken,
      ]);
      say();
      say(`After ${seconds()}: all ${playable.cameras.length} cameras record and can be played:`);
      for (const camera of playable.cameras) say(`    ${camera.name}`);
      say(`    ffprobe "${playable.url}"`);
      return playable;
    };
    const end = await Promise.race([way(), stopped]);
    if (end !== 'stopped' && !o.untilPlayable) await Promise.race([stopped, children.broken]);
  } finally {
    say('Stopping …');
    await children.end();
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') say(usage);
  else await run(options);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
