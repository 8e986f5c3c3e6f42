import { nothingChosen, lookFrom } from '@gantry/registry/branding/look.js';
import { letters } from '@gantry/registry/db/schema/operations.js';
import { desc } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';

interface Branding {
  effective: {
    name: string;
    primaryColor: string;
    shades: string[];
    onColor: string;
    logo: string | null;
    support: object;
  };
  own: { name: string | null; logo: string | null };
  version: number;
}

let registry: TestRegistry;
let north: string;
let sub: string;
let bakery: string;
let office: Api;

beforeAll(async () => {
  registry = await startTestRegistry();
  north = (await registry.createIntegrator({ name: 'North Security' })).id;
  sub = (await registry.createIntegrator({ name: 'Sub West', parentId: north })).id;
  bakery = (await registry.createCustomer(sub, { name: 'Bakery' })).id;
  const { email, password } = await registry.createUser(north, { owner: true });
  office = await registry.as(email, password);
});
afterAll(() => registry.close());

const look = (id: string, as: Api = office) => as.get<Branding>(`/tenants/${id}/branding`);
const logo = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>').toString('base64')}`;

test('what an integrator chooses holds for all below it, until somebody below chooses (R55)', async () => {
  const support = { email: 'help@north.example', phone: null, url: 'https://north.example/help' };
  const made = await office.patch<Branding>(
    `/tenants/${north}/branding`,
    { name: 'NorthCam', primaryColor: '#B02A37', support, logo },
    0,
  );
  expect(made).toMatchObject({
    version: 1,
    effective: { name: 'NorthCam', primaryColor: '#b02a37', onColor: '#ffffff' },
  });
  expect(made.effective.shades).toHaveLength(10);
  expect((await look(bakery)).effective).toEqual(made.effective);
  expect((await look(bakery)).own.name).toBeNull();

  await office.patch(`/tenants/${sub}/branding`, { name: 'WestCam' }, 0);
  expect((await look(bakery)).effective).toMatchObject({ name: 'WestCam', primaryColor: '#b02a37', support });
  expect((await look(north)).effective.name).toBe('NorthCam');
  await office.patch(`/tenants/${sub}/branding`, { name: null }, 1);
  expect((await look(bakery)).effective.name).toBe('NorthCam');

  const image = await registry
    .at()
    .fetch((await look(bakery)).effective.logo?.replace('/api/v1', '') as string);
  expect(image.status).toBe(200);
  expect(image.headers.get('content-type')).toBe('image/svg+xml');
  expect(image.headers.get('content-disposition')).toBe('attachment');
  expect(image.headers.get('x-content-type-options')).toBe('nosniff');
  expect(image.headers.get('cache-control')).toContain('immutable');
});

test('a colour that cannot be read is refused with the nearest that can; so is a logo that could do harm', async () => {
  const { version } = await look(north);
  const problem = await problemOf(
    office.patch(
      `/tenants/${north}/branding`,
      {
        primaryColor: '#fab005',
        logo: `data:image/svg+xml;base64,${Buffer.from('<svg onload="x"></svg>').toString('base64')}`,
      },
      version,
    ),
  );
  expect(problem.errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
    ['/primaryColor', 'contrast'],
    ['/logo', 'refused'],
  ]);
  const nearest = /nearest: (#[0-9a-f]{6})$/.exec(problem.errors?.[0]?.detail ?? '')?.[1] as string;
  const mended = await office.patch<Branding>(
    `/tenants/${north}/branding`,
    { primaryColor: nearest },
    version,
  );
  expect(mended.effective.primaryColor).toBe(nearest);
});

test('letters bear the name that was chosen', async () => {
  await registry.api.post('/users', {
    tenantId: bakery,
    email: 'new@bakery.example',
    name: 'New',
    activation: 'email_link',
  });
  const [letter] = await registry.context.db.select().from(letters).orderBy(desc(letters.id)).limit(1);
  expect(letter?.subject).toContain('NorthCam');
});

test('a host name is given by the platform, belongs to one, and shows the look before anybody signed in', async () => {
  const host = 'cams.north.example';
  const { version } = await look(north);
  expect(await problemOf(office.patch(`/tenants/${north}/branding`, { host }, version))).toMatchObject({
    status: 403,
  });
  await registry.api.patch(`/tenants/${north}/branding`, { host }, version);
  const stranger = registry.at();
  expect(await stranger.get(`/branding?host=${host.toUpperCase()}`)).toMatchObject({ name: 'NorthCam' });
  expect(await stranger.get('/branding?host=other.example')).toMatchObject({ name: 'Gantry', logo: null });
  const taken = registry.api.patch(`/tenants/${sub}/branding`, { host }, (await look(sub)).version);
  expect((await problemOf(taken)).errors?.[0]).toMatchObject({ pointer: '/host', code: 'taken' });
});

test('two who change at once do not overwrite each other; a customer has no look of its own; it stands in the history', async () => {
  const { version } = await look(north);
  const both = await Promise.allSettled(
    ['A', 'B'].map((name) => office.patch(`/tenants/${north}/branding`, { name }, version)),
  );
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await problemOf(office.patch(`/tenants/${bakery}/branding`, { name: 'Mine' }, 0))).toMatchObject({
    status: 409,
  });
  const history = await office.get<{ items: { operation: string; sentence: string }[] }>(
    `/history?tenant=${north}`,
  );
  expect(history.items[0]).toMatchObject({
    operation: 'tenant.branded',
    sentence: expect.stringContaining('name of how'),
  });
});

test('of each thing the nearest choice counts', () => {
  const top = { ...nothingChosen, name: 'Top', primaryColor: '#b02a37', logo: 'a' };
  const below = { ...nothingChosen, name: 'Below' };
  expect(lookFrom([top, below])).toMatchObject({
    name: 'Below',
    primaryColor: '#b02a37',
    logo: 'a',
    mailSender: 'Below',
  });
  expect(lookFrom([])).toMatchObject({ name: 'Gantry', mailSender: null });
});
