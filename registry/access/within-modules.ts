import type { Context } from '../context.js';
import type { Module } from '../db/schema/modules.js';
import { Failure } from '../errors.js';
import { moduleState, type ModuleStanding } from '../tenancy/module-rules.js';
import { loadStandings, moduleDisabled } from '../tenancy/modules.js';
import type { ActingPrincipal, ApiKeyPrincipal } from './principal.js';

/**
 * Somebody as far as they may use these modules now (R12). Modules are of the tenant one acts for: a customer
 * without `cameras.addPnp` cannot add cameras, its integrator can for it (R11). Who acts for several tenants goes
 * on with those that may; what only the others see is not there for this request. A program's key is itself a
 * module. Throws `module_disabled`, or `forbidden` for a key that was not made for them.
 */
export async function withinModules(
  parts: Pick<Context, 'db'>,
  principal: ActingPrincipal,
  method: string,
  wanted: readonly Module[],
): Promise<ActingPrincipal> {
  if (principal.kind === 'apiKey') requireKeyModules(principal, method, wanted);
  const modules = principal.kind === 'apiKey' ? [...wanted, 'apiKeys' as const] : wanted;
  return modules.length > 0 ? narrow(parts, principal, modules) : principal;
}

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
): Promise<ActingPrincipal> {
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
