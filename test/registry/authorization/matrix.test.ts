import type { Problem } from '@gantry/protocol/errors.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import type { App } from '@gantry/registry/http/api.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { enrolled } from '../recordings/uploads.js';
import { operations, requestFor } from './requests.js';
import { rows, type Row } from './rows.js';
import {
  appOn,
  plantApiKey,
  plantFixtures,
  plantTenant,
  plantUser,
  undoable,
  unknownFixtures,
  type Fixtures,
  type Planted,
} from './world.js';

/** Every route × who asks × whose thing it is (R3, R20, R29, R33). What is expected follows from rows.ts alone. */

const relations = ['own', 'parent', 'child', 'sibling', 'foreign'] as const;
type Relation = (typeof relations)[number];
interface Asker {
  name: string;
  kind: 'anonymous' | 'user' | 'disabled' | 'apiKey' | 'agent';
  guard?: true;
  customerOwner?: true;
  headers: () => Promise<Record<string, string>> | Record<string, string>;
  /** Root of what the asker sees. */
  home: Planted | null;
  targets: Record<Relation, Planted | null>;
}

let registry: TestRegistry;
let app: App;
let ask: (request: Request) => Promise<Response>;
let askers: Asker[];

beforeAll(async () => {
  registry = await startTestRegistry();
  const { context, storage, planId } = registry;
  const scratch = undoable(context.db);
  app = appOn(context, storage, scratch.db);
  ask = (request) =>
    request.method === 'GET'
      ? Promise.resolve(app.request(request))
      : scratch.undoing(async () => app.request(request));

  const plant = (kind: 'integrator' | 'customer', parent: Planted) =>
    plantTenant(context, kind, parent, planId);
  const [root] = await context.db.select().from(tenants).where(eq(tenants.kind, 'platform'));
  const { id, path } = root as typeof tenants.$inferSelect;
  const bare: Planted = {
    id,
    kind: 'platform',
    path,
    parent: null,
    fixtures: { ...unknownFixtures, tenant: id },
  };
  const platform = await plantFixtures(context, bare, planId);
  const north = await plant('integrator', platform);
  const south = await plant('integrator', platform);
  const sub = await plant('integrator', north);
  const bakery = await plant('customer', north);
  const butcher = await plant('customer', north);
  const annex = await plant('customer', bakery);
  const subShop = await plant('customer', sub);
  const southShop = await plant('customer', south);
  const closed = await plant('customer', north);

  const person = async (
    name: string,
    home: Planted,
    targets: Asker['targets'],
    place: object,
  ): Promise<Asker> => {
    const { headers } = await plantUser(context, home.id, place);
    return { name, kind: 'user', home, targets, headers: () => headers };
  };
  const owner = { owner: true };
  const ofNorth = { own: north, parent: platform, child: bakery, sibling: south, foreign: southShop };
  const ofBakery = { own: bakery, parent: north, child: annex, sibling: butcher, foreign: southShop };
  const ofSub = { own: sub, parent: north, child: subShop, sibling: bakery, foreign: southShop };
  const ofSouth = { own: south, parent: platform, child: southShop, sibling: north, foreign: bakery };
  const ofPlatform = { own: platform, parent: null, child: north, sibling: null, foreign: null };
  const keyHeaders = await plantApiKey(context, north.id);
  const tokens = await enrolled(context.db, north.fixtures.agent as AgentId);
  const shut = await plantUser(context, closed.id, owner);
  await context.db.update(tenants).set({ status: 'disabled' }).where(eq(tenants.id, closed.id));
  askers = [
    { name: 'anonymous', kind: 'anonymous', home: null, targets: ofNorth, headers: () => ({}) },
    await person('platform owner', platform, ofPlatform, owner),
    await person('integrator owner', north, ofNorth, owner),
    await person('sub-integrator owner', sub, ofSub, owner),
    await person('sibling integrator owner', south, ofSouth, owner),
    { ...(await person('customer owner', bakery, ofBakery, owner)), customerOwner: true },
    await person('customer admin', bakery, ofBakery, {}),
    { ...(await person('customer guard', bakery, ofBakery, { family: 'guard' })), guard: true },
    { name: 'disabled user', kind: 'disabled', home: closed, targets: ofBakery, headers: () => shut.headers },
    { name: 'API key', kind: 'apiKey', home: north, targets: ofNorth, headers: () => keyHeaders },
    {
      name: 'agent',
      kind: 'agent',
      home: north,
      targets: ofNorth,
      headers: async () => ({ authorization: `Bearer ${await tokens.current()}` }),
    },
  ];
});
afterAll(() => registry.close());

