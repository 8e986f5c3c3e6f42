import { enrolAnswer, enrolRequest } from '@gantry/protocol/enrol.js';
import { createRoute } from '@hono/zod-openapi';
import { enrol } from '../access/enrol.js';
import type { Context } from '../context.js';
import { jsonAnswer, jsonBody, newResource, open, problems } from './api.js';

const postEnrol = createRoute({
  method: 'post',
  path: '/enrol',
  operationId: 'enrol',
  ...open,
  summary: 'An agent becomes known; safe to repeat with the same key',
  request: jsonBody(enrolRequest),
  responses: {
    200: jsonAnswer(enrolAnswer, 'This key enrolled with this token before: the same answer again'),
    201: jsonAnswer(enrolAnswer, 'Enrolled'),
    ...problems('malformed', 'unauthenticated', 'forbidden', 'account_disabled', 'conflict', 'invalid'),
  },
});

export function enrolResource(parts: Context) {
  return newResource().openapi(postEnrol, async (c) => {
    const origin = { ip: c.get('ip'), userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null };
    const { answer, made } = await enrol(parts, c.req.valid('json'), origin);
    return c.json(answer, made ? 201 : 200);
  });
}
