import { claimAnswer, claimPoll, claimPollAnswer, claimRequest } from '@gantry/protocol/claim.js';
import { claimId, planId, tenantId, type TenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import type { Context } from '../context.js';
import { createAllowance, type Allowance } from '../enrolment/allowance.js';
import { askClaim, pollClaim } from '../enrolment/claims.js';
import {
  approveClaim,
  openWaitingBox,
  rejectClaim,
  type Opener,
  type WrongCodes,
} from '../enrolment/decide.js';
import { listWaitingBoxes, waitingBoxOf, type WaitingBox } from '../enrolment/waiting-boxes.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  open,
  pageAnswer,
  pageQuery,
  problems,
  requireAdmin,
  time,
  type ApiContext,
  type App,
} from './api.js';
import { pageById } from './cursor.js';

/** In 10 minutes; an address may be a whole office or site. */
const windowMs = 600_000;
const wrongCodesOfAccount = 10;
const wrongCodesOfAddress = 30;
const claimsOfAddress = 60;

/** What claims are handled with, by the API and by the page. */
export type ClaimParts = Context & { wrongCodes: WrongCodes; newClaims: Allowance };

export function claimPartsOf(context: Context): ClaimParts {
  const allow = (acts: number) => createAllowance(context.clock, { acts, windowMs });
  const wrongCodes = { byAccount: allow(wrongCodesOfAccount), byAddress: allow(wrongCodesOfAddress) };
  return { ...context, wrongCodes, newClaims: allow(claimsOfAddress) };
}

const waitingBox = z
  .object({
    userCode: z.string(),
    hostname: z.string(),
    agentVersion: z.string(),
    /** Address it asked from. */
    ip: z.string().nullable(),
    /** Compare them with the screen of the box. */
    words: z.array(z.string()),
    state: z.enum(['pending', 'approved', 'rejected', 'expired']),
    askedAt: time,
    expiresAt: time,
  })
  .openapi('WaitingBox');

const byCode = { params: z.object({ code: z.string().max(40) }) };

const ask = createRoute({
  method: 'post',
  path: '/claims',
  operationId: 'askClaim',
  ...open,
  summary: 'An agent without a token asks for a code; the same key gets the same claim',
  request: jsonBody(claimRequest),
  responses: {
    200: jsonAnswer(claimAnswer, 'The code this key has already'),
    201: jsonAnswer(claimAnswer, 'A new code'),
    ...problems('malformed', 'unauthenticated', 'forbidden', 'conflict', 'invalid', 'rate_limited'),
  },
});

const poll = createRoute({
  method: 'post',
  path: '/claims/{id}/poll',
  operationId: 'pollClaim',
  ...open,
  summary: 'What became of a claim; only its key may ask, as often as it likes',
  request: { params: z.object({ id: claimId }), ...jsonBody(claimPoll) },
  responses: {
    200: jsonAnswer(claimPollAnswer, 'The state; once approved, the enrolment'),
    ...problems('malformed', 'unauthenticated', 'forbidden', 'not_found', 'invalid'),
  },
});

const list = createRoute({
  method: 'get',
  path: '/claims',
  operationId: 'listClaims',
  summary: 'Boxes that wait to be let in and that your people opened by their code, newest first',
  description: 'The platform sees every box that waits. A box that gets a new code stays in the list.',
  request: { query: pageQuery },
  responses: pageAnswer(waitingBox),
});

const show = createRoute({
  method: 'get',
  path: '/claims/{code}',
  operationId: 'getClaim',
  summary: 'The box that shows this code',
  request: byCode,
  responses: {
    200: jsonAnswer(waitingBox, 'The box'),
    ...problems('unauthenticated', 'account_disabled', 'forbidden', 'not_found', 'rate_limited'),
  },
});

const approve = createRoute({
  method: 'post',
  path: '/claims/{code}/approve',
  operationId: 'approveClaim',
  summary: 'Let a box in; asking again gets the first answer',
  request: {
    ...byCode,
    ...jsonBody(
      z.strictObject({
        integratorId: tenantId,
        name: z.string().trim().min(1).max(200).nullable().default(null),
        autoBind: z.strictObject({ customerId: tenantId, planId }).nullable().default(null),
      }),
    ),
  },
  responses: {
    200: jsonAnswer(
      z
        .object({ id: z.string(), name: z.string(), integratorId: z.string(), integratorName: z.string() })
        .openapi('ApprovedAgent'),
      'The agent it is now',
    ),
    ...problems(
      'malformed',
      'unauthenticated',
      'account_disabled',
      'forbidden',
      'not_found',
      'conflict',
      'invalid',
      'plan_not_offered',
      'rate_limited',
    ),
  },
});

const reject = createRoute({
  method: 'post',
  path: '/claims/{code}/reject',
  operationId: 'rejectClaim',
  summary: 'Turn a box away',
  request: byCode,
  responses: {
    204: { description: 'Turned away' },
    ...problems('unauthenticated', 'account_disabled', 'forbidden', 'not_found', 'conflict', 'rate_limited'),
  },
});

/** Boxes that are let in by a code: what they ask, and what a person answers. */
export function claimsResource(parts: ClaimParts): App {
  const resource = newResource();
  resource.openapi(ask, async (c) => {
    const origin = originOf(c);
    parts.newClaims.check(origin.ip);
    parts.newClaims.take(origin.ip);
    const { answer, made } = await askClaim(parts, c.req.valid('json'), origin);
    return c.json(answer, made ? 201 : 200);
  });
  resource.openapi(poll, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(await pollClaim(parts, id, c.req.valid('json').proof, originOf(c)), 200);
  });
  resource.openapi(list, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const now = new Date(parts.clock.nowMs());
    const answer = await pageById(
      c.req.valid('query'),
      (page) => listWaitingBoxes(parts.db, scope, page, now),
      (row) => toJson(waitingBoxOf(row, now)),
    );
    return c.json(answer, 200);
  });
  resource.openapi(show, async (c) => {
    const opener = openerOf(requireAdmin(c));
    return c.json(toJson(await openWaitingBox(parts, actorOf(c), opener, c.req.valid('param').code)), 200);
  });
  resource.openapi(approve, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const { code } = c.req.valid('param');
    return c.json(await approveClaim(parts, actorOf(c), scope, code, c.req.valid('json')), 200);
  });
  resource.openapi(reject, async (c) => {
    const tenant = ownTenantOf(requireAdmin(c));
    await rejectClaim(parts, actorOf(c), tenant, c.req.valid('param').code);
    return c.body(null, 204);
  });
  return resource;
}

/** In whose history stands what concerns no tenant yet. */
export function ownTenantOf(principal: ActingPrincipal): TenantId {
  return principal.kind === 'apiKey'
    ? principal.tenantId
    : (principal.memberships[0] as { tenantId: TenantId }).tenantId;
}

export const openerOf = (principal: ActingPrincipal): Opener => ({
  scope: scopeOf(principal),
  tenantId: ownTenantOf(principal),
});

const originOf = (c: ApiContext) => ({
  ip: c.get('ip'),
  userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null,
});

const toJson = (box: WaitingBox): z.infer<typeof waitingBox> => ({
  ...box,
  words: [...box.words],
  askedAt: box.askedAt.toISOString(),
  expiresAt: box.expiresAt.toISOString(),
});
