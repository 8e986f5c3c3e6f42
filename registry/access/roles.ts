import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, asc, count, eq, gt, inArray, type SQL, sql } from '../db/drizzle.js';
import type { RoleFamily } from '../db/schema/people.js';
import { roleCameras, roleMembers, roles, type CameraPermission } from '../db/schema/roles.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { requireTenant } from '../tenancy/tenants.js';
import { requireGrantable } from './granting.js';
import type { RoleGrant } from './permissions.js';
import { loadRoleCameras } from './places.js';
import { scopeOf, type ActingPrincipal } from './principal.js';

export interface RoleContent {
  name: string;
  /** On every camera of the tenant, also future ones. */
  allCameras: CameraPermission[];
  cameras: { cameraId: CameraId; permissions: CameraPermission[] }[];
}

export interface ShownRole extends RoleContent {
  id: string;
  tenantId: TenantId;
  family: RoleFamily;
  /** People who have it. */
  members: number;
  version: number;
}

type Parts = Pick<Context, 'db' | 'newId'>;

const grantOf = (content: RoleContent): RoleGrant => ({
  allCameras: content.allCameras,
  cameras: new Map(content.cameras.map(({ cameraId, permissions }) => [cameraId, permissions])),
});

/** Makes a role of a tenant (R30). Throws `forbidden` for more than the actor has, `conflict` for a taken name. */
export async function createRole(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  input: RoleContent & { tenantId: TenantId; family: RoleFamily },
): Promise<ShownRole> {
  const { tenantId, family, name, allCameras } = input;
  return ctx.db.transaction(async (tx) => {
    const tenant = await requireTenant(tx, scopeOf(principal), tenantId);
    await requireGrantable(tx, principal, tenant, { family, owner: false }, [grantOf(input)]);
    const id = ctx.newId('role');
    const made = await tx
      .insert(roles)
      .values({ id, tenantId, family, name, allCameras })
      .onConflictDoNothing()
      .returning({ id: roles.id });
    if (made.length === 0) throw nameTaken(name);
    await writeCameras(tx, id, input.cameras);
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'role', id },
      operation: 'role.created',
      sentence: `${actor.name} made the role ${name} in ${tenant.name}`,
      after: { family, allCameras, cameras: input.cameras.length },
    });
    return requireRole(tx, scopeOf(principal), id);
  });
}

/**
 * Replaces what a role allows; its family stays. Both what it allows now and what it allows then must be the
 * actor's to give. Throws `precondition_failed`, `forbidden`, `conflict`.
 */
export async function changeRole(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  act: {
    id: string;
    version: number;
    changes: { [Key in keyof RoleContent]?: RoleContent[Key] | undefined };
  },
): Promise<ShownRole> {
  return ctx.db.transaction(async (tx) => {
    const before = await requireRole(tx, scopeOf(principal), act.id);
    const tenant = await requireTenant(tx, scopeOf(principal), before.tenantId);
    const after: RoleContent = {
      name: act.changes.name ?? before.name,
      allCameras: act.changes.allCameras ?? before.allCameras,
      cameras: act.changes.cameras ?? before.cameras,
    };
    const standing = { family: before.family, owner: false };
    for (const content of [before, after]) {
      await requireGrantable(tx, principal, tenant, standing, [grantOf(content)]);
    }
    const [other] = await tx
      .select({ id: roles.id })
      .from(roles)
      .where(and(eq(roles.tenantId, tenant.id), eq(roles.name, after.name), sql`${roles.id} <> ${act.id}`));
    if (other !== undefined) throw nameTaken(after.name);
    const updated = await tx
      .update(roles)
      .set({ name: after.name, allCameras: after.allCameras, version: act.version + 1 })
      .where(and(eq(roles.id, act.id), eq(roles.version, act.version)))
      .returning({ id: roles.id });
    if (updated.length === 0) {
      throw new Failure(
        'precondition_failed',
        `${before.name} is at version ${before.version}, you changed version ${act.version}. Read it again.`,
      );
    }
    await tx.delete(roleCameras).where(eq(roleCameras.roleId, act.id));
    await writeCameras(tx, act.id, after.cameras);
    await record(tx, {
      actor,
      tenantId: tenant.id,
      target: { kind: 'role', id: act.id },
      operation: 'role.changed',
      sentence: `${actor.name} changed the role ${before.name}`,
      before: { name: before.name, allCameras: before.allCameras, cameras: before.cameras.length },
      after: { name: after.name, allCameras: after.allCameras, cameras: after.cameras.length },
    });
    return requireRole(tx, scopeOf(principal), act.id);
  });
}

