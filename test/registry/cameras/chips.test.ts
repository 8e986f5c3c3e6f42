import type { CameraId } from '@gantry/protocol/ids.js';
import type { RecorderState } from '@gantry/protocol/state.js';
import { changeCameras } from '@gantry/registry/cameras/bulk/change.js';
import { countByChip, countCameras, guessCameras } from '@gantry/registry/cameras/count.js';
import { listCameras } from '@gantry/registry/cameras/list.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { chips } from '@gantry/registry/cameras/status.js';
import { presences } from '@gantry/registry/db/schema/agents.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { scopedRead } from '@gantry/registry/db/row-security.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCamera, actingIn, startSite, type Site } from './site.js';

/** Every combination of what decides a chip, as rows: the sentence's function and the filter must agree on each. */
const states: (RecorderState | null)[] = [null, 'recording', 'starting', 'stopped', 'retrying', 'parked'];
let site: Site;
let total = 0;

beforeAll(async () => {
  site = await startSite();
  const { ctx, integrator, plan } = site;
  const { db } = ctx;
  const off = await site.addTenant('customer', integrator, 'Closed');
  const belowOff = await site.addTenant('customer', off, 'Below the closed');
  await db.update(tenants).set({ status: 'disabled' }).where(eq(tenants.id, off));
  for (const presence of presences) {
    const agentId = await site.addAgent(integrator, { presence });
    const facts = [null, site.customer, off, belowOff].flatMap((customerId) =>
      [true, false].flatMap((enabled) =>
        (['continuous', 'off'] as const).flatMap((mode) =>
          [null, new Date()].flatMap((missingSince) =>
            states.map((reportedState) => ({ customerId, enabled, mode, missingSince, reportedState })),
          ),
        ),
      ),
    );
    const entries = facts.map((_, n) => aCamera(total + n + 1));
    total += facts.length;
    const listed = new Set(entries.map(({ localId }) => localId));
    const ids = (await registerCameras(ctx, agentId, entries, listed)).map(
      ({ cameraId }) => cameraId as CameraId,
    );
    for (const customerId of [site.customer, off, belowOff]) {
      const theirs = ids.filter((_, n) => facts[n]?.customerId === customerId);
      await changeCameras(ctx, actingIn(site.scope), { verb: 'bind', customerId, planId: plan }, theirs);
    }
    for (const [n, id] of ids.entries()) {
      const { customerId: _, ...columns } = facts[n] as (typeof facts)[number];
      await db.update(cameras).set(columns).where(eq(cameras.id, id));
    }
  }
});
afterAll(() => site.close());

test('the filter of each chip holds exactly the cameras that are shown with it', async () => {
  const { db } = site.ctx;
  const now = new Date();
  const all = await listCameras(db, site.scope, {}, { limit: total, after: null }, now);
  expect(all.items).toHaveLength(total);
  const shown = await countByChip(db, site.scope, {});
  for (const chip of chips) {
    const expected = all.items.filter(({ status }) => status.chip === chip).map(({ camera }) => camera.id);
    expect(expected.length).toBeGreaterThan(0);
    const found = await listCameras(db, site.scope, { state: chip }, { limit: total, after: null }, now);
    expect(found.items.map(({ camera }) => camera.id)).toEqual(expected);
    expect(shown[chip]).toBe(expected.length);
    expect(await countCameras(db, site.scope, { state: chip }, null)).toBe(expected.length);
    const behind = await scopedRead(db, site.scope, (q) =>
      listCameras(q, site.scope, { state: chip }, { limit: total, after: null }, now),
    );
    expect(behind.items).toHaveLength(expected.length);
  }
});

test('what a customer sees of its chips is what its integrator sees of them, also behind the second wall', async () => {
  const { db } = site.ctx;
  const own = { paths: [await site.pathOf(site.customer)] };
  const behind = await scopedRead(db, own, (q) => countByChip(q, own, {}));
  expect(behind).toEqual(await countByChip(db, site.scope, { customerId: site.customer }));
  expect(behind.unassigned).toBe(0);
});

test('a count ends where it is told to, and the planner guesses the rest', async () => {
  const { db } = site.ctx;
  expect(await countCameras(db, site.scope, {}, 10)).toBe(10);
  expect(await guessCameras(db, site.scope, {})).toBeGreaterThan(0);
});

test('finds a camera by what stands on its label or in its papers', async () => {
  const { db } = site.ctx;
  const ids = async (text: string, more = {}) => {
    const page = { limit: total, after: null };
    const found = await listCameras(db, site.scope, { text, ...more }, page, new Date());
    return found.items.map(({ camera }) => camera.name);
  };
  expect(await ids('Camera 17')).toContain('Camera 17');
  expect(await ids('00:00:00:00:00:11')).toEqual(['Camera 17']);
  expect(await ids('0000-0000-0011')).toEqual(['Camera 17']);
  const [first] = await db.select().from(cameras).where(eq(cameras.serial, '17'));
  expect(await ids(first?.id ?? '')).toEqual(['Camera 17']);
  expect(await ids('%')).toEqual([]);
  expect(await ids('', { vendor: 'ACME' })).toHaveLength(total);
  expect(await ids('', { vendor: 'Acm' })).toEqual([]);
  const [agent] = await db.select().from(agents).limit(1);
  expect(await ids('', { agentId: agent?.id, enabled: false })).toHaveLength(total / 6);
});
