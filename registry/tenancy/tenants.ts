import type { TenantId } from '@gantry/protocol/ids.js';
import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Queryable } from '../db/database.js';
import { tenantActivity, tenants, type RecordingDefaults, type TenantKind } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { loadPaths } from './path.js';
import { pathInScope, scopeHolds, type Scope } from './scope.js';
import { effectiveStatus, mayHold, type EffectiveStatus } from './tree.js';

export type TenantRow = typeof tenants.$inferSelect;

/** A tenant as it is shown: its own row, what follows from the tenants above, and its cameras. */
export interface ShownTenant {
  row: TenantRow;
  /** Null when the parent lies outside the viewer's scope: nobody sees parents (R3). */
  parentId: TenantId | null;
  effective: EffectiveStatus;
  /** Of the whole subtree. */
  cameras: { total: number; recording: number };
}

export interface TenantDetails {
  name: string;
  email: string | null;
  companyName: string | null;
  phone: string | null;
  timeZone: string | null;
  externalRef: string | null;
  recordingDefaults: RecordingDefaults | null;
}

export interface NewTenant extends TenantDetails {
  kind: Exclude<TenantKind, 'platform'>;
  parentId: TenantId;
}

type Parts = Pick<Context, 'db' | 'newId' | 'changes'>;

/** Creates an integrator or a customer below a tenant of the scope (R1, R2, R5). Throws `invalid` naming the field. */
export async function createTenant(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  input: NewTenant,
): Promise<ShownTenant> {
  const id = ctx.newId('tenant');
  await ctx.db.transaction(async (tx) => {
    const [parent] = await tx
      .select()
      .from(tenants)
      .where(and(eq(tenants.id, input.parentId), pathInScope(scope)));
    if (parent === undefined) {
      throw invalidField('/parentId', 'not_found', `there is no tenant ${input.parentId} that you can see`);
    }
    if (!mayHold(parent.kind, input.kind)) {
      const detail =
        input.kind === 'integrator'
          ? 'an integrator is created below the platform or another integrator'
          : 'a customer is created below an integrator or another customer';
      throw invalidField('/parentId', 'wrong_kind', `${detail}; ${parent.name} is a ${parent.kind}`);
    }
    // The label is only known once the row exists; until then the id keeps the path unique.
    const [made] = await tx
      .insert(tenants)
      .values({ ...input, id, path: id })
      .returning({ seq: tenants.seq });
    const path = `${parent.path}${made?.seq}.`;
    await tx.update(tenants).set({ path }).where(eq(tenants.id, id));
    await tx.insert(tenantActivity).values({ tenantId: id, fromAt: await databaseNow(tx) });
    await record(tx, {
      actor,
      tenantId: id,
      target: { kind: 'tenant', id },
      operation: 'tenant.created',
      sentence: `${actor.name} created the ${input.kind} ${input.name}`,
      after: { kind: input.kind, parentId: input.parentId, name: input.name, email: input.email },
    });
  });
  ctx.changes.hint('tenant', { tenantId: id });
  return getTenant(ctx.db, scope, id);
}

/** Throws `not_found` for what the scope does not hold. */
export async function getTenant(db: Queryable, scope: Scope, tenantId: TenantId): Promise<ShownTenant> {
  const row = await requireTenant(db, scope, tenantId);
  const [shown] = await show(db, scope, [row]);
  return shown as ShownTenant;
}

export async function requireTenant(db: Queryable, scope: Scope, tenantId: TenantId): Promise<TenantRow> {
  const [row] = await db
    .select()
    .from(tenants)
    .where(and(eq(tenants.id, tenantId), pathInScope(scope)));
  if (row === undefined) throw notFound('tenant', tenantId);
  return row;
}

export interface TenantFilter {
  parentId: TenantId | null;
  kind: TenantKind | null;
  /** Part of the name, company, e-mail or external reference. */
  text: string | null;
}

