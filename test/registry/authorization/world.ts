import {
  idPrefixes,
  type AgentId,
  type CameraId,
  type IdKind,
  type TenantId,
  type UserId,
} from '@gantry/protocol/ids.js';
import { createPasswords } from '@gantry/registry/access/passwords.js';
import { createThrottle } from '@gantry/registry/access/throttle.js';
import { hashSecret, newSecret } from '@gantry/registry/access/secrets.js';
import type { Context } from '@gantry/registry/context.js';
import type { Database } from '@gantry/registry/db/database.js';
import { agents, enrolmentTokens } from '@gantry/registry/db/schema/agents.js';
import { cameras, expectedCameras } from '@gantry/registry/db/schema/cameras.js';
import { clips } from '@gantry/registry/db/schema/clips.js';
import { apiKeys, memberships, sessions, users, type RoleFamily } from '@gantry/registry/db/schema/people.js';
import { legalHolds, operations } from '@gantry/registry/db/schema/operations.js';
import { roleCameras, roleMembers, roles, supportGrants } from '@gantry/registry/db/schema/roles.js';
import { plans } from '@gantry/registry/db/schema/plans.js';
import { shareLinks } from '@gantry/registry/db/schema/share-links.js';
import { tenantActivity, tenants, type TenantKind } from '@gantry/registry/db/schema/tenants.js';
import { record } from '@gantry/registry/history/history.js';
import { createAfterwards } from '@gantry/registry/afterwards.js';
import { createApp } from '@gantry/registry/http/app.js';
import { readTrustedProxies } from '@gantry/registry/http/client-address.js';
import type { App } from '@gantry/registry/http/api.js';
import { resourcesOf } from '@gantry/registry/http/resources.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { eq } from '@gantry/registry/db/drizzle.js';

/** Ids of what a tenant has; what it cannot have is an id that nobody has. */
export interface Fixtures {
  tenant: string;
  camera: string;
  agent: string;
  user: string;
  apiKey: string;
  enrolmentToken: string;
  plan: string;
  /** One that the tenant offers itself; none of the platform. */
  ownPlan: string;
  operation: string;
  legalHold: string;
  role: string;
  supportGrant: string;
  expectedCamera: string;
  clip: string;
  shareLink: string;
}

export type PlantParts = Pick<Context, 'db' | 'newId' | 'random' | 'clock'>;

export interface Planted {
  id: TenantId;
  kind: TenantKind;
  path: string;
  parent: Planted | null;
  fixtures: Fixtures;
}

/** An id of a kind that no row has. */
export const unknownId = (kind: IdKind): string => `${idPrefixes[kind]}_01ZZZZZZZZZZZZZZZZZZZZZZZZ`;

/** Ids that nobody has. */
export const unknownFixtures: Fixtures = {
  tenant: unknownId('tenant'),
  camera: unknownId('camera'),
  agent: unknownId('agent'),
  user: unknownId('user'),
  apiKey: unknownId('apiKey'),
  enrolmentToken: unknownId('enrolmentToken'),
  plan: unknownId('plan'),
  ownPlan: unknownId('plan'),
  operation: unknownId('operation'),
  legalHold: unknownId('legalHold'),
  role: unknownId('role'),
  supportGrant: unknownId('supportGrant'),
  expectedCamera: '999999999999999',
  clip: unknownId('clip'),
  shareLink: unknownId('shareLink'),
};

/** Text that belongs to one tenant: whoever reads it where it does not belong has found a hole. */
export const canaryOf = (id: string, what: string): string => `${what} ${id.slice(4)}`;
const mailOf = (id: string, what: string): string => `${what}.${id.slice(4).toLowerCase()}@canary.example`;

/** A tenant with a camera, people, keys and, for an integrator, an agent and an invitation. */
export async function plantTenant(
  parts: PlantParts,
  kind: TenantKind,
  parent: Planted | null,
  planId: string,
): Promise<Planted> {
  const { db, newId } = parts;
  const id = newId('tenant');
  const [row] = await db
    .insert(tenants)
    .values({
      id,
      kind,
      parentId: parent?.id ?? null,
      name: canaryOf(id, 'Tenant'),
      email: mailOf(id, 'office'),
      path: id,
    })
    .returning({ seq: tenants.seq });
  const path = `${parent?.path ?? ''}${row?.seq}.`;
  await db.update(tenants).set({ path }).where(eq(tenants.id, id));
  await db.insert(tenantActivity).values({ tenantId: id, fromAt: new Date(0) });
  return plantFixtures(
    parts,
    { id, kind, path, parent, fixtures: { ...unknownFixtures, tenant: id } },
    planId,
  );
}

