import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '@gantry/registry/actor.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { changeCameras } from '@gantry/registry/cameras/bulk/change.js';
import { switchCamera } from '@gantry/registry/cameras/switch.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { history } from '@gantry/registry/db/schema/registry.js';
import { modules } from '@gantry/registry/db/schema/modules.js';
import { tenantActivity } from '@gantry/registry/db/schema/tenants.js';
import { Failure } from '@gantry/registry/errors.js';
import { createTenant } from '@gantry/registry/tenancy/create.js';
import { moduleState } from '@gantry/registry/tenancy/module-rules.js';
import { setModules, tenantModules } from '@gantry/registry/tenancy/modules.js';
import { moveTenant } from '@gantry/registry/tenancy/move.js';
import { disableTenant, enableTenant } from '@gantry/registry/tenancy/switch.js';
import { getTenant } from '@gantry/registry/tenancy/tenants.js';
import { effectiveStatus } from '@gantry/registry/tenancy/tree.js';
import { asc, eq, isNull, sql } from '@gantry/registry/db/drizzle.js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actingIn, aCamera, startSite, type Site } from '../cameras/site.js';
import { act, TreeModel, type Act, type Outcome } from './tree-model.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

const ana: Actor = { kind: 'registry', id: null, name: 'Ana', ip: null, userAgent: null };
let cameraNumber = 0;

/** The same acts on the database: the model's numbers stand for these ids. */
class TreeInDatabase {
  readonly ids: TenantId[] = [site.platform];
  readonly model: TreeModel;
  constructor(model: TreeModel) {
    this.model = model;
  }

  id(n: number): TenantId {
    return this.ids[this.model.at(n).seq] as TenantId;
  }

  async do(one: Act): Promise<Outcome> {
    const before = await this.entries();
    try {
      await this.carryOut(one);
    } catch (error) {
      if (error instanceof Failure) return 'refused';
      throw error;
    }
    return (await this.entries()) > before ? 'done' : 'unchanged';
  }

  private async entries(): Promise<number> {
    return site.ctx.db.$count(history);
  }

  private async carryOut(one: Act): Promise<void> {
    const { ctx, scope } = site;
    switch (one.kind) {
      case 'create': {
        const kind = one.customer ? 'customer' : 'integrator';
        const input = { kind, parentId: this.id(one.parent), name: 'T', email: 't@t.example' } as const;
        const { row } = await createTenant(ctx, ana, scope, input);
        this.ids.push(row.id);
        if (one.customer) await this.addCameras(row.id, one.cameras);
        return;
      }
      case 'move':
        await moveTenant(ctx, ana, scope, this.id(one.tenant), this.id(one.parent));
        return;
      case 'disable':
        await disableTenant(ctx, ana, scope, this.id(one.tenant), { reason: null });
        return;
      case 'enable':
        await enableTenant(ctx, ana, scope, this.id(one.tenant), { cameras: 'all' });
        return;
      case 'camera': {
        const own = await this.camerasOf(this.id(one.tenant));
        const camera = own[one.camera % Math.max(own.length, 1)];
        if (camera === undefined) throw new Failure('not_found', 'no camera');
        await switchCamera(ctx, ana, scope, { id: camera.id, enabled: one.on, side: 'integrator' });
        return;
      }
      case 'module': {
        const id = this.id(one.tenant);
        const { version, states } = await tenantModules(ctx.db, scope, id);
        const off = new Set(states.filter((state) => !state.own).map((state) => state.module));
        if (one.off) off.add(one.module);
        else off.delete(one.module);
        await setModules(ctx, ana, scope, id, { version, off: [...off] });
        return;
      }
      default: {
        const never: never = one;
        return never;
      }
    }
  }

  private async addCameras(customerId: TenantId, count: number): Promise<void> {
    if (count === 0) return;
    const agent = await site.addAgent();
    const entries = Array.from({ length: count }, () => aCamera((cameraNumber += 1)));
    const listed = new Set(entries.map((entry) => entry.localId));
    const made = await registerCameras(site.ctx, agent, entries, listed);
    const ids = made.map((result) => result.cameraId as CameraId);
    const act = { verb: 'bind' as const, customerId, planId: site.plan };
    await changeCameras(site.ctx, actingIn(site.scope, ana), act, ids);
  }

  camerasOf(customerId: TenantId) {
    return site.ctx.db
      .select({ id: cameras.id, enabled: cameras.enabled })
      .from(cameras)
      .where(eq(cameras.customerId, customerId))
      .orderBy(asc(cameras.id));
  }
}

test('Postgres and the model agree on every status, module, camera and path after any acts (R10, R13, R16, R17, R22)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
      const model = new TreeModel();
      const real = new TreeInDatabase(model);
      for (const one of acts) {
        // Ids first: the model's act may add a tenant, and numbers wrap around those there were.
        const answered = await real.do(one);
        const expected = model.do(one);
        if (one.kind !== 'camera') expect([one, answered]).toEqual([one, expected]);
      }
      for (const tenant of model.tenants) {
        const id = real.ids[tenant.seq] as TenantId;
        const shown = await getTenant(site.ctx.db, site.scope, id);
        const effective = effectiveStatus(model.pathOf(tenant));
        expect(shown.row.status).toBe(tenant.status);
        expect(shown.effective.active).toBe(effective.active);
        if (!shown.effective.active && !effective.active) {
          const because = model.tenants.find((one) => one.id === effective.because.id);
          expect(shown.effective.because.id).toBe(real.ids[because?.seq ?? -1]);
        }
        const parent = tenant.parent === null ? null : real.ids[tenant.parent];
        expect(shown.row.parentId).toBe(parent);
        const { states } = await tenantModules(site.ctx.db, site.scope, id);
        expect(states.map((state) => state.effective)).toEqual(
          modules.map((module) => moduleState(model.pathOf(tenant), module).effective),
        );
        const own = (await real.camerasOf(id)).map((camera) => camera.enabled);
        expect(own.filter(Boolean).length).toBe(tenant.cameras.filter(Boolean).length);
        expect(own).toHaveLength(tenant.cameras.length);
        const open = await site.ctx.db.$count(
          tenantActivity,
          sql`${eq(tenantActivity.tenantId, id)} and ${isNull(tenantActivity.toAt)}`,
        );
        expect(open).toBe(tenant.status === 'active' ? 1 : 0);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
