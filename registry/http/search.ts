import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from '../context.js';
import { foundKinds } from '../search/found.js';
import { search } from '../search/search.js';
import { jsonAnswer, listing, newResource, problems, requireActing, type App } from './api.js';

const found = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(foundKinds),
        id: z.string(),
        name: z.string(),
        /** What tells it from others of the same name. */
        detail: z.string(),
        /** Who holds it; of a tenant itself. */
        tenantId: z.string(),
      }),
    ),
  })
  .openapi('SearchResults');

const route = createRoute({
  method: 'get',
  path: '/search',
  operationId: 'search',
  summary: 'Tenants, cameras, agents and people by name, id, MAC, serial or e-mail; at most 20',
  request: { query: z.object({ q: z.string().trim().min(2).max(100).openapi({ example: 'oven' }) }) },
  responses: { 200: jsonAnswer(found, 'The best of each kind'), ...problems(...listing) },
});

/** The one box that finds everything (ux §4, Ctrl-K). */
export function searchResource(ctx: Pick<Context, 'db'>): App {
  return newResource().openapi(route, async (c) =>
    c.json({ items: await search(ctx, requireActing(c), c.req.valid('query').q) }, 200),
  );
}
