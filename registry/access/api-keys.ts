import { apiKeyId, type ApiKeyId, type TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq, getTableColumns, gt, isNull, type SQL } from '../db/drizzle.js';
import type { Module } from '../db/schema/modules.js';
import { apiKeys } from '../db/schema/people.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { isEffectivelyActive } from '../tenancy/active.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { requireTenant } from '../tenancy/tenants.js';
import { requireMayGrant } from './granting.js';
import { scopeOf, type ActingPrincipal, type ApiKeyPrincipal } from './principal.js';
import { hashSecret, newSecret, secretMatches, splitToken } from './secrets.js';

export type ApiKeyRow = typeof apiKeys.$inferSelect;
export type ListedKey = ApiKeyRow & { tenantName: string };

/** Makes a key for a tenant's subtree; `key` (`id.secret`) is shown this once (R33). */
export async function createApiKey(
  ctx: Pick<Context, 'db' | 'newId' | 'random'>,
  actor: Actor,
  principal: ActingPrincipal,
  input: { tenantId: TenantId; name: string; expiresAt: Date | null; modules: Module[] | null },
): Promise<{ row: ListedKey; key: string }> {
  const secret = newSecret(ctx.random);
  return ctx.db.transaction(async (tx) => {
    const tenant = await requireTenant(tx, scopeOf(principal), input.tenantId);
    await requireMayGrant(tx, principal, tenant, { family: 'admin', owner: false, roleIds: [] });
    requireOwnModules(principal, input.modules);
    const [made] = await tx
      .insert(apiKeys)
      .values({
        ...input,
        id: ctx.newId('apiKey'),
        secretHash: hashSecret(secret),
        createdBy: actor.kind === 'user' ? (actor.id as ApiKeyRow['createdBy']) : null,
      })
      .returning();
    const row = made as ApiKeyRow;
    await record(tx, {
      actor,
      tenantId: tenant.id,
      target: { kind: 'apiKey', id: row.id },
      operation: 'apiKey.created',
      sentence: `${actor.name} made the API key ${row.name} for ${tenant.name}`,
      after: { name: row.name, expiresAt: row.expiresAt?.toISOString() ?? null, modules: row.modules },
    });
    return { row: { ...row, tenantName: tenant.name }, key: `${row.id}.${secret}` };
  });
}

/** A key makes no key that may use more modules than itself. */
function requireOwnModules(principal: ActingPrincipal, wanted: readonly Module[] | null): void {
  if (principal.kind !== 'apiKey' || principal.modules === null) return;
  const missing = wanted === null ? 'all modules' : wanted.find((one) => !principal.modules?.includes(one));
  if (missing !== undefined) {
    throw new Failure('forbidden', `This API key may not use ${missing}, and so cannot make a key that may.`);
  }
}

/** Keys of the scope that count, in order of id; one more than `limit`. */
export async function listApiKeys(
  db: Queryable,
  scope: Scope,
  page: { limit: number; after: string | null },
): Promise<ListedKey[]> {
  const conditions: SQL[] = [inScope(apiKeys.tenantId, scope), isNull(apiKeys.revokedAt)];
  if (page.after !== null) conditions.push(gt(apiKeys.id, page.after as ApiKeyId));
  return db
    .select({ ...getTableColumns(apiKeys), tenantName: tenants.name })
    .from(apiKeys)
    .innerJoin(tenants, eq(tenants.id, apiKeys.tenantId))
    .where(and(...conditions))
    .orderBy(asc(apiKeys.id))
    .limit(page.limit + 1);
}

/** Ends a key; it counts no more with the next request. */
export async function revokeApiKey(
  ctx: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  scope: Scope,
  id: ApiKeyId,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const [revoked] = await tx
      .update(apiKeys)
      .set({ revokedAt: new Date(ctx.clock.nowMs()) })
      .where(and(eq(apiKeys.id, id), inScope(apiKeys.tenantId, scope), isNull(apiKeys.revokedAt)))
      .returning();
    if (revoked === undefined) throw notFound('API key', id);
    await record(tx, {
      actor,
      tenantId: revoked.tenantId,
      target: { kind: 'apiKey', id },
      operation: 'apiKey.revoked',
      sentence: `${actor.name} revoked the API key ${revoked.name}`,
    });
  });
}

/** Whether a bearer token has the shape of an API key. */
export const looksLikeApiKey = (token: string): boolean => token.startsWith('key_');

type KeyParts = Pick<Context, 'db' | 'clock'>;

const unknownKey = (): Failure =>
  new Failure('unauthenticated', 'This API key is not known here (any more). Make a new one.');

/** Who an API key stands for now. Throws `unauthenticated` or `account_disabled`. */
export async function readApiKey(ctx: KeyParts, token: string): Promise<ApiKeyPrincipal> {
  const split = splitToken(token);
  const id = apiKeyId.safeParse(split?.id);
  if (split === null || !id.success) throw unknownKey();
  const [found] = await ctx.db
    .select({ secretHash: apiKeys.secretHash })
    .from(apiKeys)
    .where(eq(apiKeys.id, id.data));
  if (found === undefined || !secretMatches(split.secret, found.secretHash)) throw unknownKey();
  return readApiKeyById(ctx, id.data);
}

/** {@link readApiKey} for what proves the key by other means, such as a playback ticket. */
export async function readApiKeyById(ctx: KeyParts, id: ApiKeyId): Promise<ApiKeyPrincipal> {
  const [found] = await ctx.db
    .select({
      key: apiKeys,
      tenantName: tenants.name,
      kind: tenants.kind,
      path: tenants.path,
      active: isEffectivelyActive,
    })
    .from(apiKeys)
    .innerJoin(tenants, eq(tenants.id, apiKeys.tenantId))
    .where(eq(apiKeys.id, id));
  if (found === undefined) throw unknownKey();
  const nowMs = ctx.clock.nowMs();
  const { key } = found;
  if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt.getTime() <= nowMs))
    throw unknownKey();
  if (!found.active) {
    throw new Failure(
      'account_disabled',
      'The account of this API key is switched off. Ask your integrator.',
    );
  }
  if (nowMs - (key.lastUsedAt?.getTime() ?? 0) >= 60_000) {
    await ctx.db
      .update(apiKeys)
      .set({ lastUsedAt: new Date(nowMs) })
      .where(eq(apiKeys.id, id));
  }
  return {
    kind: 'apiKey',
    keyId: key.id,
    name: key.name,
    tenantId: key.tenantId,
    tenantName: found.tenantName,
    tenantKind: found.kind,
    path: found.path,
    modules: key.modules,
  };
}
