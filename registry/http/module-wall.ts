import type { MiddlewareHandler } from 'hono';
import { withinModules } from '../access/within-modules.js';
import type { Context } from '../context.js';
import type { Module } from '../db/schema/modules.js';
import type { ApiEnv } from './api.js';

/** Which modules a route belongs to; the first row that fits counts. A route without a row belongs to none. */
const belongs: readonly { methods: string; path: RegExp; modules: readonly Module[] }[] = [
  { methods: '*', path: /^\/users(\/|$)/, modules: ['adminPortal', 'users'] },
  { methods: '*', path: /^\/roles(\/|$)/, modules: ['adminPortal', 'roles'] },
  { methods: '*', path: /^\/api-keys(\/|$)/, modules: ['adminPortal', 'apiKeys'] },
  { methods: '*', path: /^\/history(\/|$)/, modules: ['adminPortal', 'history'] },
  { methods: '*', path: /^\/tenants\/[^/]+\/statistics(\/|$)/, modules: ['adminPortal', 'statistics'] },
  { methods: 'POST', path: /^\/(enrolment-tokens|claims)(\/|$)/, modules: ['cameras.addPnp'] },
  { methods: 'POST', path: /^\/cameras\/import$/, modules: ['cameras.addPnp'] },
  { methods: 'DELETE', path: /^\/expected-cameras\//, modules: ['cameras.addPnp'] },
  { methods: 'POST', path: /^\/cameras\/(bind|unbind|setPlan|tag)$/, modules: ['cameras.configure'] },
  { methods: 'PATCH', path: /^\/cameras\//, modules: ['cameras.configure'] },
  { methods: 'PUT', path: /^\/cameras\/[^/]+\/recording$/, modules: ['cameras.configure'] },
  { methods: 'DELETE', path: /^\/cameras\//, modules: ['cameras.delete'] },
  { methods: '*', path: /^\/cameras\/[^/]+\/(recordings|playback)$/, modules: ['playback'] },
  { methods: '*', path: /^\/cameras\/[^/]+\/live$/, modules: ['live'] },
  { methods: '*', path: /^\/(cameras\/[^/]+\/)?clips(\/|$)/, modules: ['clips'] },
  { methods: '*', path: /^\/cameras\/[^/]+\/evidence$/, modules: ['clips'] },
  { methods: '*', path: /^\/share-links(\/|$)/, modules: ['shareLinks'] },
];

/** `path`: relative to `/api/v1`, as the router sees it. */
export const modulesOfRoute = (method: string, path: string): readonly Module[] =>
  belongs.find((row) => (row.methods === '*' || row.methods === method) && row.path.test(path))?.modules ??
  [];

/** Refuses what a tenant may not use (R12), anew for every request: a switch holds from the next one on. */
export const moduleWall =
  (parts: Pick<Context, 'db'>, basePath: string): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const principal = c.get('principal');
    if (principal !== null && principal.kind !== 'agent') {
      const wanted = modulesOfRoute(c.req.method, c.req.path.slice(basePath.length));
      c.set('principal', await withinModules(parts, principal, c.req.method, wanted));
    }
    await next();
  };
