import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from '../context.js';
import { eventTypes, namesSomething } from '../events/event.js';
import type { Beginning, Feed } from '../events/feed.js';
import { hearingOf } from '../events/hearing.js';
import { decodePosition } from '../events/position.js';
import { listing, newResource, problems, requireActing, type App } from './api.js';

const patterns = z
  .string()
  .max(1_000)
  .default('*')
  .transform((text) => text.split(','))
  .refine((all) => all.every(namesSomething), {
    message: `must be types by commas, such as camera.*,operation.finished; there are ${eventTypes.join(', ')}`,
  })
  .openapi({ type: 'string', example: 'camera.*,operation.*', default: '*' });

const place = z.string().max(100).optional();

const listenRoute = createRoute({
  method: 'get',
  path: '/events',
  operationId: 'listenToEvents',
  summary: 'What happens, as it happens',
  description:
    'Server-sent events. A message is a batch `{items: [{id, type, tenantId, subject, at, data, camera?}]}`: of each ' +
    'type and subject the last event, `camera` as it is now (null: out of sight). `reset`: something was not told, ' +
    'read anew what you show. `bye`: you are locked out or signed out, do not come back. Otherwise come back after ' +
    'the end with `Last-Event-ID`: what was missed within 24 hours is told then. At least once, in order.',
  request: {
    query: z.object({
      types: patterns,
      scope: tenantId.optional().openapi({ description: 'Of this tenant and everything below it' }),
      after: place.openapi({ description: 'As Last-Event-ID, for those who cannot send it' }),
    }),
    headers: z.object({
      'last-event-id': place.openapi({ description: 'Go on after this event, or with reset' }),
    }),
  },
  responses: {
    200: {
      description: 'The stream; a heartbeat every 15 s, a batch at most every 250 ms',
      content: { 'text/event-stream': { schema: z.string().openapi({ example: 'retry: 2000\n\n' }) } },
    },
    ...problems(...listing, 'not_found', 'rate_limited'),
  },
});

/** The live feed (ux §8): nothing may buffer or transform it. */
export function eventsResource({ db, feed }: Pick<Context, 'db'> & { feed: Feed }): App {
  return newResource().openapi(listenRoute, async (c) => {
    const principal = requireActing(c);
    const { types, scope, after } = c.req.valid('query');
    const hearing = await hearingOf(db, principal, { tenantId: scope ?? null, patterns: types });
    const from = c.req.valid('header')['last-event-id'] ?? after;
    const beginning: Beginning = from === undefined ? 'now' : (decodePosition(from) ?? 'lost');
    const body = await feed.open(principal, hearing, beginning);
    return new Response(body, {
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
    });
  });
}
