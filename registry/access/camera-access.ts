import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { CameraSight } from '../cameras/sight.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { and, eq, gt, inArray, isNull } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { memberships } from '../db/schema/people.js';
import { supportGrants, type CameraPermission } from '../db/schema/roles.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { loadPath, type PathTenant } from '../tenancy/path.js';
import { scopeHolds, type Scope } from '../tenancy/scope.js';
import { isWithin } from '../tenancy/tree.js';
import { permissionsBelow, permissionsOn } from './permissions.js';
import { loadPlaces, type TenantPlace } from './places.js';
import { scopeOf, type ActingPrincipal } from './principal.js';

/**
 * `grantId`: the support grant under which it is allowed, null when none is needed. `footage`: whose recordings of
 * the camera may be watched; a camera changes hands, its footage does not (R41).
 */
export type Verdict =
  | { may: true; camera: { name: string; tenantId: TenantId }; grantId: string | null; footage: Scope }
  | { may: false; why: 'unseen' | 'role' | 'support_grant' };

type Parts = Pick<Context, 'db' | 'clock'>;

/**
 * Whether somebody may do this to a camera as it is now: watch it live, change it. Rights are the union over places and roles (R30). Who stands above a
 * customer manages its cameras, but sees its video only before the hand-over (the customer has no user of its own
 * yet) or under a support grant (R32).
 */
export const mayOnCamera = (
  ctx: Parts,
  principal: ActingPrincipal,
  cameraId: CameraId,
  permission: CameraPermission,
): Promise<Verdict> => judge(ctx, principal, cameraId, permission, () => unseen);

/** The same of what was recorded: a camera that is somebody else's by now keeps the time in which it was one's own. */
export const mayOnFootage = (
  ctx: Parts,
  principal: ActingPrincipal,
  cameraId: CameraId,
  permission: CameraPermission,
): Promise<Verdict> =>
  judge(ctx, principal, cameraId, permission, (camera) => mayOnFormer(ctx, principal, camera, permission));

const unseen: Verdict = { may: false, why: 'unseen' };

/** `elsewhere`: what holds for a camera outside the person's scope. */
async function judge(
  ctx: Parts,
  principal: ActingPrincipal,
  cameraId: CameraId,
  permission: CameraPermission,
  elsewhere: (camera: { name: string }) => Verdict | Promise<Verdict>,
): Promise<Verdict> {
  const [found] = await ctx.db
    .select({ id: cameras.id, name: cameras.name, tenantId: cameras.tenantId, path: tenants.path })
    .from(cameras)
    .innerJoin(tenants, eq(tenants.id, cameras.tenantId))
    .where(eq(cameras.id, cameraId));
  if (found === undefined) return unseen;
  if (!scopeHolds(scopeOf(principal), found.path)) return elsewhere(found);
  const camera = { name: found.name, tenantId: found.tenantId };
  const places = await loadPlaces(ctx.db, principal, [cameraId]);
  const rights = permissionsOn(places, found);
  // What a person's roles do not show reads like an unknown id, whatever else they allow on it.
  if (!rights.has('view')) return unseen;
  if (!rights.has(permission)) return { may: false, why: 'role' };
  const own = ownFootage(principal);
  const without = (footage: Scope): Verdict => ({ may: true, camera, grantId: null, footage });
  if (permission === 'configure') return without(own);

  const customers = (await loadPath(ctx.db, found.tenantId)).filter(({ kind }) => kind === 'customer');
  const [highest] = customers;
  if (highest === undefined) return without(own);
  const inside = places.filter((place) => isWithin(place.path, highest.path));
  if (permissionsOn(inside, found).has(permission)) return without(own);
  if (!(await isHandedOver(ctx.db, customers))) return without({ paths: [...own.paths, found.path] });
  const grant = await findGrant(ctx, customers, new Set(places.map((place) => place.tenantId)));
  if (grant === null) return { may: false, why: 'support_grant' };
  return { may: true, camera, grantId: grant.id, footage: { paths: [...own.paths, grant.path] } };
}

/**
 * On which cameras somebody has a right, for queries over many (R30): whole places, and in the others the cameras
 * that their roles list. Of what is shown of a camera `view` decides, of what is changed `configure` as well; video is
 * {@link mayOnCamera}'s alone.
 */
export async function sightOf(
  db: Queryable,
  principal: ActingPrincipal,
  permission: 'view' | 'configure',
): Promise<CameraSight> {
  const places = await loadPlaces(db, principal, []);
  const view = sightIn(places, principal, 'view');
  return permission === 'view' ? view : { ...sightIn(places, principal, permission), within: view };
}

function sightIn(
  places: readonly TenantPlace[],
  principal: ActingPrincipal,
  permission: CameraPermission,
): CameraSight {
  const isWhole = (place: TenantPlace) => permissionsBelow([place], place.path).has(permission);
  const paths = places.filter(isWhole).map(({ path }) => path);
  if (principal.kind === 'apiKey') return { paths };
  const listed = places
    .filter((place) => !isWhole(place))
    .map(({ path, tenantId }) => ({ path, tenantId, userId: principal.userId, permission }));
  return { paths, listed };
}

