import type { MiddlewareHandler } from 'hono';
import type { ActingPrincipal, ApiKeyPrincipal, Principal } from '../access/principal.js';
import type { Context } from '../context.js';
import type { Module } from '../db/schema/modules.js';
import { Failure } from '../errors.js';
import { moduleState, type ModuleStanding } from '../tenancy/module-rules.js';
import { loadStandings, moduleDisabled } from '../tenancy/modules.js';
import type { ApiEnv } from './api.js';

/** Which modules a route belongs to; the first row that fits counts. A route without a row belongs to none. */
const belongs: readonly { methods: string; path: RegExp; modules: readonly Module[] }[] = [
  { methods: '*', path: /^\/users(\/|$)/, modules: ['adminPortal', 'users'] },
  { methods: '*', path: /^\/roles(\/|$)/, modules: ['adminPortal', 'roles'] },
  { methods: '*', path: /^\/api-keys(\/|$)/, modules: ['adminPortal', 'apiKeys'] },
  { methods: '*', path: /^\/history(\/|$)/, modules: ['adminPortal', 'history'] },
  { methods: 'POST', path: /^\/(enrolment-tokens|claims)(\/|$)/, modules: ['cameras.addPnp'] },
  { methods: 'PATCH', path: /^\/cameras\//, modules: ['cameras.configure'] },
  { methods: 'DELETE', path: /^\/cameras\//, modules: ['cameras.delete'] },
  { methods: '*', path: /^\/cameras\/[^/]+\/(recordings|playback)$/, modules: ['playback'] },
];

/** `path`: relative to `/api/v1`, as the router sees it. */
export const modulesOfRoute = (method: string, path: string): readonly Module[] =>
  belongs.find((row) => (row.methods === '*' || row.methods === method) && row.path.test(path))?.modules ??
  [];

/**
 * Refuses what a tenant may not use (R12). Modules are of the tenant one acts for: a customer without
 * `cameras.addPnp` cannot add cameras, its integrator can for it (R11). Who acts for several tenants goes on
 * with those that may; what only the others see is not there for this request. A program's key is itself a
 * module. Every request reads anew: a switch holds from the next one on.
 */
export const moduleWall =
  (parts: Pick<Context, 'db'>, basePath: string): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const principal = c.get('principal');
    if (principal !== null && principal.kind !== 'agent') {
      const wanted = modulesOfRoute(c.req.method, c.req.path.slice(basePath.length));
      if (principal.kind === 'apiKey') requireKeyModules(principal, c.req.method, wanted);
      const modules = principal.kind === 'apiKey' ? [...wanted, 'apiKeys' as const] : wanted;
      if (modules.length > 0) c.set('principal', await narrow(parts, principal, modules));
    }
    await next();
  };

/** A key made for some modules reads what belongs to none, and changes only what belongs to its own (R33). */
function requireKeyModules(key: ApiKeyPrincipal, method: string, wanted: readonly Module[]): void {
  if (key.modules === null) return;
  // The portal is for people; a key has no use for it.
  const missing = wanted.find((module) => module !== 'adminPortal' && !key.modules?.includes(module));
  const changes = method !== 'GET' && method !== 'HEAD';
  if (missing === undefined && !(changes && wanted.length === 0)) return;
  throw new Failure(
    'forbidden',
    missing === undefined
      ? 'This API key is made for some modules only, and this change belongs to none of them.'
      : `This API key may not use the module ${missing}. Make a key that may.`,
  );
}

async function narrow(
  parts: Pick<Context, 'db'>,
  principal: ActingPrincipal,
  modules: readonly Module[],
): Promise<Principal> {
  const paths = principal.kind === 'user' ? principal.memberships.map(({ path }) => path) : [principal.path];
  const standings = await loadStandings(parts.db, paths);
  const blocked = (path: string) => firstBlocked(standings.get(path) ?? [], modules);
  const open = new Set(paths.filter((path) => blocked(path) === null));
  if (open.size === 0) {
    const state = blocked(paths[0] ?? '');
    if (state !== null) throw moduleDisabled(state);
  }
  return principal.kind === 'user'
    ? { ...principal, memberships: principal.memberships.filter(({ path }) => open.has(path)) }
    : principal;
}

const firstBlocked = (path: readonly ModuleStanding[], modules: readonly Module[]) =>
  modules.map((module) => moduleState(path, module)).find((state) => !state.effective) ?? null;
