import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeRegistry } from '@gantry/registry/http/describe.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { buildProgram } from '@gantry/registry/cli/program.js';
import type { Command } from 'commander';
import { sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { platformSignIn, startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { aCamera } from '../cameras/site.js';
import { newBox } from '../enrolment/box.js';
import { openShop, type Shop } from '../recordings/site.js';
import { runHere, type Ran } from './in-process.js';

let registry: TestRegistry;
let shop: Shop;
let folder: string;
/** Commands this story has run, to be compared with all there are. */
const ran = new Set<string>();

/** Operations of the API that commands called: what this process sends while one runs. */
const called = new Set<string>();
const document = describeRegistry() as { paths: Record<string, Record<string, { operationId: string }>> };
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId }]) => ({
    id: operationId,
    method: method.toUpperCase(),
    shape: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/:]+')}$`),
  })),
);
const bareFetch = globalThis.fetch;
let watched = false;
globalThis.fetch = (input, init) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  const method = init?.method ?? 'GET';
  const operation = operations.find((one) => one.method === method && one.shape.test(pathname));
  if (watched && operation !== undefined) called.add(operation.id);
  return bareFetch(input, init);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-commands-'));
  registry = await startTestRegistry();
  shop = await openShop(registry.context.db);
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  await writeFile(join(folder, 'pw'), platformSignIn.password);
});
afterAll(async () => {
  globalThis.fetch = bareFetch;
  vi.unstubAllEnvs();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function cli(line: string, ...more: string[]): Promise<Ran> {
  const words = line.split(' ');
  ran.add(leaves.find((name) => `${line} `.startsWith(`${name} `)) ?? line);
  // What only `api` reaches has no command of its own.
  watched = words[0] !== 'api';
  return runHere(...words, ...more).finally(() => (watched = false));
}
/** The command succeeds and talks to nobody beside its result. */
async function good(line: string, ...more: string[]): Promise<Ran> {
  const done = await cli(line, ...more);
  expect({ line, code: done.code, stderr: done.stderr }).toEqual({ line, code: 0, stderr: '' });
  return done;
}
async function json<Line = Record<string, unknown>>(line: string, ...more: string[]): Promise<Line[]> {
  const lines = (await good(line, ...more, '--json')).json<Line & { v: number }>();
  expect(lines.every(({ v }) => v === 1)).toBe(true);
  return lines;
}

const codeOfNewBox = async (): Promise<string> => (await (await newBox()).ask(registry.at())).userCode;

function leavesOf(command: Command, path: string): string[] {
  if (command.commands.length === 0) return [path];
  return command.commands.flatMap((one) => leavesOf(one, `${path} ${one.name()}`.trim()));
}
const leaves = leavesOf(buildProgram({ code: 0 }), '').toSorted((a, b) => b.length - a.length);

test('somebody signs in, is told who they are, and sets what commands are about', async () => {
  const login = ['--email', platformSignIn.email, '--password', `file:${join(folder, 'pw')}`];
  await good(`login ${registry.url}`, ...login);
  expect((await good('whoami')).stdout).toMatch(/as +root@platform\.example|as +an API key/);
  expect(await json('whoami')).toMatchObject([{ kind: 'apiKey', scope: null }]);
  expect((await good('scope')).stdout).toBe('Everything you can see.\n');
});

test('an integrator and its customers are made, found, moved and removed', async () => {
  const [north] = await json<{ id: string }>('org create Nordlicht', '--email', 'n@n.example');
  await json('org create Sued', '--email', 's@s.example');
  expect((await good('scope Nordlicht')).stdout).toBe('From now on: Nordlicht\n');
  const [bakery] = await json<{ id: string; parentId: string }>(
    'customer create Baeckerei',
    '--email',
    'b@b.example',
  );
  expect(bakery?.parentId).toBe(north?.id);
  expect((await good('customer list')).stdout).toMatch(
    /^NAME +ID +CAMERAS +STATUS\nBaeckerei +ten_\w+ +0\/0 +On\n$/,
  );
  await good('scope --none');
  expect((await good('org tree')).stdout).toMatch(/\n {2}Nordlicht .*\n {4}Baeckerei /);
  expect((await good('org list')).stdout).toContain('Sued');
  expect((await good(`customer show ${bakery?.id}`)).stdout).toMatch(/^id +ten_\w+\nname +Baeckerei\n/);
  expect(await json('org show Sued')).toMatchObject([{ kind: 'integrator' }]);
  expect(await json('customer edit Baeckerei', '--phone', '+49 30 1234', '--reference', 'B 7')).toMatchObject(
    [{ phone: '+49 30 1234', externalRef: 'B 7', version: 2 }],
  );
  expect(await json('customer edit Baeckerei', '--reference', '')).toMatchObject([{ externalRef: null }]);
  expect((await good('org edit Sued', '--company', 'Sued GmbH')).stdout).toMatch(/^Changed Sued /);
  expect((await cli('org edit Sued')).code).toBe(2);
  expect((await good('customer modules Baeckerei', '--off', 'shareLinks', 'live')).stdout).toMatch(
    /live +off +switched off at Baeckerei\n/,
  );
  const [now] = await json<{ modules: { module: string; own: boolean }[] }>(
    'customer modules Baeckerei --on live',
  );
  expect(now?.modules.filter(({ own }) => !own).map(({ module }) => module)).toEqual([
    'shareLinks',
    'cameras.addPnp',
  ]);
  expect((await good('org modules Sued')).stdout).toMatch(/^MODULE/);
  await good('customer move Baeckerei', '--to', 'Sued');
  expect((await good('org move Sued --to Nordlicht')).stdout).toBe('Moved Sued below Nordlicht.\n');

  const off = await json<{ changed?: boolean; state?: string }>('org disable Sued', '--watch');
  expect(off.at(-1)).toMatchObject({ changed: true, tenant: { status: 'disabled' } });
  expect(off[0]).toMatchObject({ state: 'stopping', stopped: 0, of: 0 });
  expect((await good('org enable Sued')).stdout).toMatch(/^Enabled Sued at .*: On\n$/);
  await good('customer disable baeckerei', '--reason', 'moved');
  await good('customer enable baeckerei', '--cameras', 'previous');

  expect((await cli('customer delete Baeckerei')).code).toBe(2);
  const [begun] = await json<{ id: string }>('customer delete Baeckerei', '--confirm', 'Delete');
  await until(async () => (await json<{ state: string }>(`op show ${begun?.id}`))[0]?.state === 'done', {
    what: 'the deletion',
  });
  expect((await good('op list')).stdout).toContain(begun?.id);
  expect((await cli(`op cancel ${begun?.id}`)).code).toBe(1);
  const settled = await cli(`op retry ${begun?.id}`);
  expect([settled.code, settled.stderr]).toEqual([1, expect.stringContaining('nothing to try again')]);
  expect((await json<{ id: string }>('org delete Sued', '--confirm', 'Delete'))[0]?.id).toMatch(/^op_/);
});

test('cameras are listed, bound, switched and given plans', async () => {
  await shop.addCamera();
  const second = await shop.addCamera();
  const [plan] = await json<{ id: string }>(
    'plan create Lang',
    '--tenant',
    shop.integratorId,
    '--days',
    '90',
  );
  expect((await good('plan list')).stdout).toContain('90 days');
  expect((await good('plan edit Lang --days 60 --mode motion')).stdout).toBe(`Changed Lang  ${plan?.id}\n`);
  expect((await good('plan list')).stdout).toMatch(/Lang +\w+ +60 days +motion, main stream\n/);
  expect((await cli('plan edit Lang')).code).toBe(2);
  expect((await good('camera list', '--customer', 'Bakery')).stdout.split('\n')).toHaveLength(5);
  expect((await good(`camera show ${second}`)).stdout).toMatch(/customer +Bakery\n/);
  expect((await good(`camera edit ${second}`, '--name', 'Side door')).stdout).toMatch(/^Changed Side door /);
  expect((await good('camera recording Side --mode motion --days 3')).stdout).toMatch(
    /^Side door: motion, \w+ stream, kept for 3 days\n$/,
  );
  expect(await json(`camera tag ${second} --add outside night`)).toMatchObject([{ items: [{ id: second }] }]);
  expect((await good(`camera tag ${second} --remove night`)).stdout).toBe('Tagged 1 of 1 cameras.\n');
  expect(await json(`camera show ${second}`)).toMatchObject([{ name: 'Side door', tags: ['outside'] }]);
  await good(`camera edit ${second}`, '--name', 'Front door');
  await good(`camera disable ${second}`, '--yes');
  await good(`camera enable ${second}`);
  await good(`camera plan ${second}`, '--plan', 'Lang');
  const inUse = await cli('plan delete Lang');
  expect([inUse.code, inUse.stderr]).toEqual([1, expect.stringContaining('in use by one camera.')]);
  await good(`camera unbind ${second}`, '--yes');
  await json('plan create Kurz', '--tenant', shop.integratorId, '--days', '3');
  expect((await good('plan delete Kurz')).stdout).toBe('Deleted Kurz.\n');
  expect(await json<{ id: string }>('camera list', '--unbound')).toMatchObject([{ id: second }]);
  await good(`camera bind ${second}`, '--customer', 'Butcher', '--plan', plan?.id ?? '');
  expect((await cli('camera disable Front', '--yes')).code).toBe(2);
  const [fresh] = await registerCameras(registry.context, shop.agentId, [aCamera(77)], new Set());
  const replaced = await good(`camera replace ${second}`, '--by', fresh?.cameraId ?? '', '--yes');
  expect(replaced.stdout).toBe('Front door has new hardware.\n');
  // Its former hardware had told no MAC and no endpoint reference to know it by.
  expect(await json(`camera forget-replaced ${second}`)).toMatchObject([{ id: second, forgotten: false }]);
});

test('cameras go out as a list, and come in by one', async () => {
  const file = join(folder, 'cameras.csv');
  await good('camera export', '--customer', 'Butcher', '--out', file);
  const [heading = '', row = ''] = (await readFile(file, 'utf8')).trim().split(/\r?\n/);
  expect((await good('camera export', '--customer', 'Butcher')).stdout).toContain(row);
  const id = row.split(',')[heading.split(',').indexOf('id')] as string;
  await writeFile(file, `id,name\n${id},Cold store\n`);
  expect(await json('camera import', file, '--dry-run')).toMatchObject([
    { lines: 1, valid: 1, changes: { rename: 1 }, operation: null },
  ]);
  const [told] = await json<{ operation: { id: string } }>('camera import', file);
  await until(
    async () => (await json<{ state: string }>(`op show ${told?.operation.id}`))[0]?.state === 'done',
    { what: 'the import' },
  );
  expect((await good(`camera show ${id}`)).stdout).toMatch(/name +Cold store\n/);

  await writeFile(file, `id,name\n${id},Cold room\ncam_nobody,X\n`);
  const partly = await cli('camera import', file);
  expect(partly.code).toBe(6);
  expect(partly.stderr).toMatch(/1 line is left out:\n {2}line 3, id: /);
  await writeFile(file, `id,name\ncam_nobody,X\n`);
  const refused = await cli('camera import', file);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/nothing was\.\n.*2/);
  expect((await cli('camera import', join(folder, 'absent.csv'))).code).toBe(2);
});

test('agents are let in by a key or by their code, shown and let go', async () => {
  const [key] = await json<{ id: string; joinToken: string }>(
    'key create',
    '--org',
    'North Security',
    '--uses',
    '3',
  );
  expect(key?.joinToken).toMatch(/^\w+/);
  expect((await good('key list')).stdout).toMatch(/0\/3/);
  await good(`key revoke ${key?.id}`);
  expect((await good('agent list')).stdout).toContain(shop.agentId);
  expect((await good('agent show Shop')).stdout).toMatch(/hostname +shop\n/);

  const [one, two, three] = [await codeOfNewBox(), await codeOfNewBox(), await codeOfNewBox()];
  expect((await good(`agent waiting ${one}`)).stdout).toMatch(/words +\w+ \w+ \w+\n/);
  expect((await good('agent waiting')).stdout).toContain(two);
  expect((await good(`agent reject ${one}`)).stdout).toBe(`Rejected ${one}.\n`);
  await good(`agent approve ${two}`, '--org', 'North Security', '--name', 'Warehouse');
  const [next] = await json<{ id: string }>(`agent approve ${three}`, '--org', 'North Security');
  expect((await good('agent replace Warehouse', '--by', next?.id ?? '', '--yes')).stdout).toMatch(
    / is in the place of Warehouse\.\n$/,
  );
  await good(`agent revoke ${next?.id}`, '--yes');

  await good('org create Ost', '--email', 'o@o.example');
  const [depot] = await json<{ id: string }>(
    `agent approve ${await codeOfNewBox()}`,
    '--org',
    'North Security',
    '--name',
    'Depot',
  );
  const edited = await json(
    'agent edit Depot',
    '--name',
    'Depot 2',
    '--customer',
    'Bakery',
    '--plan',
    shop.planId,
  );
  expect(edited).toMatchObject([{ name: 'Depot 2', autoBind: { plan: { id: shop.planId } } }]);
  expect(await json('agent edit Depot', '--no-auto-bind')).toMatchObject([{ autoBind: null }]);
  await good('agent offer Depot --to Ost');
  expect((await good('agent offers')).stdout).toMatch(/Depot 2 +agt_\w+ .* Ost /);
  await good('agent withdraw Depot');
  await good('agent offer Depot --to Ost');
  await good(`agent decline ${depot?.id}`);
  await good('agent offer Depot --to Ost');
  await good(`agent accept ${depot?.id}`);
  expect(await json('agent show Depot')).toMatchObject([{ integrator: { name: 'Ost' } }]);
  await good('agent settle Depot');
  expect((await good('agent stolen Depot --yes')).stdout).toBe('Depot 2 counts as stolen.\n');
});

test('people, roles and keys of programs', async () => {
  const at = ['--tenant', 'Bakery'];
  await good('role create Zuschauer', ...at, '--guard');
  expect((await good('role list', ...at)).stdout).toMatch(/Zuschauer +rol_\w+ +guard +view/);
  const made = await good(
    'user create gus@bakery.example',
    ...at,
    '--guard',
    '--role',
    'Zuschauer',
    '--link',
  );
  expect(made.stdout).toMatch(/^Created gus@bakery\.example {2}usr_\w+\nhttp:\S+\/activate\/\S+\n$/);
  await good('user create ana@bakery.example', ...at, '--owner', '--password', `file:${join(folder, 'pw')}`);
  expect((await good('user list', ...at)).stdout).toMatch(/gus@bakery\.example .*invited\n/);
  expect((await good('user show ana@bakery.example')).stdout).toMatch(/state +owner\n/);
  const one = await shop.addCamera();
  await good('role create Porter', ...at, '--guard', '--camera', one);
  await good(
    'role edit Porter',
    '--name',
    'Night porter',
    '--may',
    'none',
    '--camera',
    one,
    '--camera-may',
    'view',
    'clip',
  );
  expect((await good('role show Night')).stdout).toMatch(new RegExp(`\n${one}  view, clip\n$`));
  const edited = ['--name', 'Gus Grey', '--guard', '--role', 'Night porter'];
  expect(await json('user edit gus@bakery.example', ...edited)).toMatchObject([
    { name: 'Gus Grey', family: 'guard', roleIds: [expect.stringMatching(/^rol_/)] },
  ]);
  expect(await json('user edit gus@bakery.example --no-roles')).toMatchObject([{ roleIds: [] }]);
  expect((await cli('user edit gus@bakery.example')).code).toBe(2);
  await good('role delete Night');
  await good('user add gus@bakery.example --tenant Butcher --guard');
  expect((await good('user invite gus@bakery.example --link')).stdout).toMatch(/^http:\S+\/activate\/\S+\n$/);
  expect((await good('user reset-second-factor gus@bakery.example --yes')).stdout).toMatch(
    /no second factor/,
  );
  await good('user disable gus@bakery.example', '--reason', 'left');
  await good('user enable gus@bakery.example');
  await good('user delete gus@bakery.example', '--yes');
  await good('role delete Zuschauer');
  const [token] = await json<{ id: string; key: string }>('token create Sync', ...at, '--expires', '90d');
  process.env['GANTRY_API_KEY'] = token?.key ?? '';
  process.env['GANTRY_URL'] = registry.url;
  try {
    expect((await good('whoami')).stdout).toMatch(/of +Bakery \(customer\)/);
  } finally {
    delete process.env['GANTRY_API_KEY'];
    delete process.env['GANTRY_URL'];
  }
  expect((await good('token list')).stdout).toContain('Sync');
  await good(`token revoke ${token?.id}`);
});

test('what was done is read, written and verified; what may not be deleted is held', async () => {
  const [newest] = await json<{ sentence: string }>('history list', '--count', '1');
  expect(newest?.sentence).toMatch(/./);
  expect((await good('history list', '--tenant', 'Bakery', '--hours', '1')).stdout).toContain(
    'created the user gus in Bakery',
  );
  await good('history export', '--out', join(folder, 'history.csv'));
  expect(await readFile(join(folder, 'history.csv'), 'utf8')).toMatch(/^id,at,/);
  expect((await good('history verify Bakery')).stdout).toMatch(
    /entries of Bakery are as they were written\./,
  );

  const from = ['--from', '2026-11-01T00:00:00Z', '--to', '2026-11-02T00:00:00Z', '--reason', 'case 4711'];
  const [held] = await json<{ id: string }>('hold create Bakery', ...from);
  expect((await good('hold list', '--customer', 'Bakery')).stdout).toContain('case 4711');
  await good(`hold release ${held?.id}`);
  expect((await good('hold list')).stdout).not.toContain('case 4711');

  const owner = await registry.createUser(shop.bakery, { owner: true });
  const theirs = await registry.as(owner.email, owner.password);
  const grant = await theirs.post<{ id: string }>('/support-grants', { customerId: shop.bakery });
  expect((await good('support list')).stdout).toContain(grant.id);
  await good(`support revoke ${grant.id}`);
});

test('what has no command of its own is called by its name', async () => {
  const listed = await json<{ operationId: string }>('api');
  expect(new Set(listed.map(({ operationId }) => operationId))).toEqual(
    new Set(operations.map(({ id }) => id)),
  );
  expect(await json('api getChecklist', `id=${shop.bakery}`)).toMatchObject([{ steps: expect.any(Array) }]);
  await writeFile(join(folder, 'seen.json'), JSON.stringify({ phone: '+49 30 4711' }));
  const body = ['--body', `file:${join(folder, 'seen.json')}`];
  expect((await cli('api changeTenant', `id=${shop.bakery}`, ...body)).stderr).toContain('If-Match');
  const { version } = await registry.api.get<{ version: number }>(`/tenants/${shop.bakery}`);
  const change = ['api changeTenant', `id=${shop.bakery}`, ...body, '--if-match', String(version)] as const;
  expect(JSON.parse((await good(...change)).stdout)).toMatchObject({ phone: '+49 30 4711' });
  await good('api exportHistory hours=1', '--out', join(folder, 'hour.csv'));
  expect((await good('api exportHistory hours=1')).stdout).toMatch(/^id,at,/);
  expect(await readFile(join(folder, 'hour.csv'), 'utf8')).toMatch(/^id,at,/);
  for (const wrong of ['api nothing', 'api getChecklist', 'api getChecklist name=x', 'api enrol --body {}']) {
    expect([wrong, (await cli(wrong)).code]).toEqual([wrong, 2]);
  }
});

test('events are printed as they happen, and from a while ago', async () => {
  await registry.api.post(`/tenants/${shop.butcher}:disable`);
  const past = ['--type', 'tenant.disabled', '--org', 'Butcher', '--since', '1h', '--count', '1'];
  expect(await json('events tail', ...past)).toMatchObject([
    { type: 'tenant.disabled', subject: shop.butcher },
  ]);
  const live = { heard: false };
  const tail = json('events tail', '--type', 'tenant.enabled', '--count', '1').finally(
    () => (live.heard = true),
  );
  for (let turn = 0; !live.heard; turn += 1) {
    await registry.api.post(`/tenants/${shop.butcher}:${turn % 2 === 0 ? 'enable' : 'disable'}`);
    await Promise.race([tail, new Promise((resolve) => setTimeout(resolve, 300))]);
  }
  expect(await tail).toMatchObject([{ type: 'tenant.enabled', subject: shop.butcher }]);
});

test('on the machine of the registry: doctor, migrate, backup, restore and a lost password', async () => {
  process.env['DATABASE_URL'] = registry.databaseUrl;
  process.env['GANTRY_PUBLIC_URL'] = registry.url;
  const at = ['--data', join(folder, 'data')];
  try {
    const checks = await json<{ check: string; verdict: string }>('doctor', ...at);
    expect(Object.fromEntries(checks.map(({ check, verdict }) => [check, verdict]))).toEqual({
      database: 'ok',
      migrations: 'ok',
      clock: 'ok',
      storage: 'ok',
      mail: 'warn',
      'public URL': 'ok',
    });
    expect((await good('migrate --dry-run', ...at)).stdout).toBe('The database is at this version.\n');
    const { db } = registry.context;
    await db.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 9e12)`);
    for (const line of ['migrate', 'backup', 'doctor']) {
      const refused = await cli(line, ...(line === 'backup' ? [join(folder, 'newer.gz')] : []), ...at);
      expect([line, refused.code]).toEqual([line, 1]);
      expect(refused.stdout + refused.stderr).toContain(
        'A newer version of Gantry has changed this database.',
      );
    }
    await db.execute(sql`delete from drizzle.__drizzle_migrations where hash = 'later'`);
    await good(`backup ${join(folder, 'all.gz')}`, ...at);
    expect((await cli(`backup ${join(folder, 'all.gz')}`, ...at)).code).toBe(2);
    const taken = await cli(`restore ${join(folder, 'all.gz')}`, ...at);
    expect([taken.code, taken.stderr]).toEqual([
      1,
      expect.stringContaining('There is a registry in this database already'),
    ]);

    const [reset] = await json<{ email: string; password: string }>(
      'reset-password ROOT@platform.example',
      ...at,
    );
    const again = await registry.as(platformSignIn.email, reset?.password ?? '');
    expect((await again.fetch('/tenants')).status).toBe(403);
    expect((await cli('reset-password nobody@platform.example', ...at)).code).toBe(2);
  } finally {
    delete process.env['DATABASE_URL'];
    delete process.env['GANTRY_PUBLIC_URL'];
  }
});

test('what is left: the document, the version, completion, and signing out', async () => {
  await good(`openapi --out ${join(folder, 'api.json')}`);
  expect(JSON.parse(await readFile(join(folder, 'api.json'), 'utf8'))).toMatchObject({ openapi: '3.1.0' });
  expect(await json('version')).toMatchObject([{ version: expect.any(String) }]);
  await good('completion bash');
  await good('logout');
  expect((await cli('whoami')).code).toBe(2);
  expect((await good('logout')).stdout).toBe('You are not signed in.\n');
});

test('every command was run', () => {
  // serve.test.ts runs `serve`; the other two need footage and are run where that is made.
  expect(leaves.filter((name) => !ran.has(name))).toEqual(['evidence export', 'storage verify', 'serve']);
});

/** Why operations have no command of their own; whoever needs them all the same has `gantry-registry api`. */
const withoutCommand: Readonly<Record<string, readonly string[]>> = {
  'agents ask them': [
    ...['askClaim', 'pollClaim', 'enrol', 'getTime'],
    ...['putSnapshot', 'putSegment', 'putSegmentPart', 'offerSegment', 'completeSegment'],
  ],
  'they are about a person in a browser, and commands come with a key': [
    ...['signOut', 'listSessions', 'revokeSession', 'changePassword', 'confirmPassword'],
    ...['requestPasswordReset', 'resendConfirmation', 'getPreferences', 'changePreferences'],
    ...['listSecondFactors', 'beginTotp', 'confirmTotp', 'removeTotp', 'renewRecoveryCodes'],
    ...['beginPasskey', 'addPasskey', 'removePasskey', 'createSupportGrant'],
  ],
  'they serve a page of the portal': [
    ...['getBrandingOfHost', 'tryBrandColor', 'getBrandingImage', 'getHome', 'suggestAddresses', 'search'],
    ...['getHandOver', 'setUpSite', 'getSetupPicture', 'summarizeCameras', 'getPlatform'],
    ...['startPlayback', 'playFile', 'prepareLive', 'watchLive'],
  ],
  'on the machine itself `doctor` looks': ['testMail', 'testPublicUrl'],
  'one camera is a list of one': ['enableCamera', 'disableCamera'],
  'run where there is what they need: a second factor, footage': ['finishSignIn', 'exportEvidence'],
  'they are seldom wanted in a shell': [
    ...['getChecklist', 'getBranding', 'changeBranding', 'getStatistics', 'exportStatistics'],
    ...['countCameras', 'getCameraImportTemplate', 'listExpectedCameras', 'forgetExpectedCamera'],
    ...['listReplacedHardware', 'getSnapshot', 'listRecordings', 'listLetters', 'readLetter'],
    ...['createClip', 'listClips', 'getClip', 'deleteClip', 'downloadClip', 'retryClip'],
    ...['createShareLink', 'listShareLinks', 'revokeShareLink'],
  ],
};

test('every operation of the API was called by a command, or has a reason why not', () => {
  const without = operations.map(({ id }) => id).filter((id) => !called.has(id));
  expect(without.toSorted()).toEqual(Object.values(withoutCommand).flat().toSorted());
});
