import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { readEnds } from '@gantry/registry/events/log.js';
import { encodePosition, type Position } from '@gantry/registry/events/position.js';
import type { App } from '@gantry/registry/http/api.js';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { operations, requestFor, type Operation } from './requests.js';
import { rows, type Row } from './rows.js';
import { appOn, plantApiKey, plantTenant, plantUser, unknownFixtures, type Planted } from './world.js';

/**
 * Names and addresses of a tenant carry its id. Whoever asks whatever about whomever: no answer may carry one of
 * a tenant that is neither below the asker nor above it, and of those above only what is shown on purpose (R3).
 */
let registry: TestRegistry;
let app: App;
const planted: Planted[] = [];
const askers: { home: Planted; headers: Record<string, string> }[] = [];

/** The shape of the forest: kinds and parents by chance, the same in every run. */
const shapes = fc.sample(
  fc.record({ integrator: fc.boolean(), parent: fc.nat(1_000), guard: fc.boolean(), key: fc.boolean() }),
  { numRuns: 36, seed: 3_003 },
);

/** In the log: before anybody of the forest was there. */
let beginning: Position;

beforeAll(async () => {
  registry = await startTestRegistry();
  beginning = (await readEnds(registry.context.db)).newest;
  const { context, storage, planId } = registry;
  app = appOn(context, storage, context.db);
  const [root] = await context.db.select().from(tenants).where(eq(tenants.kind, 'platform'));
  const { id, path } = root as typeof tenants.$inferSelect;
  const platform: Planted = { id, kind: 'platform', path, parent: null, fixtures: unknownFixtures };
  for (let n = 0; n < 3; n += 1) planted.push(await plantTenant(context, 'integrator', platform, planId));
  for (const shape of shapes) {
    const parent = planted[shape.parent % planted.length] as Planted;
    const kind = shape.integrator && parent.kind === 'integrator' ? 'integrator' : 'customer';
    const one = await plantTenant(context, kind, parent, planId);
    planted.push(one);
    const headers = shape.key
      ? await plantApiKey(context, one.id)
      : (await plantUser(context, one.id, { family: shape.guard ? 'guard' : 'admin' })).headers;
    askers.push({ home: one, headers });
  }
});
afterAll(() => registry.close());

const shownOfThoseAbove = new Set(['Tenant', 'Plan', 'Box', 'Person']);
const marks = /(\w+) ([0-9A-Z]{26})\b|(\w+)\.([0-9a-z]{26})@canary\.example/g;

/** What of an answer should not be in it. */
function leaksIn(text: string, home: Planted): string[] {
  const byMark = new Map(planted.map((one) => [one.id.slice(4), one]));
  return [...text.matchAll(marks)].flatMap(([found, word = '', name, , mail]) => {
    const owner = byMark.get(name ?? mail?.toUpperCase() ?? '');
    if (owner === undefined || owner.path.startsWith(home.path)) return [];
    const above = home.path.startsWith(owner.path);
    return above && mail === undefined && shownOfThoseAbove.has(word) ? [] : [found];
  });
}

const isStream = (response: Response): boolean =>
  response.headers.get('content-type') === 'text/event-stream';

/** The answer; of an event stream, which has no end, its first `chunks`. */
async function textOf(response: Response, chunks = 1): Promise<string> {
  if (!isStream(response)) return response.text();
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  for (let n = 0; n < chunks; n += 1) text += Buffer.from((await reader.read()).value ?? []).toString('utf8');
  await reader.cancel();
  return text;
}

const reading = operations.filter(({ id, method }) => method === 'GET' && rows[id] !== undefined);

test('in 2,500 answers to anybody about anybody there is nothing of a stranger', async () => {
  const seen = { own: 0, answered: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000), async (who, what, whose) => {
      const asker = askers[who % askers.length] as (typeof askers)[number];
      const operation = reading[what % reading.length] as Operation;
      const target = planted[whose % planted.length] as Planted;
      const row = rows[operation.id] as Row;
      const response = await app.request(requestFor(operation, row, asker.headers, target.fixtures));
      const text = await textOf(response);
      expect(leaksIn(text, asker.home)).toEqual([]);
      if (response.status < 400) seen.answered += 1;
      if (text.includes(asker.home.id.slice(4))) seen.own += 1;
    }),
    { numRuns: 2_500, seed: 3_003 },
  );
  // The marks do appear where they belong: a test that looks for nothing finds nothing.
  expect(seen.answered).toBeGreaterThan(500);
  expect(seen.own).toBeGreaterThan(250);
}, 120_000);

test('in all that was told to anybody since the beginning there is nothing of a stranger', async () => {
  const asked = await Promise.all(
    askers.map(async ({ home, headers }) => {
      const path = `/api/v1/events?after=${encodePosition(beginning)}`;
      const response = await app.request(path, { headers });
      return { home, text: await textOf(response, 2) };
    }),
  );
  for (const { home, text } of asked) {
    expect(leaksIn(text, home)).toEqual([]);
    expect(text).toContain(home.fixtures.camera.slice(4));
  }
});
