import { cameraId, segmentId } from '@gantry/protocol/ids.js';
import {
  decodeSegmentHeader,
  maxSegmentBytes,
  segmentHeader,
  segmentReceipt,
  type SegmentMeta,
} from '@gantry/protocol/segment.js';
import { createRoute, z } from '@hono/zod-openapi';
import { Failure } from '../errors.js';
import { ingestSegment, type IngestParts } from '../recordings/ingest.js';
import { maxSnapshotBytes, storeSnapshot, type SnapshotParts } from '../recordings/snapshot.js';
import { jsonAnswer, newResource, problems, requireAgent } from './api.js';
import { bytesOf, readBytes } from './body.js';

const putSegment = createRoute({
  method: 'put',
  path: '/agent/segments/{id}',
  operationId: 'putSegment',
  summary: 'An agent hands in a recorded segment; safe to repeat',
  description: `The bytes of one fragmented MP4, its description in the header \`${segmentHeader}\`.`,
  request: {
    params: z.object({ id: segmentId }),
    headers: z.object({ [segmentHeader]: z.string().max(4_000).optional() }),
    body: { content: { 'video/mp4': { schema: z.string().meta({ format: 'binary' }) } }, required: true },
  },
  responses: {
    200: jsonAnswer(segmentReceipt, 'The same bytes were stored before'),
    201: jsonAnswer(segmentReceipt, 'Stored'),
    ...problems(
      'malformed',
      'unauthenticated',
      'forbidden',
      'not_found',
      'conflict',
      'recording_not_permitted',
      'too_large',
      'digest_mismatch',
      'invalid',
      'storage_full',
    ),
  },
});

const putSnapshot = createRoute({
  method: 'put',
  path: '/agent/cameras/{id}/snapshot',
  operationId: 'putSnapshot',
  summary: 'An agent hands in the newest still picture of a camera',
  request: {
    params: z.object({ id: cameraId }),
    body: { content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } }, required: true },
  },
  responses: {
    204: { description: 'Stored' },
    ...problems(
      'unauthenticated',
      'forbidden',
      'not_found',
      'recording_not_permitted',
      'too_large',
      'invalid',
      'storage_full',
    ),
  },
});

/** Reads what the agent says of its segment, and compares it with what the request says of itself. */
function readMeta(header: string | undefined, id: string, contentLength: string | undefined): SegmentMeta {
  if (header === undefined) {
    throw new Failure('malformed', `The header ${segmentHeader} is missing: it describes the segment.`);
  }
  const announcedBytes = contentLength === undefined ? null : Number(contentLength);
  if (announcedBytes !== null && announcedBytes > maxSegmentBytes) {
    throw new Failure(
      'too_large',
      `A segment may have ${maxSegmentBytes} bytes; this one has ${announcedBytes}.`,
    );
  }
  const meta = decodeMeta(header);
  if (meta.id !== id) {
    throw new Failure(
      'invalid',
      `The header ${segmentHeader} describes ${meta.id}, the address names ${id}.`,
    );
  }
  if (announcedBytes !== null && announcedBytes !== meta.sizeBytes) {
    throw new Failure(
      'invalid',
      `The header ${segmentHeader} gives ${meta.sizeBytes} bytes, the request ${announcedBytes}.`,
    );
  }
  return meta;
}

function decodeMeta(header: string): SegmentMeta {
  try {
    return decodeSegmentHeader(header);
  } catch (error) {
    if (!(error instanceof z.ZodError)) {
      throw new Failure('malformed', `The header ${segmentHeader} is not JSON in base64url.`);
    }
    const fields = error.issues.map((issue) => ({
      pointer: `/${issue.path.map(String).join('/')}`,
      code: issue.code,
      detail: issue.message,
    }));
    const tooLarge = error.issues.some((issue) => issue.code === 'too_big' && issue.path[0] === 'sizeBytes');
    throw new Failure(
      tooLarge ? 'too_large' : 'invalid',
      `The header ${segmentHeader} does not describe a segment: ${fields.map((field) => `${field.pointer} ${field.detail}`).join('; ')}.`,
      fields,
    );
  }
}

/** What agents send over HTTP: segments and snapshots. */
export function agentUploadsResource(parts: IngestParts & SnapshotParts) {
  const resource = newResource();

  resource.openapi(putSegment, async (c) => {
    const agent = requireAgent(c);
    const { id } = c.req.valid('param');
    const meta = readMeta(c.req.header(segmentHeader), id, c.req.header('content-length'));
    const outcome = await ingestSegment(parts, agent.agentId, meta, bytesOf(c));
    return c.json({ id, sha256: meta.sha256 }, outcome === 'stored' ? 201 : 200);
  });

  resource.openapi(putSnapshot, async (c) => {
    const agent = requireAgent(c);
    const jpeg = await readBytes(c, maxSnapshotBytes);
    await storeSnapshot(parts, agent.agentId, c.req.valid('param').id, jpeg);
    return c.body(null, 204);
  });

  return resource;
}
