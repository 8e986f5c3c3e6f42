import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { and, eq, inArray, sql } from '../db/drizzle.js';
import { moduleRestrictions, modules, type Module } from '../db/schema/modules.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { staleVersion } from './change.js';
import {
  modulesOffByDefaults,
  moduleState,
  moduleStates,
  type ModuleStanding,
  type ModuleState,
} from './module-rules.js';
import type { Scope } from './scope.js';
import { requireAbove } from './switch.js';
import { requireTenant } from './tenants.js';
import { labelsOf } from './tree.js';

export interface TenantModules {
  /** Of the tenant: changes refer to it. */
  version: number;
  states: ModuleState[];
}

/** Every module of a tenant of the scope: own, inherited, effective, and because of whom (R10). */
export async function tenantModules(db: Queryable, scope: Scope, tenantId: TenantId): Promise<TenantModules> {
  const tenant = await requireTenant(db, scope, tenantId);
  const standings = await loadStandings(db, [tenant.path]);
  return { version: tenant.version, states: moduleStates(standings.get(tenant.path) ?? []) };
}

/**
 * Makes `off` the modules that are switched off at this tenant. One row per module whatever lies below; only
 * somebody from above may (R10). The same set again changes nothing and leaves no entry.
 */
export async function setModules(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  tenantId: TenantId,
  change: { version: number; off: readonly Module[] },
): Promise<TenantModules> {
  const changed = await ctx.db.transaction(async (tx) => {
    const seen = await requireTenant(tx, scope, tenantId);
    requireAbove(scope, seen);
    const [tenant] = await tx
      .select({ name: tenants.name, version: tenants.version })
      .from(tenants)
      .where(eq(tenants.id, tenantId))
      .for('update');
    if (tenant?.version !== change.version) throw staleVersion(tenant ?? seen, change.version);
    const rows = await tx
      .select({ module: moduleRestrictions.module })
      .from(moduleRestrictions)
      .where(eq(moduleRestrictions.tenantId, tenantId));
    const before = new Set(rows.map((row) => row.module));
    const after = new Set(change.off);
    const switchedOff = modules.filter((module) => after.has(module) && !before.has(module));
    const switchedOn = modules.filter((module) => before.has(module) && !after.has(module));
    if (switchedOff.length + switchedOn.length === 0) return false;
    if (switchedOn.length > 0) {
      await tx
        .delete(moduleRestrictions)
        .where(
          and(eq(moduleRestrictions.tenantId, tenantId), inArray(moduleRestrictions.module, switchedOn)),
        );
    }
    if (switchedOff.length > 0) {
      await tx.insert(moduleRestrictions).values(switchedOff.map((module) => ({ tenantId, module })));
    }
    await tx
      .update(tenants)
      .set({ version: sql`${tenants.version} + 1` })
      .where(eq(tenants.id, tenantId));
    const parts = [
      ...(switchedOff.length > 0 ? [`${switchedOff.join(', ')} off`] : []),
      ...(switchedOn.length > 0 ? [`${switchedOn.join(', ')} on`] : []),
    ];
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'tenant', id: tenantId },
      operation: 'tenant.modules_changed',
      sentence: `${actor.name} switched ${parts.join(' and ')} for ${tenant.name}`,
      before: { off: modules.filter((module) => before.has(module)) },
      after: { off: modules.filter((module) => after.has(module)) },
    });
    return true;
  });
  if (changed) ctx.changes.hint('tenant', { tenantId });
  return tenantModules(ctx.db, scope, tenantId);
}

/**
 * Throws `module_disabled`, naming the tenant that switched it off, unless the tenant with this path may use
 * the module (R12).
 */
export async function requireModule(db: Queryable, path: string, module: Module): Promise<void> {
  const standings = (await loadStandings(db, [path])).get(path) ?? [];
  const state = moduleState(standings, module);
  if (!state.effective) throw moduleDisabled(state);
}

/** Why a module may not be used. */
export const moduleDisabled = ({ module, because }: ModuleState): Failure =>
  new Failure(
    'module_disabled',
    because === null
      ? `${module} is switched off here.`
      : `${because.name} (${because.kind}) switched ${module} off. Ask whoever manages ${because.name} to switch it on.`,
  );

/** The tenants of each path with what each of them switched off: two queries whatever the number of paths. */
export async function loadStandings(
  db: Queryable,
  paths: readonly string[],
): Promise<Map<string, ModuleStanding[]>> {
  const labels = [...new Set(paths.flatMap(labelsOf))].map(Number);
  if (labels.length === 0) return new Map();
  const found = await db
    .select({
      id: tenants.id,
      kind: tenants.kind,
      name: tenants.name,
      seq: tenants.seq,
      portalAccess: tenants.portalAccess,
      linkSharing: tenants.linkSharing,
      off: sql<Module[]>`coalesce(array_agg(${moduleRestrictions.module})
        filter (where ${moduleRestrictions.module} is not null), '{}')`,
    })
    .from(tenants)
    .leftJoin(moduleRestrictions, eq(moduleRestrictions.tenantId, tenants.id))
    .where(inArray(tenants.seq, labels))
    .groupBy(tenants.id);
  const bySeq = new Map(
    found.map((row) => [
      String(row.seq),
      {
        id: row.id,
        kind: row.kind,
        name: row.name,
        off: new Set<Module>([...row.off, ...modulesOffByDefaults(row)]),
      },
    ]),
  );
  return new Map(paths.map((path) => [path, labelsOf(path).flatMap((label) => bySeq.get(label) ?? [])]));
}