/**
 * Removes a role nobody has: without any role its members would have the rights of their whole family. Throws
 * `conflict` while somebody has it.
 */
export async function deleteRole(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  act: { id: string; version: number },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const role = await requireRole(tx, scopeOf(principal), act.id);
    await tx.select({ id: roles.id }).from(roles).where(eq(roles.id, act.id)).for('update');
    const [member] = await tx
      .select({ userId: roleMembers.userId })
      .from(roleMembers)
      .where(eq(roleMembers.roleId, act.id))
      .limit(1);
    if (member !== undefined) {
      throw new Failure('conflict', `Somebody has the role ${role.name}. Give them another one first.`);
    }
    const deleted = await tx
      .delete(roles)
      .where(and(eq(roles.id, act.id), eq(roles.version, act.version)))
      .returning({ id: roles.id });
    if (deleted.length === 0) {
      throw new Failure('precondition_failed', `${role.name} is at version ${role.version}. Read it again.`);
    }
    await record(tx, {
      actor,
      tenantId: role.tenantId,
      target: { kind: 'role', id: act.id },
      operation: 'role.deleted',
      sentence: `${actor.name} removed the role ${role.name}`,
    });
  });
}

/** Roles of tenants of the scope, in order of id; one more than `limit`. */
export async function listRoles(
  db: Queryable,
  scope: Scope,
  filter: { tenantId: TenantId | null; id?: string },
  page: { limit: number; after: string | null },
): Promise<ShownRole[]> {
  const conditions: SQL[] = [inScope(roles.tenantId, scope)];
  if (filter.tenantId !== null) conditions.push(eq(roles.tenantId, filter.tenantId));
  if (filter.id !== undefined) conditions.push(eq(roles.id, filter.id));
  if (page.after !== null) conditions.push(gt(roles.id, page.after));
  const rows = await db
    .select()
    .from(roles)
    .where(and(...conditions))
    .orderBy(asc(roles.id))
    .limit(page.limit + 1);
  const cameras = await loadRoleCameras(
    db,
    rows.map((row) => row.id),
    null,
  );
  const members = await db
    .select({ roleId: roleMembers.roleId, people: count() })
    .from(roleMembers)
    .where(
      inArray(
        roleMembers.roleId,
        rows.map(({ id }) => id),
      ),
    )
    .groupBy(roleMembers.roleId);
  const peopleOf = new Map(members.map(({ roleId, people }) => [roleId, people]));
  return rows.map(({ id, tenantId, name, family, allCameras, version }) => ({
    id,
    tenantId,
    name,
    family,
    allCameras,
    members: peopleOf.get(id) ?? 0,
    version,
    cameras: [...(cameras.get(id) ?? [])].map(([cameraId, permissions]) => ({ cameraId, permissions })),
  }));
}

export async function requireRole(db: Queryable, scope: Scope, id: string): Promise<ShownRole> {
  const [role] = await listRoles(db, scope, { tenantId: null, id }, { limit: 1, after: null });
  if (role === undefined) throw notFound('role', id);
  return role;
}

async function writeCameras(tx: Transaction, roleId: string, listed: RoleContent['cameras']): Promise<void> {
  if (listed.length === 0) return;
  await tx.insert(roleCameras).values(listed.map((one) => ({ roleId, ...one })));
}

const nameTaken = (name: string): Failure =>
  new Failure('conflict', `There is a role ${name} already. Choose another name.`, [
    { pointer: '/name', code: 'taken', detail: 'is taken' },
  ]);
