import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import type { Passwords } from '../access/passwords.js';
import { scopeOf } from '../access/principal.js';
import { createUser, listUsers, requireOwnerToMakeOwners, type ShownUser } from '../access/users.js';
import type { Context } from '../context.js';
import { roleFamilies } from '../db/schema/people.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  pageOf,
  pageQuery,
  problems,
  requireAdmin,
  time,
} from './api.js';
import { decodeCursor, pageOfRows } from './cursor.js';

const user = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    tenantId: z.string(),
    family: z.enum(roleFamilies),
    owner: z.boolean(),
    createdAt: time,
  })
  .openapi('User');

const postUser = createRoute({
  method: 'post',
  path: '/users',
  operationId: 'createUser',
  summary: 'Create a person with a place in a tenant',
  request: jsonBody(
    z.strictObject({
      tenantId,
      email: z.email().max(320),
      name: z.string().trim().min(1).max(200),
      /** You hand it over. */
      password: z.string().min(8).max(1_000),
      family: z.enum(roleFamilies).default('admin'),
      owner: z.boolean().default(false),
    }),
  ),
  responses: {
    201: jsonAnswer(user, 'Created'),
    ...problems(
      'malformed',
      'unauthenticated',
      'account_disabled',
      'forbidden',
      'not_found',
      'conflict',
      'invalid',
    ),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/users',
  operationId: 'listUsers',
  summary: 'People of the tenants you can see, one entry per place',
  request: { query: pageQuery.extend({ tenant: tenantId.optional() }) },
  responses: {
    200: jsonAnswer(pageOf(user), 'A page'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'forbidden', 'invalid'),
  },
});

export function usersResource(parts: Context & { passwords: Passwords }) {
  return newResource()
    .openapi(postUser, async (c) => {
      const principal = requireAdmin(c);
      const input = c.req.valid('json');
      if (input.owner) await requireOwnerToMakeOwners(parts.db, principal, input.tenantId);
      const made = await createUser(parts, parts.passwords, actorOf(c), scopeOf(principal), input);
      return c.json(toJson(made), 201);
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { limit, cursor, tenant } = c.req.valid('query');
      const [userId, place] = cursor === undefined ? [null, null] : decodeCursor(cursor, 'string', 'string');
      const after = userId === null ? null : { userId, tenantId: place };
      const rows = await listUsers(parts.db, scope, { tenantId: tenant ?? null }, { limit, after });
      return c.json(
        pageOfRows(rows, limit, (row) => [row.id, row.tenantId], toJson),
        200,
      );
    });
}

const toJson = (shown: ShownUser): z.infer<typeof user> => ({
  ...shown,
  createdAt: shown.createdAt.toISOString(),
});
