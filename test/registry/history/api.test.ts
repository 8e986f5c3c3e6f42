import { csvLines } from '@gantry/registry/http/csv.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';

interface Entry {
  id: number;
  at: string;
  tenantId: string;
  operation: string;
  sentence: string;
  actor: { id: string | null };
}
interface Page {
  items: Entry[];
  next: string | null;
}

let registry: TestRegistry;
let north: string;
let bakery: string;
beforeAll(async () => {
  registry = await startTestRegistry();
  north = (await registry.createIntegrator({ name: 'North' })).id;
  bakery = (await registry.createCustomer(north, { name: '=HYPERLINK("https://evil.example")' })).id;
  await registry.api.post(`/tenants/${bakery}:disable`, { reason: 'unpaid' });
  await registry.api.post(`/tenants/${bakery}:enable`);
});
afterAll(() => registry.close());

const operationsAt = async (path: string) =>
  (await registry.api.get<Page>(path)).items.map(({ operation }) => operation);

test('history is read by tenant with all below, by target, by actor and by operation', async () => {
  const ofBakery = ['tenant.enabled', 'tenant.disabled', 'tenant.created'];
  expect(await operationsAt(`/history?tenant=${bakery}`)).toEqual(ofBakery);
  expect(await operationsAt(`/history?tenant=${north}`)).toEqual([...ofBakery, 'tenant.created']);
  expect(await operationsAt(`/history?target=${bakery}`)).toEqual(ofBakery);
  expect(await operationsAt(`/history?tenant=${north}&operation=tenant.disabled`)).toEqual([
    'tenant.disabled',
  ]);
  const [entry] = (await registry.api.get<Page>(`/history?tenant=${bakery}`)).items;
  expect((await operationsAt(`/history?actor=${entry?.actor.id}&tenant=${bakery}`)).length).toBe(3);
  expect(await operationsAt('/history?actor=usr_nobody')).toEqual([]);
});

test('history is read by the last hours, by a period and by count', async () => {
  expect((await operationsAt(`/history?tenant=${bakery}&hours=1`)).length).toBe(3);
  const items = (await registry.api.get<Page>(`/history?tenant=${bakery}`)).items;
  const [, disabled] = items;
  const at = disabled?.at ?? '';
  const until = new Date(Date.parse(at) + 1).toISOString();
  expect(await operationsAt(`/history?target=${bakery}&from=${at}&to=${until}`)).toContain('tenant.disabled');
  expect(await operationsAt(`/history?target=${bakery}&to=2020-01-01T00:00:00Z`)).toEqual([]);
  const first = await registry.api.get<Page>(`/history?tenant=${bakery}&limit=2`);
  const second = await registry.api.get<Page>(`/history?tenant=${bakery}&limit=2&cursor=${first.next}`);
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(items.map(({ id }) => id));
  expect(second.next).toBeNull();
});

test.each([
  ['hours=1&from=2026-01-01T00:00:00Z', '?hours'],
  ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', '?to'],
  ['hours=0', '?hours'],
  ['from=yesterday', '?from'],
])('a period that cannot be is refused: %s', async (query, pointer) => {
  expect(await problemOf(registry.api.get(`/history?${query}`))).toMatchObject({
    code: 'invalid',
    errors: [{ pointer }],
  });
});

test('a tenant’s chain can be verified by whoever sees the tenant', async () => {
  const verdict = await registry.api.get(`/history:verify?tenant=${bakery}`);
  expect(verdict).toMatchObject({
    intact: true,
    entries: 3,
    broken: null,
    head: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  const stranger = await registry.createIntegrator();
  const user = await registry.createUser(stranger.id);
  const api = await registry.as(user.email, user.password);
  expect(await problemOf(api.get(`/history:verify?tenant=${bakery}`))).toMatchObject({ code: 'not_found' });
});

describe('the export', () => {
  test('is CSV with one line per entry, in which no cell is a formula', async () => {
    const response = await registry.api.fetch(`/history:export?tenant=${north}`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toContain('history.csv');
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines[0]?.startsWith('id,at,actor_kind')).toBe(true);
    expect(lines).toHaveLength(5);
  });

  test('of a tenant that one does not see is no file', async () => {
    const stranger = await registry.createIntegrator();
    const user = await registry.createUser(stranger.id);
    const api = await registry.as(user.email, user.password);
    expect((await api.fetch(`/history:export?tenant=${bakery}`)).status).toBe(404);
  });
});

test.each([
  ['=1+1', `'=1+1`],
  ['+49 30 1', `'+49 30 1`],
  ['-2', `'-2`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\tx', `'\tx`],
  ['a "quoted", text', `"a ""quoted"", text"`],
  ['مخبز', 'مخبز'],
])('the cell %j is written as %j', (cell, written) => {
  expect(csvLines([[cell, -2, true, null]])).toBe(`${written},-2,yes,\r\n`);
});
