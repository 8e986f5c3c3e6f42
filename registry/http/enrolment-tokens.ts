import { enrolmentTokenId, planId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import {
  createEnrolmentToken,
  listEnrolmentTokens,
  revokeEnrolmentToken,
  type ListedToken,
} from '../access/enrolment-tokens.js';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import {
  actorOf,
  byId,
  jsonAnswer,
  jsonBody,
  newResource,
  pageAnswer,
  problems,
  requireAdmin,
  time,
  writing,
} from './api.js';
import { pageWithin, pageWithinQuery } from './page-within.js';
import { text } from './texts.js';

const autoBind = z.strictObject({ customerId: tenantId, planId }).openapi('AutoBind');

const enrolmentToken = z
  .object({
    id: z.string(),
    integratorId: z.string(),
    name: z.string(),
    maxUses: z.int(),
    uses: z.int(),
    expiresAt: time,
    /** New cameras of its agents are bound to this customer with this plan; null: they wait unbound. */
    autoBind: z
      .object({ customerId: z.string(), customerName: z.string(), planId: z.string(), planName: z.string() })
      .nullable(),
    /** When an agent enrolled with it last. */
    lastUsedAt: time.nullable(),
    createdAt: time,
  })
  .openapi('EnrolmentToken');

const postToken = createRoute({
  method: 'post',
  path: '/enrolment-tokens',
  operationId: 'createEnrolmentToken',
  summary: 'Invite agents to an integrator; the join token is shown this once',
  request: jsonBody(
    z.strictObject({
      integratorId: tenantId,
      name: text(200).default('Enrolment token'),
      maxUses: z.int().min(1).max(10_000).default(1),
      expiresInHours: z
        .int()
        .min(1)
        .max(24 * 365)
        .default(24 * 7),
      autoBind: autoBind.nullable().default(null),
    }),
  ),
  responses: {
    201: jsonAnswer(
      enrolmentToken.extend({ joinToken: z.string() }).openapi('NewEnrolmentToken'),
      'Paste it into `gantry up --join`',
    ),
    ...problems(...writing, 'plan_not_offered'),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/enrolment-tokens',
  operationId: 'listEnrolmentTokens',
  summary: 'Enrolment tokens of the integrators you can see, newest first',
  request: { query: pageWithinQuery },
  responses: { ...pageAnswer(enrolmentToken), ...problems(...byId) },
});

const deleteToken = createRoute({
  method: 'delete',
  path: '/enrolment-tokens/{id}',
  operationId: 'revokeEnrolmentToken',
  summary: 'Revoke an enrolment token; agents that used it stay',
  request: { params: z.object({ id: enrolmentTokenId }) },
  responses: {
    204: { description: 'Revoked' },
    ...problems(...byId),
  },
});

const hourMs = 3_600_000;

export function enrolmentTokensResource(parts: Context) {
  return newResource()
    .openapi(postToken, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { expiresInHours, ...input } = c.req.valid('json');
      const expiresAt = new Date(parts.clock.nowMs() + expiresInHours * hourMs);
      const { row, joinToken } = await createEnrolmentToken(parts, actorOf(c), scope, {
        ...input,
        expiresAt,
      });
      return c.json({ ...toJson(row), joinToken }, 201);
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const answer = await pageWithin(parts.db, scope, c.req.valid('query'), listEnrolmentTokens, toJson);
      return c.json(answer, 200);
    })
    .openapi(deleteToken, async (c) => {
      await revokeEnrolmentToken(parts, actorOf(c), scopeOf(requireAdmin(c)), c.req.valid('param').id);
      return c.body(null, 204);
    });
}

function toJson(row: ListedToken): z.infer<typeof enrolmentToken> {
  const { autoBindCustomerId: customerId, customerName, autoBindPlanId: planIdOfRule, planName } = row;
  return {
    id: row.id,
    integratorId: row.integratorId,
    name: row.name,
    maxUses: row.maxUses,
    uses: row.uses,
    expiresAt: row.expiresAt.toISOString(),
    autoBind:
      customerId !== null && customerName !== null && planIdOfRule !== null && planName !== null
        ? { customerId, customerName, planId: planIdOfRule, planName }
        : null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
