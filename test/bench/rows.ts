import { newId, type AgentId, type IdKind, type PlanId, type TenantId } from '@gantry/protocol/ids.js';
import type { Database } from '@gantry/registry/db/database.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { plans } from '@gantry/registry/db/schema/plans.js';
import { tenantActivity, tenants, type TenantKind } from '@gantry/registry/db/schema/tenants.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import { randomBytes } from 'node:crypto';

export const mint = <Kind extends IdKind>(kind: Kind) =>
  newId(kind, Date.now(), (bytes) => randomBytes(bytes.byteLength));

export interface PlacedTenant {
  id: TenantId;
  path: string;
}

/** Since when everything seeded is active, bound and entitled. */
const since = () => new Date(Date.now() - 3_600_000);

export async function addTenant(
  db: Database,
  kind: TenantKind,
  name: string,
  parent: PlacedTenant | null,
): Promise<PlacedTenant> {
  const id = mint('tenant');
  const parentId = parent?.id ?? null;
  const [row] = await db
    .insert(tenants)
    .values({ id, kind, name, parentId, path: id })
    .returning({ seq: tenants.seq });
  const path = `${parent?.path ?? ''}${String(row?.seq)}.`;
  await db.update(tenants).set({ path }).where(eq(tenants.id, id));
  await db.insert(tenantActivity).values({ tenantId: id, fromAt: since() });
  return { id, path };
}

export interface Market {
  platform: PlacedTenant;
  integrator: PlacedTenant;
  planId: PlanId;
}

/** A platform with one integrator and a plan. */
export async function addMarket(db: Database): Promise<Market> {
  const platform = await addTenant(db, 'platform', 'Gantry', null);
  const integrator = await addTenant(db, 'integrator', 'North Security', platform);
  const planId = mint('plan');
  await db.insert(plans).values({ id: planId, tenantId: platform.id, name: 'Month', retentionDays: 30 });
  return { platform, integrator, planId };
}

export async function addAgent(db: Database, integratorId: TenantId): Promise<AgentId> {
  const id = mint('agent');
  await db.insert(agents).values({ id, integratorId, name: 'Box', hostname: 'box' });
  return id;
}

export interface CameraRange {
  agentIds: readonly AgentId[];
  integratorId: TenantId;
  customerId: TenantId;
  planId: PlanId;
  /** Number of the first camera; its id is that number. */
  first: number;
  count: number;
  /** Numbers lie so far apart: two ranges of one list interleave. */
  step?: number;
}

/** An id that sorts like its number. */
export const numberedCameraId = (number: number): string => `cam_${String(number).padStart(26, '0')}`;

/** Cameras bound and entitled for an hour, spread evenly over the agents, in one statement per table. */
export async function addCameras(db: Database, range: CameraRange): Promise<void> {
  const { agentIds, first, count, step = 1 } = range;
  const last = first + (count - 1) * step;
  const cameraId = sql`'cam_' || lpad(n::text, 26, '0')`;
  await db.execute(sql`
    insert into cameras (id, agent_id, local_id, tenant_id, integrator_id, customer_id, plan_id, name, kind, channel,
      manufacturer, model, firmware, serial, address, access, streams, inventory_hash, bound_at, reported_state,
      reported_since, reported_generation)
    select ${cameraId}, (${sql.param([...agentIds])}::text[])[1 + (n / ${step}) % ${agentIds.length}::int], 'camera-' || n,
      ${range.customerId}, ${range.integratorId}, ${range.customerId}, ${range.planId}, 'Camera ' || n, 'onvif', 1,
      'Maker', 'Model ' || n % 7, '1.0.' || n % 11, 'SN' || n, '192.168.' || n % 250 || '.' || n % 240 || ':80', 'ready',
      '[{"role":"main","video":"h264","audio":"aac","width":1920,"height":1080,"frameRate":15}]'::jsonb,
      encode(sha256(n::text::bytea), 'hex'), ${since().toISOString()}::timestamptz, 'recording',
      ${since().toISOString()}::timestamptz, 1
    from generate_series(${first}::int, ${last}::int, ${step}::int) n`);
  await db.execute(sql`
    insert into entitlements (camera_id, customer_id, from_at)
    select ${cameraId}, ${range.customerId}, ${since().toISOString()}::timestamptz
    from generate_series(${first}::int, ${last}::int, ${step}::int) n`);
}
