import { cameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { recordWatching, requireOnFootage } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import { longestClipMs } from '../clips/clips.js';
import { clipFileName, disposition } from '../clips/file-name.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { requireArchive } from '../recordings/archive.js';
import { evidenceOf, writeEvidence } from '../recordings/evidence-export.js';
import type { Storage } from '../recordings/storage/storage.js';
import { invalidField } from '../tenancy/tenants.js';
import { actorOf, byId, newResource, problems, requireActing } from './api.js';
import { streamOf } from './body.js';
import { instant, readRange } from './recordings.js';

const exportRoute = createRoute({
  method: 'get',
  path: '/cameras/{id}/evidence',
  operationId: 'exportEvidence',
  summary: 'Footage of a range with the chain its agent signed, for `gantry verify`; needs the right clip',
  description: 'A tar: the segments as they were recorded, and `manifest.json` (protocol/evidence-file.ts).',
  request: {
    params: z.object({ id: cameraId }),
    /** At most three hours. */
    query: z.strictObject({ from: instant, to: instant }),
  },
  responses: {
    200: {
      description: 'The file',
      content: { 'application/x-tar': { schema: z.string().meta({ format: 'binary' }) } },
    },
    ...problems(...byId, 'invalid'),
  },
});

export function evidenceResource(parts: Pick<Context, 'db' | 'clock' | 'publicUrl'> & { storage: Storage }) {
  const resource = newResource();
  resource.openapi(exportRoute, async (c) => {
    const principal = requireActing(c);
    const { id } = c.req.valid('param');
    const range = readRange(c.req.valid('query'), 1);
    const verdict = await requireOnFootage(parts, principal, id, 'clip');
    await requireArchive(parts.db, scopeOf(principal), id);
    if (range.endMs - range.startMs > longestClipMs) {
      throw invalidField('/to', 'too_big', 'three hours can be exported at once');
    }
    const contents = await evidenceOf(parts.db, verdict.footage, id, range);
    if (contents.links.length + contents.unsigned.length === 0) {
      throw new Failure('not_found', `Nothing of camera ${id} is recorded in this time. Choose another one.`);
    }
    const actor = actorOf(c);
    const [from, to] = [range.startMs, range.endMs].map((ms) => new Date(ms).toISOString()) as [
      string,
      string,
    ];
    await recordWatching(parts, actor, id, verdict, range);
    const { name, tenantId } = verdict.camera;
    await parts.db.transaction((tx) =>
      record(tx, {
        actor,
        tenantId,
        target: { kind: 'camera', id },
        operation: 'camera.evidenceExported',
        sentence: `${actor.name} exported evidence of ${name}, ${from} to ${to}`,
        after: { from, to, segments: contents.links.length + contents.unsigned.length },
      }),
    );
    const file = writeEvidence(parts.storage, contents, {
      camera: { id, name },
      from,
      to,
      statement: {
        registry: parts.publicUrl(),
        exportedAt: new Date(parts.clock.nowMs()).toISOString(),
        exportedBy: actor.name,
      },
    });
    const fileName = clipFileName(`${name} ${from.slice(0, 16).replace(':', '')}`).replace(/mp4$/, 'gantry');
    return c.body(streamOf(file), 200, {
      'content-type': 'application/x-tar',
      'content-disposition': disposition('attachment', fileName),
      'cache-control': 'no-store',
    });
  });
  return resource;
}
