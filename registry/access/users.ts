import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, asc, eq, type SQL, sql } from '../db/drizzle.js';
import { memberships, users, type RoleFamily } from '../db/schema/people.js';
import { roleMembers } from '../db/schema/roles.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { postLetter } from '../mail/outbox.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { requireTenant, type TenantRow } from '../tenancy/tenants.js';
import { isUserDescribed } from './fitting.js';
import { requireMayGrant } from './granting.js';
import { linkValidDays, makeLink } from './links.js';
import type { Passwords } from './passwords.js';
import { scopeOf, type ActingPrincipal } from './principal.js';

/** How a new person comes to a password (R27). */
export type Activation =
  | { kind: 'email_link' }
  | { kind: 'display_link' }
  /** The administrator hands it over. */
  | { kind: 'preset_password'; password: string };

export interface NewUser {
  tenantId: TenantId;
  email: string;
  name: string;
  activation: Activation;
  family: RoleFamily;
  owner: boolean;
  roleIds: readonly string[];
}

/** A person's place in one tenant, as administrators see it. */
export interface ShownUser {
  id: UserId;
  email: string;
  name: string;
  tenantId: TenantId;
  family: RoleFamily;
  owner: boolean;
  roleIds: string[];
  /** Has chosen (or was given) a password. */
  activated: boolean;
  emailConfirmed: boolean;
  disabledAt: Date | null;
  lastSignInAt: Date | null;
  version: number;
  createdAt: Date;
}

type Parts = Pick<Context, 'db' | 'newId' | 'clock' | 'random' | 'publicUrl'>;

/**
 * Creates a person with a place in a tenant of the scope. `link` is the one to hand over with `display_link`, known
 * only now. Throws `conflict` when the e-mail is taken (R26), `forbidden` for more than the actor has (R29, R30).
 */
export async function createUser(
  ctx: Parts,
  passwords: Passwords,
  actor: Actor,
  principal: ActingPrincipal,
  input: NewUser,
): Promise<{ user: ShownUser; link: string | null }> {
  const id = ctx.newId('user');
  const { tenantId, email, name, activation, family, owner, roleIds } = input;
  const passwordHash =
    activation.kind === 'preset_password' ? await passwords.hash(activation.password) : null;
  return ctx.db.transaction(async (tx) => {
    const tenant = await requireTenant(tx, scopeOf(principal), tenantId);
    await requireMayGrant(tx, principal, tenant, { family, owner, roleIds });
    const duties = await dutiesIn(tx, tenant);
    const made = await tx
      .insert(users)
      .values({
        id,
        email,
        name,
        passwordHash,
        mustConfirmEmail: duties.confirmEmail,
        // A password that somebody else chose; a link lets the person choose it themselves.
        mustChangePassword: duties.changePassword && activation.kind === 'preset_password',
      })
      .onConflictDoNothing()
      .returning({ id: users.id });
    if (made.length === 0) throw emailTaken(email);
    await tx.insert(memberships).values({ userId: id, tenantId, family, owner });
    await assignRoles(tx, id, tenantId, roleIds);
    const link = await deliver(ctx, tx, { id, email, name }, tenant, activation.kind, duties.confirmEmail);
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'user', id },
      operation: 'user.created',
      sentence: `${actor.name} created the user ${name} in ${tenant.name}`,
      after: { email, name, family, owner, roleIds, activation: activation.kind },
    });
    return { user: await requireUserIn(tx, scopeOf(principal), id, tenantId), link };
  });
}

/** Sends what the kind of activation needs; answers the link of `display_link`. */
async function deliver(
  ctx: Parts,
  tx: Transaction,
  person: { id: UserId; email: string; name: string },
  tenant: TenantRow,
  kind: Activation['kind'],
  mustConfirm: boolean,
): Promise<string | null> {
  switch (kind) {
    case 'email_link':
      await mailActivation(ctx, tx, person, tenant);
      return null;
    case 'display_link':
      return makeLink(ctx, tx, { userId: person.id, purpose: 'activate', delivery: 'display' });
    case 'preset_password':
      if (mustConfirm) await mailConfirmation(ctx, tx, person, tenant.id);
      return null;
    default: {
      const never: never = kind;
      return never;
    }
  }
}

export async function mailActivation(
  ctx: Parts,
  tx: Transaction,
  person: { id: UserId; email: string; name: string },
  tenant: { id: TenantId; name: string },
): Promise<void> {
  const url = await makeLink(ctx, tx, { userId: person.id, purpose: 'activate', delivery: 'email' });
  const occasion = { name: person.name, tenant: tenant.name, url, validDays: linkValidDays };
  await postLetter(ctx, tx, {
    tenantId: tenant.id,
    recipient: person.email,
    occasion: { kind: 'activation', ...occasion },
  });
}

