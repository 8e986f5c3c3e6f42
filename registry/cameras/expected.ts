import type { CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, asc, eq, gt, inArray, sql } from '../db/drizzle.js';
import { expectedCameras } from '../db/schema/cameras.js';
import { plans } from '../db/schema/plans.js';
import { tenants } from '../db/schema/tenants.js';
import { notFound } from '../errors.js';
import { inScope, pathBelow, type Scope } from '../tenancy/scope.js';
import { documents, texts } from './arrays.js';
import type { CameraRow } from './register-rows.js';
import type { CameraSight } from './sight.js';

/** A camera that is to come, as a list names it (R40). */
export interface ExpectedCamera {
  kind: 'mac' | 'serial';
  value: string;
  name: string | null;
  customerId: TenantId;
  /** The customer's nearest integrator. */
  integratorId: TenantId;
  planId: PlanId;
  tags: readonly string[];
}

/** Writes down who is to come; a key that was expected before is expected anew. */
export async function expectCameras(
  tx: Transaction,
  actorName: string,
  rows: readonly ExpectedCamera[],
): Promise<void> {
  if (rows.length === 0) return;
  // Of one key the last line counts: a statement may not write one row twice.
  const last = new Map(rows.map((row) => [`${row.integratorId}\0${row.kind}\0${row.value}`, row]));
  await tx
    .insert(expectedCameras)
    .values([...last.values()].map((row) => ({ ...row, tags: [...row.tags], actorName })))
    .onConflictDoUpdate({
      target: [expectedCameras.kind, expectedCameras.value, expectedCameras.integratorId],
      set: {
        name: sql`excluded.name`,
        customerId: sql`excluded.customer_id`,
        planId: sql`excluded.plan_id`,
        tags: sql`excluded.tags`,
        actorName: sql`excluded.actor_name`,
        createdAt: sql`excluded.created_at`,
      },
    });
}

/** What was expected of a camera that has come. */
export interface Awaited {
  cameraId: CameraId;
  customerId: TenantId;
  planId: PlanId;
  actorName: string;
}

/**
 * New cameras that were expected by an integrator at or below the agent's: named and tagged as the list says; the rows
 * go. A MAC address counts before a serial number, the integrator closest to the agent before those below it. All
 * channels of a device go one way; the name is the first one's.
 */
export async function takeExpected(
  tx: Transaction,
  integratorPath: string,
  rows: readonly CameraRow[],
): Promise<Awaited[]> {
  const keys = rows.flatMap(({ id, keys: own, entry }) => [
    ...own.filter(({ kind }) => kind === 'mac').map(({ kind, value }) => ({ id, kind, value })),
    ...(entry.serial === null
      ? []
      : [{ id, kind: 'serial' as const, value: entry.serial.trim().toLowerCase() }]),
  ]);
  if (keys.length === 0) return [];
  const { rows: found } = await tx.execute<
    Awaited & { expected: number; name: string | null; tags: string[] } & Record<string, unknown>
  >(sql`
    select distinct on (w.id) w.id as "cameraId", e.id::int as expected, e.name, e.tags,
      e.customer_id as "customerId", e.plan_id as "planId", e.actor_name as "actorName"
    from unnest(${texts(keys.map(({ id }) => id))}, ${texts(keys.map(({ kind }) => kind))},
      ${texts(keys.map(({ value }) => value))}) as w (id, kind, value)
    join expected_cameras e using (kind, value)
    join tenants holder on holder.id = e.integrator_id and ${pathBelow(sql`holder.path`, sql`${integratorPath}`)}
    order by w.id, w.kind = 'mac' desc, length(holder.path), e.id desc`);
  if (found.length === 0) return [];
  const channels = new Map(rows.map(({ id, entry }) => [id, entry.channel]));
  const names = found.map(({ cameraId, name }) => (channels.get(cameraId) === 1 ? name : null));
  await tx.execute(sql`
    update cameras c set name = coalesce(x.name, c.name), renamed = x.name is not null,
      tags = array(select jsonb_array_elements_text(x.tags))
    from unnest(${texts(found.map(({ cameraId }) => cameraId))}, ${texts(names)},
      ${documents(found.map(({ tags }) => tags))}) as x (id, name, tags) where c.id = x.id`);
  await tx.delete(expectedCameras).where(
    inArray(
      expectedCameras.id,
      found.map(({ expected }) => expected),
    ),
  );
  return found;
}

/**
 * Who is still to come to tenants of which every camera is in sight (R30: no role can list what is not there yet), in
 * order of id; one more than `limit`.
 */
export async function listExpected(
  db: Queryable,
  sight: CameraSight,
  page: { limit: number; after: number | null; within: Scope },
) {
  return db
    .select({ row: expectedCameras, customerName: tenants.name, planName: plans.name })
    .from(expectedCameras)
    .innerJoin(tenants, eq(tenants.id, expectedCameras.customerId))
    .innerJoin(plans, eq(plans.id, expectedCameras.planId))
    .where(
      and(
        inScope(expectedCameras.customerId, sight),
        inScope(expectedCameras.customerId, page.within),
        page.after === null ? undefined : gt(expectedCameras.id, page.after),
      ),
    )
    .orderBy(asc(expectedCameras.id))
    .limit(page.limit + 1);
}

/** Expects a camera no longer. Throws `not_found` for what {@link listExpected} does not show. */
export async function forgetExpected(db: Queryable, sight: CameraSight, id: number): Promise<void> {
  const gone = await db
    .delete(expectedCameras)
    .where(and(eq(expectedCameras.id, id), inScope(expectedCameras.customerId, sight)));
  if (gone.rowCount === 0) throw notFound('expected camera', String(id));
}