const passes = 'passes';
/** `401`, `403 forbidden`, `404` … or {@link passes}: whoever may ask is answered, if only with what is wrong with it. */
function expectedOf(row: Row, asker: Asker, target: Planted | null): string {
  if (row.may === 'anyone') return passes;
  if (asker.kind === 'anonymous') return '401 unauthenticated';
  if (asker.kind === 'disabled') return '403 account_disabled';
  if ((asker.kind === 'agent') !== (row.may === 'agent')) return '403 forbidden';
  if (row.may === 'user' && asker.kind !== 'user') return '403 forbidden';
  if (row.may === 'platform' && asker.home?.kind !== 'platform') return '403 forbidden';
  if ((row.may === 'admin' || row.may === 'customerOwner') && asker.guard) return '403 forbidden';
  if (row.on === undefined) return row.hollow ? `${passes} or ${row.hollow}` : passes;
  const sees = target !== null && asker.home !== null && target.path.startsWith(asker.home.path);
  if (!sees || target.fixtures[row.on] === unknownFixtures[row.on]) return row.unseen ?? '404 not_found';
  if (row.may === 'role' && asker.guard) return '403 forbidden';
  if (row.may === 'customerOwner' && target.kind === 'customer' && !asker.customerOwner)
    return '403 forbidden';
  if (row.above && target.id === asker.home?.id) return '403 forbidden';
  return row.hollow ? `${passes} or ${row.hollow}` : passes;
}

async function outcomeOf(response: Response, expected: string): Promise<string> {
  if (response.status < 400) {
    // An event stream would go on for ever.
    await response.body?.cancel();
    return expected.startsWith(passes) ? expected : String(response.status);
  }
  const { code } = (await response.clone().json()) as Problem;
  const refused = [401, 403, 404].includes(response.status) || response.status >= 500;
  if (expected === passes && !refused) return passes;
  if (expected === `${passes} or ${response.status}`) return expected;
  if (expected.startsWith(`${passes} or`) && !refused) return expected;
  return `${response.status} ${code}`;
}

test('every route of the document has a row, and every row a route', () => {
  expect(operations.map(({ id }) => id).toSorted()).toEqual(Object.keys(rows).toSorted());
});

test('a route is open for strangers when its row says so, and only then', () => {
  const open = operations.filter((operation) => operation.open).map(({ id }) => id);
  expect(open).toEqual(operations.flatMap(({ id }) => (rows[id]?.may === 'anyone' ? [id] : [])));
});

test.each(operations.filter(({ id }) => rows[id] !== undefined))('$id: $method $path', async (operation) => {
  const row = rows[operation.id] as Row;
  const wrong: string[] = [];
  for (const asker of askers) {
    let unknown: string | undefined;
    const asked = new Set<string>();
    for (const relation of relations) {
      const target = asker.targets[relation];
      const expected =
        row.may === 'agent' ? expectedOfAgent(row, asker, target) : expectedOf(row, asker, target);
      const t = target?.fixtures ?? unknownFixtures;
      // What anyone may ask changes nothing here, and may work on after its answer.
      const send = row.may === 'anyone' ? (request: Request) => app.request(request) : ask;
      const request = requestFor(operation, row, await asker.headers(), t);
      // A route about nobody's thing is the same request for every relation, and is asked once.
      const same = `${expected} ${request.url} ${await request.clone().text()}`;
      if (asked.has(same)) continue;
      asked.add(same);
      const response = await send(request);
      // Credentials are looked at where none are needed, too; what an open route says of them is its own matter.
      const outcome =
        row.may === 'anyone' && response.status < 500 ? passes : await outcomeOf(response, expected);
      if (outcome !== expected) wrong.push(`${asker.name} × ${relation}: ${outcome}, not ${expected}`);
      if ((expected === '404 not_found' || expected === row.unseen) && outcome === expected) {
        unknown ??= await problemIn(
          await ask(requestFor(operation, row, await asker.headers(), unknownFixtures)),
          unknownFixtures,
        );
        if ((await problemIn(response, t)) !== unknown) {
          wrong.push(`${asker.name} × ${relation}: reads unlike an unknown id`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

/** An agent acts on the cameras it sees itself, whoever they are bound to; about all others it hears 404. */
function expectedOfAgent(row: Row, asker: Asker, target: Planted | null): string {
  if (asker.kind !== 'agent') return expectedOf(row, asker, target);
  if (row.on === undefined) return passes;
  const own = target === asker.targets.own || target === asker.targets.child;
  return own ? passes : '404 not_found';
}

/** What is told of a refusal, with the ids that were asked for left out. */
async function problemIn(response: Response, t: Fixtures): Promise<string> {
  const { requestId: _, ...said } = (await response.json()) as Problem;
  return Object.values(t).reduce(
    (text: string, id: string) => text.replaceAll(id, 'ID'),
    JSON.stringify(said),
  );
}
