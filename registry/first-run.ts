import type { Passwords } from './access/passwords.js';
import { readablePassword } from './access/readable-password.js';
import { registryActor } from './actor.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import { databaseNow, type Transaction } from './db/database.js';
import { eq, sql } from './db/drizzle.js';
import { memberships, users } from './db/schema/people.js';
import { plans } from './db/schema/plans.js';
import { registryState } from './db/schema/registry.js';
import { tenantActivity, tenants } from './db/schema/tenants.js';
import { record } from './history/history.js';

/** How to sign in for the first time; the password is known to nobody else and shown this once. */
export interface FirstSignIn {
  email: string;
  password: string;
}

/** What a registry keeps about itself in its database. */
export interface RegistryIdentity {
  epoch: number;
  playbackSecret: Uint8Array;
  sealingKey: Uint8Array;
}

type Parts = Pick<Context, 'db' | 'newId' | 'random'>;

/** Reads the registry's own values, making those that are missing. Registries that start at once agree. */
export async function readIdentity(ctx: Pick<Context, 'db' | 'random'>): Promise<RegistryIdentity> {
  await ctx.db
    .insert(registryState)
    .values([
      { key: 'epoch', value: 1 },
      { key: 'playbackSecret', value: Buffer.from(ctx.random(32)).toString('base64url') },
      { key: 'sealingKey', value: Buffer.from(ctx.random(32)).toString('base64url') },
    ])
    .onConflictDoNothing();
  const rows = await ctx.db.select().from(registryState);
  const values = new Map(rows.map(({ key, value }) => [key, value]));
  return {
    epoch: values.get('epoch') as number,
    playbackSecret: Buffer.from(values.get('playbackSecret') as string, 'base64url'),
    sealingKey: Buffer.from(values.get('sealingKey') as string, 'base64url'),
  };
}

/**
 * Makes the platform, its first user and a plan where there is none yet. Null when there was: the second of two
 * registries that start at once, and every later start.
 */
export async function makeFirst(
  ctx: Parts,
  passwords: Passwords,
  admin: Config['admin'],
): Promise<FirstSignIn | null> {
  const [existing] = await ctx.db
    .select({ id: tenants.id })
    .from(tenants)
    .where(eq(tenants.kind, 'platform'));
  if (existing !== undefined) return null;
  const password = admin.password ?? readablePassword(ctx.random);
  const passwordHash = await passwords.hash(password);
  const made = await ctx.db.transaction((tx) => insertFirst(ctx, tx, admin.email, passwordHash));
  return made ? { email: admin.email, password } : null;
}

async function insertFirst(
  ctx: Parts,
  tx: Transaction,
  email: string,
  passwordHash: string,
): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(0, 2)`);
  const id = ctx.newId('tenant');
  const [platform] = await tx
    .insert(tenants)
    .values({ id, kind: 'platform', name: 'Gantry', path: id })
    .onConflictDoNothing()
    .returning({ seq: tenants.seq });
  if (platform === undefined) return false;
  await tx
    .update(tenants)
    .set({ path: `${platform.seq}.` })
    .where(eq(tenants.id, id));
  await tx.insert(tenantActivity).values({ tenantId: id, fromAt: await databaseNow(tx) });
  await tx.insert(plans).values({ id: ctx.newId('plan'), tenantId: id, name: 'Standard', retentionDays: 30 });
  const userId = ctx.newId('user');
  await tx.insert(users).values({ id: userId, email, name: 'Administrator', passwordHash });
  await tx.insert(memberships).values({ userId, tenantId: id, family: 'admin', owner: true });
  await record(tx, {
    actor: registryActor,
    tenantId: id,
    target: { kind: 'tenant', id },
    operation: 'registry.started',
    sentence: `Gantry was set up; its first user is ${email}`,
  });
  return true;
}