export async function mailConfirmation(
  ctx: Parts,
  tx: Transaction,
  person: { id: UserId; email: string; name: string },
  tenantId: TenantId,
): Promise<void> {
  const url = await makeLink(ctx, tx, { userId: person.id, purpose: 'confirm_email', delivery: 'email' });
  const occasion = { kind: 'confirmation' as const, name: person.name, url, validDays: linkValidDays };
  await postLetter(ctx, tx, { tenantId, recipient: person.email, occasion });
}

/** What new users of a tenant do first: its defaults, and always a confirmed address below another integrator (R28). */
export async function dutiesIn(
  db: Queryable,
  tenant: TenantRow,
): Promise<{ confirmEmail: boolean; changePassword: boolean }> {
  const [parent] =
    tenant.parentId === null
      ? []
      : await db.select({ kind: tenants.kind }).from(tenants).where(eq(tenants.id, tenant.parentId));
  const ofSubIntegrator = tenant.kind === 'integrator' && parent?.kind === 'integrator';
  return {
    confirmEmail: tenant.newUsers.confirmEmail || ofSubIntegrator,
    changePassword: tenant.newUsers.changePassword,
  };
}

/** Sets the roles of a person in a tenant. */
export async function assignRoles(
  tx: Transaction,
  userId: UserId,
  tenantId: TenantId,
  roleIds: readonly string[],
): Promise<void> {
  await tx.execute(
    sql`delete from role_members m using roles r where r.id = m.role_id and m.user_id = ${userId} and r.tenant_id = ${tenantId}`,
  );
  const ids = [...new Set(roleIds)];
  if (ids.length > 0) await tx.insert(roleMembers).values(ids.map((roleId) => ({ roleId, userId })));
}

export const emailTaken = (email: string): Failure =>
  new Failure('conflict', `The e-mail address ${email} already belongs to a user.`, [
    { pointer: '/email', code: 'taken', detail: 'already belongs to a user' },
  ]);

const shown = {
  id: users.id,
  email: users.email,
  name: users.name,
  tenantId: memberships.tenantId,
  family: memberships.family,
  owner: memberships.owner,
  roleIds: sql<string[]>`array(
    select m.role_id from role_members m join roles r on r.id = m.role_id
    where m.user_id = ${users.id} and r.tenant_id = ${memberships.tenantId} order by 1)`,
  activated: sql<boolean>`${users.passwordHash} is not null`,
  emailConfirmed: sql<boolean>`${users.emailConfirmedAt} is not null`,
  disabledAt: users.disabledAt,
  lastSignInAt: users.lastSignInAt,
  version: users.version,
  createdAt: users.createdAt,
};

/** Users with a place in the scope, one entry per place, in order of (user, tenant); one more than `limit`. */
export async function listUsers(
  db: Queryable,
  scope: Scope,
  filter: { tenantId: TenantId | null; userId?: UserId; text?: string | null; ids?: readonly UserId[] },
  page: { limit: number; after: { userId: string; tenantId: string } | null },
): Promise<ShownUser[]> {
  const conditions: SQL[] = [inScope(memberships.tenantId, scope)];
  if (filter.tenantId !== null) conditions.push(eq(memberships.tenantId, filter.tenantId));
  if (filter.userId !== undefined) conditions.push(eq(users.id, filter.userId));
  if (filter.text) conditions.push(isUserDescribed(filter.text));
  // What the text was found to fit (fitting.ts).
  if (filter.ids !== undefined) conditions.push(sql`${users.id} = any(${sql.param(filter.ids)}::text[])`);
  if (page.after !== null) {
    conditions.push(
      sql`(${users.id}, ${memberships.tenantId}) > (${page.after.userId}, ${page.after.tenantId})`,
    );
  }
  return db
    .select(shown)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(...conditions))
    .orderBy(asc(users.id), asc(memberships.tenantId))
    .limit(page.limit + 1);
}

/** A person's places in the scope, at least one. Throws `not_found`. */
export async function requireUser(db: Queryable, scope: Scope, userId: UserId): Promise<ShownUser[]> {
  const places = await listUsers(db, scope, { tenantId: null, userId }, { limit: 1_000, after: null });
  if (places.length === 0) throw notFound('user', userId);
  return places;
}

/** A person's place in one tenant of the scope. Throws `not_found`. */
export async function requireUserIn(
  db: Queryable,
  scope: Scope,
  userId: UserId,
  tenantId: TenantId,
): Promise<ShownUser> {
  const [place] = await listUsers(db, scope, { tenantId, userId }, { limit: 1, after: null });
  if (place === undefined) throw notFound('user', userId);
  return place;
}