/** Rows of a page in order of (name, id); one more than `limit` when there is more (R4). */
export async function listTenants(
  db: Queryable,
  scope: Scope,
  filter: TenantFilter,
  page: { limit: number; after: { name: string; id: string } | null },
): Promise<ShownTenant[]> {
  const conditions: SQL[] = [pathInScope(scope)];
  if (filter.parentId !== null) conditions.push(eq(tenants.parentId, filter.parentId));
  if (filter.kind !== null) conditions.push(eq(tenants.kind, filter.kind));
  if (filter.text !== null) {
    const pattern = `%${filter.text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    conditions.push(
      sql`concat_ws(' ', ${tenants.name}, ${tenants.companyName}, ${tenants.email}, ${tenants.externalRef}) ilike ${pattern}`,
    );
  }
  if (page.after !== null) {
    conditions.push(sql`(${tenants.name}, ${tenants.id}) > (${page.after.name}, ${page.after.id})`);
  }
  const rows = await db
    .select()
    .from(tenants)
    .where(and(...conditions))
    .orderBy(asc(tenants.name), asc(tenants.id))
    .limit(page.limit + 1);
  return show(db, scope, rows);
}

/** Changes details when the version is still `version`; throws `precondition_failed` otherwise. */
export async function changeTenant(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  tenantId: TenantId,
  version: number,
  changes: Partial<TenantDetails>,
): Promise<ShownTenant> {
  await ctx.db.transaction(async (tx) => {
    const before = await requireTenant(tx, scope, tenantId);
    if ((changes.recordingDefaults ?? null) !== null && before.kind !== 'customer') {
      throw invalidField('/recordingDefaults', 'wrong_kind', 'only customers have recording defaults');
    }
    if (changes.email === null && before.kind !== 'platform') {
      throw invalidField('/email', 'required', 'is required');
    }
    const updated = await tx
      .update(tenants)
      .set({ ...changes, version: version + 1 })
      .where(and(eq(tenants.id, tenantId), eq(tenants.version, version)))
      .returning({ id: tenants.id });
    if (updated.length === 0) {
      throw new Failure(
        'precondition_failed',
        `${before.name} is at version ${before.version}, you changed version ${version}. Read it again, then repeat your change.`,
      );
    }
    const changed = Object.keys(changes) as (keyof TenantDetails)[];
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'tenant', id: tenantId },
      operation: 'tenant.changed',
      sentence: `${actor.name} changed ${changed.join(', ')} of ${before.name}`,
      before: Object.fromEntries(changed.map((key) => [key, before[key]])),
      after: { ...changes },
    });
  });
  ctx.changes.hint('tenant', { tenantId });
  return getTenant(ctx.db, scope, tenantId);
}

async function show(db: Queryable, scope: Scope, rows: readonly TenantRow[]): Promise<ShownTenant[]> {
  if (rows.length === 0) return [];
  const paths = await loadPaths(
    db,
    rows.map((row) => row.path),
  );
  const counts = await countCameras(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const standings = paths.get(row.path) ?? [];
    const parent = standings.at(-2);
    return {
      row,
      parentId: parent !== undefined && scopeHolds(scope, parent.path) ? parent.id : null,
      effective: effectiveStatus(standings),
      cameras: counts.get(row.id) ?? { total: 0, recording: 0 },
    };
  });
}

async function countCameras(
  db: Queryable,
  ids: readonly TenantId[],
): Promise<Map<string, { total: number; recording: number }>> {
  const result = await db.execute<{ id: string; total: number; recording: number }>(sql`
    select top.id, count(c.id)::int as total,
      count(c.id) filter (where c.reported_state = 'recording')::int as recording
    from tenants top
    join tenants below on below.path like top.path || '%'
    join cameras c on c.tenant_id = below.id
    where top.id in ${[...ids]}
    group by top.id`);
  return new Map(result.rows.map(({ id, total, recording }) => [id, { total, recording }]));
}

export const invalidField = (pointer: string, code: string, detail: string): Failure =>
  new Failure('invalid', `${pointer}: ${detail}`, [{ pointer, code, detail }]);
