import { tenantId, userId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import type { Passwords } from '../access/passwords.js';
import { usersThatFit } from '../access/fitting.js';
import { scopeOf } from '../access/principal.js';
import { addMembership, changeUser, deleteUser } from '../access/user-changes.js';
import { createUser, listUsers, requireUser, type Activation } from '../access/users.js';
import { waysIn } from '../access/ways-in.js';
import type { Context } from '../context.js';
import { roleFamilies } from '../db/schema/people.js';
import { scopedRead } from '../db/row-security.js';
import { invalidField } from '../tenancy/tenants.js';
import {
  actorOf,
  byId,
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  pageAnswer,
  pageQuery,
  problems,
  requireAdmin,
  requireVersion,
  versioned,
  writing,
} from './api.js';
import { decodeCursor, pageOfRows } from './cursor.js';
import { email, text } from './texts.js';
import { password, roleIds, showUser, user } from './user-fields.js';

const params = z.object({ id: userId });

const standing = {
  family: z.enum(roleFamilies).default('admin'),
  owner: z.boolean().default(false),
  roleIds: roleIds.default([]),
};

const newUser = z.strictObject({
  tenantId,
  email,
  name: text(200),
  /** Default: `email_link`, or `preset_password` when a password is given. */
  activation: z.enum(['email_link', 'display_link', 'preset_password']).optional(),
  /** Only with `preset_password`: you hand it over. */
  password: password.optional(),
  ...standing,
});

const postUser = createRoute({
  method: 'post',
  path: '/users',
  operationId: 'createUser',
  summary: 'Create a person with a place in a tenant',
  request: jsonBody(newUser),
  responses: {
    201: jsonAnswer(
      user
        .extend({
          /** Only with `display_link`: shown this once, for you to hand over. */
          link: z.url().nullable(),
        })
        .openapi('NewUser'),
      'Created',
    ),
    ...problems(...writing),
  },
});

const postMembership = createRoute({
  method: 'post',
  path: '/users/memberships',
  operationId: 'addMembership',
  summary: 'Give somebody who is a user already a place in another tenant',
  request: jsonBody(z.strictObject({ tenantId, email, ...standing })),
  responses: { 201: jsonAnswer(user, 'Added'), ...problems(...writing) },
});

const listRoute = createRoute({
  method: 'get',
  path: '/users',
  operationId: 'listUsers',
  summary: 'People with a place in the tenants you can see, one entry per place',
  request: {
    query: pageQuery.extend({
      /** Only this tenant's. */
      tenant: tenantId.optional(),
      /** Part of the name or e-mail. */
      text: z.string().trim().max(200).optional(),
    }),
  },
  responses: pageAnswer(user),
});

const getRoute = createRoute({
  method: 'get',
  path: '/users/{id}',
  operationId: 'getUser',
  summary: 'A person, with every place you can see',
  request: { params },
  responses: {
    200: jsonAnswer(
      user
        .extend({
          places: z.array(user),
          /** What disabling the person, or resetting their second factor, ends. */
          waysIn: z.object({
            /** Signed-in browsers. */
            sessions: z.int(),
            /** An authenticator app is set up. */
            totp: z.boolean(),
            passkeys: z.int(),
          }),
        })
        .openapi('UserWithPlaces'),
      'The person',
    ),
    ...problems(...byId),
  },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/users/{id}',
  operationId: 'changeUser',
  summary: 'Change a person, or their place in a tenant',
  request: {
    params,
    ...jsonBody(
      z
        .strictObject({
          name: text(200).optional(),
          /** Has to be confirmed anew. */
          email: email.optional(),
          /** Which place; only needed for somebody with several. */
          tenantId: tenantId.optional(),
          family: z.enum(roleFamilies).optional(),
          owner: z.boolean().optional(),
          roleIds: roleIds.optional(),
        })
        .refine(
          ({ tenantId: _place, ...changes }) => Object.values(changes).some((value) => value !== undefined),
          'name at least one field to change',
        ),
    ),
  },
  responses: { 200: jsonAnswer(user, 'Changed'), ...problems(...versioned) },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/users/{id}',
  operationId: 'deleteUser',
  summary: "End a person's places in the tenants you can see, and the person with the last one",
  request: {
    params,
    query: z.object({
      /** Only the place in this tenant. */
      tenant: tenantId.optional(),
    }),
  },
  responses: { 204: { description: 'Gone' }, ...problems(...versioned) },
});

export function usersResource(parts: Context & { passwords: Passwords }) {
  return newResource()
    .openapi(postUser, async (c) => {
      const principal = requireAdmin(c);
      const { activation, password: preset, ...input } = c.req.valid('json');
      const chosen = activationOf(activation, preset);
      const made = await createUser(parts, parts.passwords, actorOf(c), principal, {
        ...input,
        activation: chosen,
      });
      return c.json({ ...showUser(made.user), link: made.link }, 201);
    })
    .openapi(postMembership, async (c) => {
      const made = await addMembership(parts, actorOf(c), requireAdmin(c), c.req.valid('json'));
      return c.json(showUser(made), 201);
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { limit, cursor, tenant, text: part } = c.req.valid('query');
      const [id, place] = cursor === undefined ? [null, null] : decodeCursor(cursor, 'string', 'string');
      const after = id === null ? null : { userId: id, tenantId: place };
      const ids = part === undefined ? null : await usersThatFit(parts.db, scope, part);
      const filter = { tenantId: tenant ?? null, ...(ids === null ? { text: part ?? null } : { ids }) };
      const rows = await scopedRead(parts.db, scope, (q) => listUsers(q, scope, filter, { limit, after }));
      return c.json(
        pageOfRows(rows, limit, (row) => [row.id, row.tenantId], showUser),
        200,
      );
    })
    .openapi(getRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      const places = await scopedRead(parts.db, scope, (q) => requireUser(q, scope, id));
      const shown = places.map(showUser);
      const [first] = shown as [z.infer<typeof user>];
      c.header('etag', etagOf(first.version));
      return c.json({ ...first, places: shown, waysIn: await waysIn(parts, id) }, 200);
    })
    .openapi(patchRoute, async (c) => {
      const principal = requireAdmin(c);
      const { id } = c.req.valid('param');
      const given = Object.entries(c.req.valid('json')).filter(([, value]) => value !== undefined);
      const act = { userId: id, version: requireVersion(c), changes: Object.fromEntries(given) };
      const changed = await changeUser(parts, actorOf(c), principal, act);
      c.header('etag', etagOf(changed.version));
      return c.json(showUser(changed), 200);
    })
    .openapi(deleteRoute, async (c) => {
      const principal = requireAdmin(c);
      const act = { userId: c.req.valid('param').id, version: requireVersion(c) };
      const { tenant } = c.req.valid('query');
      await deleteUser(parts, actorOf(c), principal, { ...act, tenantId: tenant ?? null });
      return c.body(null, 204);
    });
}

function activationOf(kind: Activation['kind'] | undefined, preset: string | undefined): Activation {
  const chosen = kind ?? (preset === undefined ? 'email_link' : 'preset_password');
  if (chosen === 'preset_password') {
    if (preset === undefined) throw invalidField('/password', 'required', 'is required with preset_password');
    return { kind: chosen, password: preset };
  }
  if (preset !== undefined) {
    throw invalidField('/password', 'not_wanted', `is not wanted with ${chosen}: the person chooses it`);
  }
  return { kind: chosen };
}
