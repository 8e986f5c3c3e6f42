import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type AgentId, type CameraId, type PlanId, type TenantId } from '@gantry/protocol/ids.js';
import { createChanges } from '@gantry/registry/changes.js';
import { databaseNow, type Database } from '@gantry/registry/db/database.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { bindings, cameras, entitlements } from '@gantry/registry/db/schema/cameras.js';
import { plans } from '@gantry/registry/db/schema/plans.js';
import { tenantActivity, tenants } from '@gantry/registry/db/schema/tenants.js';
import { openStorage } from '@gantry/registry/recordings/storage/open.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { and, eq, isNull, sql } from '@gantry/registry/db/drizzle.js';
import { freshDatabase } from '../../support/database.js';

const id = <Kind extends Parameters<typeof newId>[0]>(kind: Kind) =>
  newId(kind, Date.now(), (bytes) => randomBytes(bytes.byteLength));

/** A platform with one integrator, two customers, an agent and a camera that records for the first customer. */
export interface Shop {
  platformId: TenantId;
  integratorId: TenantId;
  bakery: TenantId;
  butcher: TenantId;
  planId: PlanId;
  agentId: AgentId;
  cameraId: CameraId;
  /** Since when everything above is active and the camera bound: one hour ago. */
  sinceMs: number;
  addCamera(): Promise<CameraId>;
  unbind(cameraId: CameraId): Promise<void>;
  bind(cameraId: CameraId, customerId: TenantId): Promise<void>;
}

/** A shop on a database and a storage of its own. */
export interface Site extends Shop {
  db: Database;
  storage: Storage;
  changes: ReturnType<typeof createChanges>;
  random: (sizeBytes: number) => Uint8Array;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'gantry-site-'));
  return {
    ...(await openShop(database.db)),
    db: database.db,
    storage: await openStorage(folder),
    changes: createChanges(),
    random: (sizeBytes) => randomBytes(sizeBytes),
    close: async () => {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes a shop into a database, below the platform that is there. */
export async function openShop(db: Database): Promise<Shop> {
  const since = new Date((await databaseNow(db)).getTime() - 3_600_000);

  const addTenant = async (
    kind: 'platform' | 'integrator' | 'customer',
    name: string,
    parentId: TenantId | null,
  ): Promise<TenantId> => {
    const tenantId = id('tenant');
    const parent =
      parentId === null ? null : (await db.select().from(tenants).where(eq(tenants.id, parentId)))[0];
    const [row] = await db
      .insert(tenants)
      .values({ id: tenantId, kind, name, parentId, path: tenantId, createdAt: since })
      .returning();
    await db
      .update(tenants)
      .set({ path: `${parent?.path ?? ''}${String(row?.seq)}.` })
      .where(eq(tenants.id, tenantId));
    await db.insert(tenantActivity).values({ tenantId, fromAt: since });
    return tenantId;
  };

  const [existing] = await db.select().from(tenants).where(eq(tenants.kind, 'platform'));
  await db.update(tenantActivity).set({ fromAt: since });
  const platformId = existing?.id ?? (await addTenant('platform', 'Gantry', null));
  const integratorId = await addTenant('integrator', 'North Security', platformId);
  const bakery = await addTenant('customer', 'Bakery', integratorId);
  const butcher = await addTenant('customer', 'Butcher', integratorId);
  const planId = id('plan');
  await db.insert(plans).values({ id: planId, tenantId: integratorId, name: 'Month', retentionDays: 30 });
  const agentId = id('agent');
  await db.insert(agents).values({ id: agentId, integratorId, name: 'Shop', hostname: 'shop' });

  const bind = async (cameraId: CameraId, customerId: TenantId, fromAt?: Date): Promise<void> => {
    const at = fromAt ?? (await databaseNow(db));
    await db
      .update(cameras)
      .set({ customerId, tenantId: customerId, planId, boundAt: at })
      .where(eq(cameras.id, cameraId));
    await db.insert(bindings).values({ cameraId, customerId, planId, fromAt: at });
    await db.insert(entitlements).values({ cameraId, customerId, fromAt: at });
  };

  const addCamera = async (): Promise<CameraId> => {
    const cameraId = id('camera');
    await db.insert(cameras).values({
      id: cameraId,
      agentId,
      localId: cameraId.toLowerCase().replace('_', '-'),
      tenantId: integratorId,
      integratorId,
      name: 'Front door',
      kind: 'onvif',
      address: '192.168.1.20:80',
      access: 'ready',
      streams: [],
      inventoryHash: '',
    });
    await bind(cameraId, bakery, since);
    return cameraId;
  };

  return {
    platformId,
    integratorId,
    bakery,
    butcher,
    planId,
    agentId,
    cameraId: await addCamera(),
    sinceMs: since.getTime(),
    addCamera,
    bind: (cameraId, customerId) => bind(cameraId, customerId),
    unbind: async (cameraId) => {
      const at = sql`clock_timestamp()`;
      await db
        .update(cameras)
        .set({ customerId: null, tenantId: integratorId, planId: null, boundAt: null })
        .where(eq(cameras.id, cameraId));
      await db
        .update(bindings)
        .set({ toAt: at })
        .where(and(eq(bindings.cameraId, cameraId), isNull(bindings.toAt)));
      await db
        .update(entitlements)
        .set({ toAt: at, endReason: 'unbound' })
        .where(and(eq(entitlements.cameraId, cameraId), isNull(entitlements.toAt)));
    },
  };
}
