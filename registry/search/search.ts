import { sightOf } from '../access/camera-access.js';
import { usersThatFit } from '../access/fitting.js';
import { isGuard, scopeOf, type ActingPrincipal } from '../access/principal.js';
import { withinModules } from '../access/within-modules.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { Failure } from '../errors.js';
import { tenantsThatFit } from '../tenancy/fitting.js';
import type { Scope } from '../tenancy/scope.js';
import { findCameras } from './cameras.js';
import type { Found } from './found.js';
import { findAgents, findTenants, findUsers } from './others.js';

const most = 20;
/** Of each kind before the rest is filled up: a thousand cameras named alike do not push a customer out. */
const ofEach = 5;

/** Whatever of the four kinds fits the text, in the scope, at most {@link most}: for one box that finds everything. */
export async function search(
  ctx: Pick<Context, 'db'>,
  principal: ActingPrincipal,
  text: string,
): Promise<Found[]> {
  const scope = scopeOf(principal);
  const sight = await sightOf(ctx.db, principal, 'view');
  const cameras = await findCameras(ctx.db, sight, scope, text, { limit: most });
  if (isGuard(principal)) return cameras;
  const people = await whereUsersAreShown(ctx, principal);
  const fewTenants = await tenantsThatFit(ctx.db, scope, text);
  const fewPeople = await usersThatFit(ctx.db, people, text);
  const [tenants, agents, users] = await scopedRead(ctx.db, scope, async (q) => [
    await findTenants(q, scope, text, fewTenants, most),
    await findAgents(q, scope, text, most),
    await findUsers(q, people, text, fewPeople, most),
  ]);
  return share([tenants, cameras, agents, users]);
}

/** As for the list of users (R12). */
async function whereUsersAreShown(ctx: Pick<Context, 'db'>, principal: ActingPrincipal): Promise<Scope> {
  try {
    return scopeOf(await withinModules(ctx, principal, 'GET', ['adminPortal', 'users']));
  } catch (error) {
    if (error instanceof Failure) return { paths: [] };
    throw error;
  }
}

/** Some of each kind, then the kinds in order until the answer is full. */
function share(kinds: readonly (readonly Found[])[]): Found[] {
  const left = most - kinds.reduce((sum, found) => sum + Math.min(found.length, ofEach), 0);
  let room = left;
  return kinds.flatMap((found) => {
    const extra = Math.min(Math.max(found.length - ofEach, 0), room);
    room -= extra;
    return found.slice(0, ofEach + extra);
  });
}
