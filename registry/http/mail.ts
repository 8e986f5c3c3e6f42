import { createRoute, z } from '@hono/zod-openapi';
import { readLetter, requirePlatform } from '../access/letters.js';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { listLetters, type LetterRow } from '../mail/outbox.js';
import {
  actorOf,
  byId,
  jsonAnswer,
  newResource,
  pageAnswer,
  pageQuery,
  problems,
  requireAdmin,
  time,
  type App,
} from './api.js';
import { pageById } from './cursor.js';

const letter = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    recipient: z.string(),
    subject: z.string(),
    attempts: z.int(),
    /** Null: not yet. Without SMTP: when it was written to the folder. */
    sentAt: time.nullable(),
    /** Why the last attempt failed. */
    error: z.string().nullable(),
    createdAt: time,
  })
  .openapi('Letter');

const listRoute = createRoute({
  method: 'get',
  path: '/mail',
  operationId: 'listLetters',
  summary: 'Letters that were sent or wait, newest first; for the platform',
  request: { query: pageQuery },
  responses: pageAnswer(letter),
});

const getRoute = createRoute({
  method: 'get',
  path: '/mail/{letterId}',
  operationId: 'readLetter',
  summary: 'A letter with its words; that you read it stands in the history',
  request: { params: z.object({ letterId: z.string().max(40) }) },
  responses: {
    200: jsonAnswer(
      letter
        .extend({
          /** Empty once the letter left by SMTP: its words are the recipient's. */
          text: z.string(),
          html: z.string(),
        })
        .openapi('LetterWithWords'),
      'The letter',
    ),
    ...problems(...byId),
  },
});

export function mailResource(parts: Context): App {
  const resource = newResource();
  resource.openapi(listRoute, async (c) => {
    const principal = requireAdmin(c);
    requirePlatform(principal);
    const page = c.req.valid('query');
    const read = (at: Parameters<typeof listLetters>[1]) =>
      scopedRead(parts.db, scopeOf(principal), (q) => listLetters(q, at));
    const answer = await pageById(page, read, toJson);
    return c.json(answer, 200);
  });
  resource.openapi(getRoute, async (c) => {
    const found = await readLetter(parts, actorOf(c), requireAdmin(c), c.req.valid('param').letterId);
    return c.json({ ...toJson(found), text: found.text, html: found.html }, 200);
  });
  return resource;
}

const toJson = (row: LetterRow): z.infer<typeof letter> => ({
  id: row.id,
  tenantId: row.tenantId,
  recipient: row.recipient,
  subject: row.subject,
  attempts: row.attempts,
  sentAt: row.sentAt?.toISOString() ?? null,
  error: row.error,
  createdAt: row.createdAt.toISOString(),
});