/** Gives a tenant that is there already what {@link plantTenant} gives a new one. */
export async function plantFixtures(parts: PlantParts, planted: Planted, planId: string): Promise<Planted> {
  const { db, newId, random } = parts;
  const { id, kind } = planted;
  const fixtures = { ...planted.fixtures, plan: planId };
  fixtures.user = (await plantUser(parts, id, {})).userId;
  fixtures.apiKey = newId('apiKey');
  await db.insert(apiKeys).values({
    id: fixtures.apiKey as never,
    tenantId: id,
    name: canaryOf(id, 'Key'),
    secretHash: hashSecret(newSecret(random)),
  });
  if (kind !== 'platform') {
    fixtures.ownPlan = newId('plan');
    await db
      .insert(plans)
      .values({ id: fixtures.ownPlan as never, tenantId: id, name: canaryOf(id, 'Plan'), retentionDays: 7 });
  }
  fixtures.operation = newId('operation');
  await db.insert(operations).values({
    id: fixtures.operation,
    kind: 'test.done',
    tenantId: id,
    actorName: canaryOf(id, 'Person'),
    payload: {},
    state: 'done',
  });
  const person = canaryOf(planted.parent?.id ?? id, 'Person');
  await db.transaction((tx) =>
    record(tx, {
      actor: { kind: 'user', id: null, name: person, ip: null, userAgent: null },
      tenantId: id,
      target: { kind: 'tenant', id },
      operation: 'tenant.created',
      sentence: canaryOf(id, 'Entry'),
    }),
  );
  fixtures.role = newId('role');
  await db
    .insert(roles)
    .values({ id: fixtures.role, tenantId: id, name: canaryOf(id, 'Role'), family: 'guard' });
  if (kind === 'customer') {
    fixtures.supportGrant = newId('supportGrant');
    await db.insert(supportGrants).values({
      id: fixtures.supportGrant,
      customerId: id,
      grantedTo: planted.parent?.id ?? id,
      expiresAt: new Date(parts.clock.nowMs() + 3_600_000),
    });
    fixtures.legalHold = newId('legalHold');
    await db.insert(legalHolds).values({
      id: fixtures.legalHold,
      customerId: id,
      fromAt: new Date(0),
      toAt: new Date(1),
      reason: canaryOf(id, 'Reason'),
    });
  }
  if (kind === 'integrator') {
    fixtures.agent = newId('agent');
    await db.insert(agents).values({
      id: fixtures.agent as AgentId,
      integratorId: id,
      name: canaryOf(id, 'Box'),
      hostname: 'box',
    });
    fixtures.enrolmentToken = newId('enrolmentToken');
    await db.insert(enrolmentTokens).values({
      id: fixtures.enrolmentToken as never,
      integratorId: id,
      name: canaryOf(id, 'Invitation'),
      secretHash: hashSecret(newSecret(random)),
      maxUses: 1,
      expiresAt: new Date(parts.clock.nowMs() + 3_600_000),
    });
  }
  const made: Planted = { ...planted, fixtures };
  const holder = nearestIntegrator(made);
  if (holder !== null) fixtures.camera = await plantCamera(parts, made, holder, planId);
  if (holder !== null && kind === 'customer')
    fixtures.expectedCamera = await plantExpected(parts, made, holder, planId);
  if (kind === 'customer') await plantSharing(parts, made);
  return made;
}

/** A clip of the tenant's camera, and a link to it. */
async function plantSharing(
  { db, newId, random, clock }: PlantParts,
  { id, fixtures }: Planted,
): Promise<void> {
  const clip = newId('clip');
  fixtures.clip = clip;
  await db.insert(clips).values({
    id: clip,
    cameraId: fixtures.camera as CameraId,
    customerId: id,
    name: canaryOf(id, 'Clip'),
    fromAt: new Date(0),
    toAt: new Date(1),
    operationId: fixtures.operation,
    createdBy: canaryOf(id, 'Person'),
    expiresAt: new Date(clock.nowMs() + 3_600_000),
  });
  const link = newId('shareLink');
  fixtures.shareLink = link;
  await db.insert(shareLinks).values({
    id: link,
    kind: 'clip',
    cameraId: fixtures.camera as CameraId,
    clipId: clip,
    customerId: id,
    name: canaryOf(id, 'Link'),
    secretHash: hashSecret(newSecret(random)),
    creatorKind: 'user',
    creatorId: fixtures.user,
    creatorName: canaryOf(id, 'Person'),
    expiresAt: new Date(clock.nowMs() + 3_600_000),
  });
}

const nearestIntegrator = (planted: Planted): Planted | null => {
  for (let at: Planted | null = planted; at !== null; at = at.parent) if (at.kind === 'integrator') return at;
  return null;
};

