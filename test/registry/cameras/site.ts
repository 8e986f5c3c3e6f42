import type { InventoryCamera } from '@gantry/protocol/camera.js';
import { newId, type AgentId, type IdKind, type PlanId, type TenantId } from '@gantry/protocol/ids.js';
import { registryActor, type Actor } from '@gantry/registry/actor.js';
import type { BulkActor } from '@gantry/registry/cameras/bulk/carry-out.js';
import { createChanges, type Changes } from '@gantry/registry/changes.js';
import { systemClock } from '@gantry/registry/clock.js';
import type { Context } from '@gantry/registry/context.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { plans } from '@gantry/registry/db/schema/plans.js';
import { tenantActivity, tenants } from '@gantry/registry/db/schema/tenants.js';
import { createLog } from '@gantry/registry/log.js';
import type { Scope } from '@gantry/registry/tenancy/scope.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { randomBytes } from 'node:crypto';
import { freshDatabase } from '../../support/database.js';

export type SiteContext = Pick<Context, 'db' | 'changes' | 'newId' | 'log' | 'clock' | 'epoch'>;

export interface Site {
  ctx: SiteContext;
  changes: Changes;
  platform: TenantId;
  integrator: TenantId;
  customer: TenantId;
  /** Owned by the platform: offered to everybody. */
  plan: PlanId;
  /** Everything. */
  scope: { paths: string[] };
  addTenant(kind: 'integrator' | 'customer', parent: TenantId, name: string): Promise<TenantId>;
  addPlan(owner: TenantId): Promise<PlanId>;
  addAgent(integrator?: TenantId, columns?: Partial<typeof agents.$inferInsert>): Promise<AgentId>;
  pathOf(tenant: TenantId): Promise<string>;
  close(): Promise<void>;
}

const mint = <Kind extends IdKind>(kind: Kind) =>
  newId(kind, Date.now(), (bytes) => randomBytes(bytes.length));

/** A database with a platform, an integrator "North" and its customer "Bakery". */
export async function startSite(): Promise<Site> {
  const database = await freshDatabase();
  const { db } = database;
  const changes = createChanges();
  const add = async (
    kind: 'platform' | 'integrator' | 'customer',
    parentId: TenantId | null,
    name: string,
  ): Promise<TenantId> => {
    const id = mint('tenant');
    const parent = parentId === null ? '' : await pathOf(parentId);
    const [row] = await db
      .insert(tenants)
      .values({ id, kind, parentId, name, path: id })
      .returning({ seq: tenants.seq });
    await db
      .update(tenants)
      .set({ path: `${parent}${row?.seq}.` })
      .where(eq(tenants.id, id));
    await db.insert(tenantActivity).values({ tenantId: id, fromAt: new Date(0) });
    return id;
  };
  const pathOf = async (tenant: TenantId): Promise<string> => {
    const [row] = await db.select({ path: tenants.path }).from(tenants).where(eq(tenants.id, tenant));
    return row?.path as string;
  };
  const addPlan = async (owner: TenantId): Promise<PlanId> => {
    const id = mint('plan');
    await db.insert(plans).values({ id, tenantId: owner, name: 'Standard', retentionDays: 14 });
    return id;
  };
  const platform = await add('platform', null, 'Gantry');
  const integrator = await add('integrator', platform, 'North');
  const customer = await add('customer', integrator, 'Bakery');
  return {
    ctx: { db, changes, newId: mint, log: createLog('silent'), clock: systemClock, epoch: 1 },
    changes,
    platform,
    integrator,
    customer,
    plan: await addPlan(platform),
    scope: { paths: [await pathOf(platform)] },
    addTenant: (kind, parent, name) => add(kind, parent, name),
    addPlan,
    addAgent: async (under = integrator, columns = {}) => {
      const id = mint('agent');
      await db.insert(agents).values({ id, integratorId: under, name: 'shop', hostname: 'shop', ...columns });
      return id;
    },
    pathOf,
    close: () => database.close(),
  };
}

/** Somebody who sees and may configure everything of a scope. */
export const actingIn = (scope: Scope, actor: Actor = registryActor): BulkActor => ({
  actor,
  side: 'integrator',
  scope,
  view: scope,
  configure: scope,
});

/** An ONVIF camera as an inventory has it; `n` makes its endpoint, MAC address and serial number. */
export function aCamera(n: number, columns: Partial<InventoryCamera> = {}): InventoryCamera {
  return {
    localId: `onvif-${n}`,
    kind: 'onvif',
    keys: [
      { kind: 'endpoint', value: `urn:uuid:${n}` },
      { kind: 'mac', value: n.toString(16).padStart(12, '0') },
      { kind: 'serial', value: `acme|c1|${n}` },
    ],
    channel: 1,
    name: `Camera ${n}`,
    manufacturer: 'Acme',
    model: 'C1',
    firmware: '1.0',
    serial: String(n),
    address: `192.0.2.${n % 250}:80`,
    access: 'ready',
    accessReason: null,
    streams: [{ role: 'main', video: 'h264', audio: null, width: 1920, height: 1080, frameRate: 25 }],
    ...columns,
  };
}
