import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { memberships, users, type RoleFamily } from '../db/schema/people.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { requireTenant } from '../tenancy/tenants.js';
import { isWithin } from '../tenancy/tree.js';
import type { Passwords } from './passwords.js';
import { scopeOf, type ActingPrincipal } from './principal.js';
import type { Actor } from '../actor.js';

export interface NewUser {
  tenantId: TenantId;
  email: string;
  name: string;
  /** The administrator hands it over (R27, `preset_password`). */
  password: string;
  family: RoleFamily;
  owner: boolean;
}

export interface ShownUser {
  id: UserId;
  email: string;
  name: string;
  tenantId: TenantId;
  family: RoleFamily;
  owner: boolean;
  createdAt: Date;
}

/** Creates a person with a place in a tenant of the scope. Throws `conflict` when the e-mail is taken (R26). */
export async function createUser(
  ctx: Pick<Context, 'db' | 'newId'>,
  passwords: Passwords,
  actor: Actor,
  scope: Scope,
  input: NewUser,
): Promise<ShownUser> {
  const id = ctx.newId('user');
  const passwordHash = await passwords.hash(input.password);
  const { tenantId, email, name, family, owner } = input;
  return ctx.db.transaction(async (tx) => {
    const tenant = await requireTenant(tx, scope, tenantId);
    const [made] = await tx
      .insert(users)
      .values({ id, email, name, passwordHash })
      .onConflictDoNothing()
      .returning({ createdAt: users.createdAt });
    if (made === undefined) {
      throw new Failure('conflict', `The e-mail address ${email} already belongs to a user.`, [
        { pointer: '/email', code: 'taken', detail: 'already belongs to a user' },
      ]);
    }
    await tx.insert(memberships).values({ userId: id, tenantId, family, owner });
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'user', id },
      operation: 'user.created',
      sentence: `${actor.name} created the user ${name} in ${tenant.name}`,
      after: { email, name, family, owner },
    });
    return { id, email, name, tenantId, family, owner, createdAt: made.createdAt };
  });
}

/** Users with a place in the scope, one entry per place, in order of (user, tenant); one more than `limit`. */
export async function listUsers(
  db: Queryable,
  scope: Scope,
  filter: { tenantId: TenantId | null },
  page: { limit: number; after: { userId: string; tenantId: string } | null },
): Promise<ShownUser[]> {
  const conditions: SQL[] = [inScope(memberships.tenantId, scope)];
  if (filter.tenantId !== null) conditions.push(eq(memberships.tenantId, filter.tenantId));
  if (page.after !== null) {
    conditions.push(
      sql`(${users.id}, ${memberships.tenantId}) > (${page.after.userId}, ${page.after.tenantId})`,
    );
  }
  return db
    .select({
      id: users.id,
      email: users.email,
      name: users.name,
      tenantId: memberships.tenantId,
      family: memberships.family,
      owner: memberships.owner,
      createdAt: users.createdAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(...conditions))
    .orderBy(asc(users.id), asc(memberships.tenantId))
    .limit(page.limit + 1);
}

/** Only an owner of the tenant, or somebody from above, makes owners (R29). Throws `forbidden`. */
export async function requireOwnerToMakeOwners(
  db: Queryable,
  principal: ActingPrincipal,
  tenantId: TenantId,
): Promise<void> {
  const tenant = await requireTenant(db, scopeOf(principal), tenantId);
  const fromAbove = scopeOf(principal).paths.some(
    (path) => path !== tenant.path && isWithin(tenant.path, path),
  );
  const owns =
    principal.kind === 'user' && principal.memberships.some((m) => m.tenantId === tenantId && m.owner);
  if (!fromAbove && !owns) {
    throw new Failure('forbidden', `Only an owner of ${tenant.name}, or somebody above it, makes owners.`);
  }
}