async function plantCamera(
  { db, newId }: PlantParts,
  planted: Planted,
  integrator: Planted,
  planId: string,
): Promise<string> {
  const id = newId('camera');
  const bound = planted.kind === 'customer';
  await db.insert(cameras).values({
    id,
    agentId: integrator.fixtures.agent as AgentId,
    localId: id,
    tenantId: planted.id,
    integratorId: integrator.id,
    customerId: bound ? planted.id : null,
    planId: bound ? (planId as never) : null,
    name: canaryOf(planted.id, 'Camera'),
    tags: [canaryOf(planted.id, 'Tag')],
    kind: 'onvif',
    address: '192.0.2.1:80',
    access: 'ready',
    streams: [],
    inventoryHash: id,
  });
  const name = canaryOf(planted.id, 'Camera');
  const told = {
    actor: { kind: 'registry' as const, id: null, name: 'registry', ip: null, userAgent: null },
    tenantId: planted.id,
    after: { name },
  };
  await db.transaction((tx) =>
    record(
      tx,
      { ...told, target: { kind: 'camera', id }, operation: 'camera.renamed', sentence: `renamed ${name}` },
      {
        ...told,
        target: { kind: 'clip', id: newId('clip') },
        cameraId: id,
        operation: 'clip.created',
        sentence: `cut a clip out of ${name}`,
      },
    ),
  );
  return id;
}

/** A camera that is to come. */
async function plantExpected(
  { db, random }: PlantParts,
  { id }: Planted,
  integrator: Planted,
  planId: string,
): Promise<string> {
  // Long, so that it stands for nothing else in an answer.
  const expected = 1_000_000_000_000 + Buffer.from(random(4)).readUInt32BE();
  await db.insert(expectedCameras).values({
    id: expected,
    integratorId: integrator.id,
    kind: 'serial',
    value: canaryOf(id, 'Serial'),
    name: canaryOf(id, 'Expected'),
    customerId: id,
    planId: planId as never,
    tags: [canaryOf(id, 'Tag')],
    actorName: canaryOf(integrator.id, 'Person'),
  });
  return String(expected);
}

/** A person who is signed in; `headers` go with a request. */
export async function plantUser(
  { db, newId, random, clock }: PlantParts,
  tenantId: TenantId,
  place: { family?: RoleFamily; owner?: boolean },
): Promise<{ userId: string; headers: Record<string, string> }> {
  const userId = newId('user');
  const token = newSecret(random);
  const now = new Date(clock.nowMs());
  await db.insert(users).values({
    id: userId,
    email: mailOf(tenantId, `user${userId.slice(4)}`),
    name: canaryOf(tenantId, 'Person'),
    emailConfirmedAt: now,
  });
  await db
    .insert(memberships)
    .values({ userId, tenantId, family: place.family ?? 'admin', owner: place.owner ?? false });
  await db.insert(sessions).values({
    tokenHash: hashSecret(token),
    userId,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + 3_600_000),
  });
  return { userId, headers: { cookie: `gantry_session=${token}` } };
}

/** Lets a person of the tenant view these cameras and no others (R30). */
export async function plantRole(
  { db, newId }: PlantParts,
  tenantId: TenantId,
  userId: string,
  cameraIds: readonly string[],
  family: RoleFamily,
): Promise<void> {
  const id = newId('role');
  await db.insert(roles).values({ id, tenantId, name: canaryOf(tenantId, id), family });
  await db.insert(roleMembers).values({ roleId: id, userId: userId as UserId });
  for (const cameraId of cameraIds as readonly CameraId[]) {
    await db.insert(roleCameras).values({ roleId: id, cameraId, permissions: ['view'] });
  }
}

/** An API key of a tenant, as a program sends it. */
export async function plantApiKey(
  { db, newId, random }: PlantParts,
  tenantId: TenantId,
): Promise<Record<string, string>> {
  const id = newId('apiKey');
  const secret = newSecret(random);
  await db.insert(apiKeys).values({ id, tenantId, name: 'Program', secretHash: hashSecret(secret) });
  return { authorization: `Bearer ${id}.${secret}` };
}

/** The registry's own app on a database of the test's choice, called without sockets. */
export function appOn(context: Context, storage: Storage, db: Database): App {
  const parts = { ...context, db };
  return createApp(
    {
      ...parts,
      passwords: createPasswords(),
      throttle: createThrottle(context.clock),
      trustedProxies: readTrustedProxies([]),
      afterwards: createAfterwards(),
    },
    resourcesOf(parts, storage),
  );
}

/**
 * A database whose every change is undone: `undoing` runs its work in a transaction that is rolled back, and
 * what the app begins inside becomes a savepoint of it.
 */
export function undoable(db: Database): {
  db: Database;
  undoing: <Result>(work: () => Promise<Result>) => Promise<Result>;
} {
  const current = { db };
  const proxy = new Proxy(db, {
    get: (_target, key) => {
      const value: unknown = Reflect.get(current.db, key);
      return typeof value === 'function' ? (value as () => unknown).bind(current.db) : value;
    },
  });
  class Undo extends Error {}
  return {
    db: proxy,
    undoing: async (work) => {
      const done: { result?: Awaited<ReturnType<typeof work>> } = {};
      try {
        await db.transaction(async (tx) => {
          current.db = tx;
          done.result = await work();
          throw new Undo();
        });
      } catch (error) {
        if (!(error instanceof Undo)) throw error;
      } finally {
        current.db = db;
      }
      return done.result as Awaited<ReturnType<typeof work>>;
    },
  };
}
