import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { readEnds } from '@gantry/registry/events/log.js';
import { encodePosition, type Position } from '@gantry/registry/events/position.js';
import type { App } from '@gantry/registry/http/api.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { operations, requestFor } from './requests.js';
import { rows, type Row } from './rows.js';
import {
  appOn,
  plantApiKey,
  plantRole,
  plantTenant,
  plantUser,
  unknownFixtures,
  type Planted,
} from './world.js';

/**
 * Names and addresses of a tenant carry its id. Whoever asks whatever about whomever: no answer may carry one of
 * a tenant that is neither below the asker nor above it, and of those above only what is shown on purpose (R3).
 */
let registry: TestRegistry;
let app: App;
const planted: Planted[] = [];
interface Asker {
  home: Planted;
  headers: Record<string, string>;
  /** Of its whole subtree the person's roles show the cameras of these tenants only (R30); null: all. */
  cameras: readonly Planted[] | null;
}
const askers: Asker[] = [];

/** The shape of the forest: kinds and parents by chance, the same in every run. */
const shapes = fc.sample(
  fc.record({
    integrator: fc.boolean(),
    parent: fc.nat(1_000),
    guard: fc.boolean(),
    key: fc.boolean(),
    limited: fc.boolean(),
  }),
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
    askers.push({ home: one, headers, cameras: null });
  }
  for (const [n, shape] of shapes.entries()) {
    if (!shape.limited) continue;
    const home = planted[n + 3] as Planted;
    const below = planted.filter(({ path }) => path.startsWith(home.path));
    const shown = below.filter((_one, index) => index % 2 === n % 2);
    const family = shape.guard ? 'guard' : 'admin';
    const { userId, headers } = await plantUser(context, home.id, { family });
    await plantRole(
      context,
      home.id,
      userId,
      shown.map(({ fixtures }) => fixtures.camera),
      family,
    );
    askers.push({ home, headers, cameras: shown });
  }
});
afterAll(() => registry.close());

const shownOfThoseAbove = new Set(['Tenant', 'Plan', 'Box', 'Person']);
const marks = /(\w+) ([0-9A-Z]{26})\b|(\w+)\.([0-9a-z]{26})@canary\.example/g;

/** What stands on a camera and nowhere else. */
const ofCameras = new Set(['Camera', 'Tag', 'Clip', 'Link', 'Expected', 'Serial']);

/** What of an answer should not be in it. */
function leaksIn(text: string, { home, cameras }: Asker): string[] {
  const byMark = new Map(planted.map((one) => [one.id.slice(4), one]));
  return [...text.matchAll(marks)].flatMap(([found, word = '', name, , mail]) => {
    const owner = byMark.get(name ?? mail?.toUpperCase() ?? '');
    if (owner === undefined) return [];
    if (owner.path.startsWith(home.path)) {
      return cameras !== null && ofCameras.has(word) && !cameras.includes(owner) ? [found] : [];
    }
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

/** Changes that can be looked at first: what they would do is told, and nothing is done. */
const dryRuns = new Set([
  ...['bindCameras', 'unbindCameras', 'setCameraPlans', 'enableCameras', 'disableCameras', 'tagCameras'],
  ...['importCameras', 'disableTenant', 'enableTenant', 'setUpSite'],
]);
const reading = operations
  .filter(({ id, method }) => rows[id] !== undefined && (method === 'GET' || dryRuns.has(id)))
  .map((operation) => {
    const row = rows[operation.id] as Row;
    return {
      operation,
      row: dryRuns.has(operation.id) ? { ...row, query: () => ({ dryRun: 'true' }) } : row,
    };
  });

test('in 2,500 answers to anybody about anybody there is nothing of a stranger', async () => {
  const seen = { own: 0, answered: 0 };
  const question = fc.record({ who: fc.nat(10_000), what: fc.nat(10_000), whose: fc.nat(10_000) });
  await fc.assert(
    // Ten at a time, as many people would.
    fc.asyncProperty(fc.array(question, { minLength: 10, maxLength: 10 }), async (questions) => {
      const answers = questions.map(async ({ who, what, whose }) => {
        const asker = askers[who % askers.length] as Asker;
        const { operation, row } = reading[what % reading.length] as (typeof reading)[number];
        const target = planted[whose % planted.length] as Planted;
        const response = await app.request(requestFor(operation, row, asker.headers, target.fixtures));
        const text = await textOf(response);
        expect({ operation: operation.id, leaks: leaksIn(text, asker) }).toEqual({
          operation: operation.id,
          leaks: [],
        });
        if (response.status < 400) seen.answered += 1;
        if (text.includes(asker.home.id.slice(4))) seen.own += 1;
      });
      await Promise.all(answers);
    }),
    { numRuns: 250, seed: 3_003 },
  );
  // The marks do appear where they belong: a test that looks for nothing finds nothing.
  expect(seen.answered).toBeGreaterThan(500);
  expect(seen.own).toBeGreaterThan(250);
}, 120_000);

test('in all that was told to anybody since the beginning there is nothing of a stranger', async () => {
  const asked = await Promise.all(
    askers.map(async (asker) => {
      const path = `/api/v1/events?after=${encodePosition(beginning)}`;
      const response = await app.request(path, { headers: asker.headers });
      // Who sees no camera may hear nothing but that the stream is open.
      return { asker, text: await textOf(response, asker.cameras?.length === 0 ? 1 : 2) };
    }),
  );
  for (const { asker, text } of asked) {
    expect(leaksIn(text, asker)).toEqual([]);
    const { home, cameras } = asker;
    if (cameras === null || cameras.includes(home)) expect(text).toContain(home.fixtures.camera.slice(4));
  }
});
