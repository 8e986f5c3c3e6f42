import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import { registryActor } from '@gantry/registry/actor.js';
import { changeCameras } from '@gantry/registry/cameras/bulk/change.js';
import type { BulkAct } from '@gantry/registry/cameras/bulk/acts.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { Failure } from '@gantry/registry/errors.js';
import { verifyHistory } from '@gantry/registry/history/verify.js';
import { startDeletion } from '@gantry/registry/operations/deletion.js';
import { moveTenant } from '@gantry/registry/tenancy/move.js';
import { disableTenant, enableTenant } from '@gantry/registry/tenancy/switch.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCamera, actingIn, startSite, type Site } from './site.js';

/** Acts on the same cameras at the same moment: whoever comes later wins, and what is written fits together. */
let site: Site;
let number = 0;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

async function register(count: number): Promise<CameraId[]> {
  const agent = await site.addAgent();
  const entries = Array.from({ length: count }, () => aCamera((number += 1)));
  const made = await registerCameras(site.ctx, agent, entries, new Set());
  return made.map(({ cameraId }) => cameraId as CameraId);
}
const change = (act: BulkAct, ids: readonly CameraId[]) =>
  changeCameras(site.ctx, actingIn(site.scope), act, ids);
const bind = (ids: readonly CameraId[], customerId: TenantId) =>
  change({ verb: 'bind', customerId, planId: site.plan }, ids);

/** All at once; a refusal is an answer, anything else (a deadlock, a broken rule of the database) is not. */
async function atOnce(...acts: readonly (() => Promise<unknown>)[]): Promise<void> {
  const ended = await Promise.allSettled(acts.map((act) => act()));
  const broken = ended.flatMap((end) =>
    end.status === 'rejected' && !(end.reason instanceof Failure) ? [end.reason as unknown] : [],
  );
  expect(broken).toEqual([]);
}

/** What must hold of every camera at any moment; answers those of which it does not. */
async function misfits(): Promise<unknown[]> {
  const { rows } = await site.ctx.db.execute(sql`
    select c.id, c.customer_id, c.integrator_id, b.customer_id as bound_to, e.customer_id as entitled_for,
      nearest.id as nearest
    from cameras c
    left join bindings b on b.camera_id = c.id and b.to_at is null
    left join entitlements e on e.camera_id = c.id and e.to_at is null
    left join tenants holder on holder.id = c.customer_id
    left join lateral (
      select t.id from tenants t where t.kind = 'integrator' and starts_with(holder.path, t.path)
      order by length(t.path) desc limit 1
    ) nearest on true
    where b.customer_id is distinct from c.customer_id
      or e.customer_id is distinct from (case when c.enabled then c.customer_id end)
      or (c.customer_id is not null and c.integrator_id <> nearest.id)
      or exists (
        select from bindings x join bindings y on y.camera_id = x.camera_id and y.id > x.id
        where x.camera_id = c.id and x.to_at > y.from_at
      )`);
  return rows;
}

test('two people bind the same cameras to different customers: all go to one, in one order', async () => {
  const butcher = await site.addTenant('customer', site.integrator, 'Butcher');
  for (let round = 0; round < 6; round += 1) {
    const ids = await register(20);
    await atOnce(
      () => bind(ids, site.customer),
      () => bind(ids.toReversed(), butcher),
      () => change({ verb: 'unbind' }, ids.slice(5, 15)),
    );
    expect(await misfits()).toEqual([]);
  }
  for (const tenant of [site.customer, butcher, site.integrator]) {
    expect(await verifyHistory(site.ctx.db, tenant)).toMatchObject({ intact: true });
  }
});

test('a customer moves while cameras are bound to it: its nearest integrator holds them (R42)', async () => {
  const south = await site.addTenant('integrator', site.platform, 'South');
  const mover = await site.addTenant('customer', site.integrator, 'Mover');
  for (let round = 0; round < 8; round += 1) {
    const ids = await register(10);
    const parent = round % 2 === 0 ? south : site.integrator;
    await atOnce(
      () => bind(ids, mover),
      () => moveTenant(site.ctx, registryActor, site.scope, mover, parent),
      () => register(5),
    );
    expect(await misfits()).toEqual([]);
  }
});

test('cameras are switched in bulk while their customer is switched (R16, R22)', async () => {
  const shop = await site.addTenant('customer', site.integrator, 'Shop');
  const ids = await register(30);
  await bind(ids, shop);
  const switchShop = {
    off: () => disableTenant(site.ctx, registryActor, site.scope, shop, { reason: null }),
    on: () => enableTenant(site.ctx, registryActor, site.scope, shop, { cameras: 'all' }),
  };
  for (let round = 0; round < 8; round += 1) {
    await atOnce(
      switchShop.off,
      () => change({ verb: 'disable' }, ids),
      switchShop.on,
      () => change({ verb: 'enable' }, ids.slice(0, 15)),
      () => change({ verb: 'tag', add: [`round ${round}`], remove: [] }, ids),
    );
    expect(await misfits()).toEqual([]);
  }
  await switchShop.off();
  await switchShop.on();
  const own = await site.ctx.db.select().from(cameras).where(eq(cameras.customerId, shop));
  expect(own.every(({ enabled }) => enabled)).toBe(true);
  expect(await misfits()).toEqual([]);
});

test('a customer that is being deleted takes no camera any more, whoever was first', async () => {
  for (let round = 0; round < 5; round += 1) {
    const going = await site.addTenant('customer', site.integrator, `Going ${round}`);
    const ids = await register(10);
    await atOnce(
      () => bind(ids, going),
      () => startDeletion(site.ctx, registryActor, site.scope, going),
    );
    // What came before it is there for the deletion to return; nothing comes after.
    await expect(bind(await register(1), going)).rejects.toMatchObject({ code: 'conflict' });
    expect(await misfits()).toEqual([]);
  }
});
