import { segmentId } from '@gantry/protocol/ids.js';
import { segmentMeta, segmentReceipt } from '@gantry/protocol/segment.js';
import { uploadOffer } from '@gantry/protocol/upload.js';
import { createRoute, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import type { IngestParts } from '../recordings/ingest.js';
import { completeUpload, offerUpload, takePart } from '../recordings/uploads.js';
import { jsonAnswer, jsonBody, newResource, problems, requireAgent, type ApiEnv } from './api.js';
import { bytesOf } from './body.js';

const maxMetaBytes = 16 * 1024;

/** Media routes bound what they read themselves. */
const smallBody = bodyLimit({
  maxSize: maxMetaBytes,
  onError: () => {
    throw new Failure('too_large', `The description of a segment is over ${maxMetaBytes} bytes.`);
  },
});

/** Before the body is looked at: what a description must look like is an agent's matter. */
const onlyAgents: MiddlewareHandler<ApiEnv> = async (c, next) => {
  requireAgent(c);
  await next();
};

const described = { params: z.object({ id: segmentId }), ...jsonBody(segmentMeta) };
const refusals = [
  'malformed',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'recording_not_permitted',
  'too_large',
  'invalid',
  'storage_full',
] as const;

const offerRoute = createRoute({
  method: 'post',
  path: '/agent/segments/{id}/offer',
  operationId: 'offerSegment',
  summary: 'An agent asks how a large segment is to come; the gate answers before the bytes',
  middleware: [onlyAgents, smallBody],
  request: described,
  responses: { 200: jsonAnswer(uploadOffer, 'How it is to come'), ...problems(...refusals) },
});

const partRoute = createRoute({
  method: 'put',
  path: '/agent/segments/{id}/parts/{part}',
  operationId: 'putSegmentPart',
  summary: 'An agent hands in one part of a segment that was offered; safe to repeat',
  description: '4 MiB each but the last; `Content-Digest` (RFC 9530) with `sha-256`.',
  request: {
    params: z.object({ id: segmentId, part: z.coerce.number().int().min(1).max(1_000) }),
    headers: z.object({ 'content-digest': z.string().max(200).optional() }),
    body: {
      content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
      required: true,
    },
  },
  responses: {
    204: { description: 'Held' },
    ...problems(
      'malformed',
      'unauthenticated',
      'forbidden',
      'not_found',
      'precondition_failed',
      'digest_mismatch',
      'invalid',
      'storage_full',
    ),
  },
});

const completeRoute = createRoute({
  method: 'post',
  path: '/agent/segments/{id}/complete',
  operationId: 'completeSegment',
  summary: 'An agent has handed in all of a segment; the gate is asked again',
  middleware: [onlyAgents, smallBody],
  request: described,
  responses: {
    200: jsonAnswer(segmentReceipt, 'The same bytes were stored before'),
    201: jsonAnswer(segmentReceipt, 'Stored'),
    ...problems(...refusals, 'precondition_failed', 'digest_mismatch'),
  },
});

/** The sha-256 of a `Content-Digest` header, hex. Throws `malformed` when there is none. */
function digestIn(header: string | undefined): string {
  const match = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header ?? '');
  if (match !== null) return Buffer.from(match[1] as string, 'base64').toString('hex');
  throw new Failure('malformed', 'The header Content-Digest must hold sha-256=:BASE64: of the part.');
}

function requireSame(id: string, described: string): void {
  if (id === described) return;
  throw new Failure('invalid', `The body describes ${described}, the address names ${id}.`);
}

/** Large segments in parts, or directly into the storage (protocol/upload.ts). */
export function agentPartsResource(parts: IngestParts & Pick<Context, 'clock'>) {
  const resource = newResource();
  resource.openapi(offerRoute, async (c) => {
    const { agentId } = requireAgent(c);
    const meta = c.req.valid('json');
    requireSame(c.req.valid('param').id, meta.id);
    return c.json(await offerUpload(parts, agentId, meta), 200);
  });
  resource.openapi(partRoute, async (c) => {
    const { agentId } = requireAgent(c);
    const { id, part } = c.req.valid('param');
    const sha256 = digestIn(c.req.header('content-digest'));
    await takePart(parts, agentId, id, { part, sha256 }, bytesOf(c));
    return c.body(null, 204);
  });
  resource.openapi(completeRoute, async (c) => {
    const { agentId } = requireAgent(c);
    const meta = c.req.valid('json');
    requireSame(c.req.valid('param').id, meta.id);
    const outcome = await completeUpload(parts, agentId, meta);
    return c.json({ id: meta.id, sha256: meta.sha256 }, outcome === 'stored' ? 201 : 200);
  });
  return resource;
}