/** The customers somebody belongs to: their time with a camera is theirs to watch, whoever holds it now. */
const ownFootage = (principal: ActingPrincipal): Scope => ({
  paths:
    principal.kind === 'user'
      ? principal.memberships.filter(({ kind }) => kind === 'customer').map(({ path }) => path)
      : principal.tenantKind === 'customer'
        ? [principal.path]
        : [],
});

/**
 * A camera that is somebody else's by now: people of a customer still watch what was recorded while it was theirs;
 * the archive shows no other time. Roles that list single cameras say nothing about it any more.
 */
async function mayOnFormer(
  ctx: Parts,
  principal: ActingPrincipal,
  camera: { name: string },
  permission: CameraPermission,
): Promise<Verdict> {
  const kinds =
    principal.kind === 'user'
      ? new Map(principal.memberships.map(({ tenantId, kind }) => [tenantId, kind]))
      : new Map([[principal.tenantId, principal.tenantKind]]);
  const own = (await loadPlaces(ctx.db, principal, [])).find(
    (place) =>
      kinds.get(place.tenantId) === 'customer' && permissionsBelow([place], place.path).has(permission),
  );
  if (own === undefined || permission === 'configure') return unseen;
  return {
    may: true,
    camera: { name: camera.name, tenantId: own.tenantId },
    grantId: null,
    footage: ownFootage(principal),
  };
}

/** A customer has its video for itself once a person of its own can be given access. */
async function isHandedOver(db: Queryable, customers: readonly PathTenant[]): Promise<boolean> {
  const ids = customers.map(({ id }) => id);
  const [own] = await db
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(inArray(memberships.tenantId, ids))
    .limit(1);
  return own !== undefined;
}

async function findGrant(
  ctx: Parts,
  customers: readonly PathTenant[],
  grantees: ReadonlySet<TenantId>,
): Promise<{ id: string; path: string } | null> {
  const [grant] = await ctx.db
    .select({ id: supportGrants.id, customerId: supportGrants.customerId })
    .from(supportGrants)
    .where(
      and(
        inArray(
          supportGrants.customerId,
          customers.map(({ id }) => id),
        ),
        inArray(supportGrants.grantedTo, [...grantees]),
        gt(supportGrants.expiresAt, new Date(ctx.clock.nowMs())),
        isNull(supportGrants.revokedAt),
      ),
    )
    .limit(1);
  const customer = customers.find(({ id }) => id === grant?.customerId);
  return grant && customer ? { id: grant.id, path: customer.path } : null;
}

/** {@link mayOnCamera} as a demand. Throws `not_found` for what is not seen, `forbidden` for what is not allowed. */
export const requireOnCamera = async (
  ctx: Parts,
  principal: ActingPrincipal,
  cameraId: CameraId,
  permission: CameraPermission,
): Promise<Allowed> => demand(cameraId, permission, await mayOnCamera(ctx, principal, cameraId, permission));

/** {@link mayOnFootage} as a demand, with the same refusals. */
export const requireOnFootage = async (
  ctx: Parts,
  principal: ActingPrincipal,
  cameraId: CameraId,
  permission: CameraPermission,
): Promise<Allowed> => demand(cameraId, permission, await mayOnFootage(ctx, principal, cameraId, permission));

type Allowed = Verdict & { may: true };

function demand(cameraId: CameraId, permission: CameraPermission, verdict: Verdict): Allowed {
  if (verdict.may) return verdict;
  switch (verdict.why) {
    case 'unseen':
      throw notFound('camera', cameraId);
    case 'role':
      throw new Failure(
        'forbidden',
        `Your roles do not include ${permission} on this camera. Ask an administrator.`,
      );
    case 'support_grant':
      throw new Failure(
        'forbidden',
        "This is a customer's video. You manage its cameras; to watch, the customer gives you a support grant.",
      );
    default: {
      const never: never = verdict.why;
      return never;
    }
  }
}

/** Watching under a support grant stands in the customer's history (R32); otherwise nothing is written. */
export async function recordWatching(
  ctx: Pick<Context, 'db'>,
  actor: Actor,
  cameraId: CameraId,
  verdict: Verdict & { may: true },
  range: { startMs: number; endMs: number },
): Promise<void> {
  if (verdict.grantId === null) return;
  const [from, to] = [range.startMs, range.endMs].map((ms) => new Date(ms).toISOString());
  await ctx.db.transaction((tx) =>
    record(tx, {
      actor,
      tenantId: verdict.camera.tenantId,
      target: { kind: 'camera', id: cameraId },
      operation: 'camera.watchedUnderGrant',
      sentence: `${actor.name} watched ${verdict.camera.name} from ${from} to ${to} under a support grant`,
      after: { grantId: verdict.grantId, from, to },
    }),
  );
}
