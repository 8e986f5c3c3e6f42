import { cameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { requireOnFootage } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { scopedRead } from '../db/row-security.js';
import { Failure } from '../errors.js';
import { requireArchive, type TimeRange } from '../recordings/archive.js';
import { coverageOf } from '../recordings/coverage.js';
import { holeCauses, sentenceOf } from '../recordings/holes.js';
import { jsonAnswer, newResource, problems, requireActing, time } from './api.js';

export const instant = z.iso.datetime({ offset: true }).meta({ example: '2026-11-22T10:00:00Z' });

const dayMs = 86_400_000;

/** Reads a range; throws `invalid` when it is empty or longer than `maxDays`. */
export function readRange(fields: { from: string; to: string }, maxDays: number): TimeRange {
  const startMs = Date.parse(fields.from);
  const endMs = Date.parse(fields.to);
  if (endMs <= startMs) {
    throw new Failure('invalid', '`to` must be after `from`.', [
      { pointer: '/to', code: 'too_small', detail: 'must be after `from`' },
    ]);
  }
  if (endMs - startMs > maxDays * dayMs) {
    throw new Failure('invalid', `At most ${maxDays} days can be asked for at once.`, [
      { pointer: '/to', code: 'too_big', detail: `must be at most ${maxDays} days after \`from\`` },
    ]);
  }
  return { startMs, endMs };
}

const timeline = z.object({
  cameraId,
  from: time,
  to: time,
  /** Gapless runs of footage. */
  recordings: z.array(z.object({ from: time, to: time })),
  /** Everything else up to now, each stretch with its one reason. */
  gaps: z.array(
    z.object({
      from: time,
      to: time,
      /** `off`: nothing was to be recorded; `pending`: it may still arrive; `missing`: it is not here. */
      state: z.enum(['off', 'pending', 'missing']),
      cause: z.enum(holeCauses),
      /** One line for a person. */
      sentence: z.string(),
    }),
  ),
});

const listRecordings = createRoute({
  method: 'get',
  path: '/cameras/{id}/recordings',
  operationId: 'listRecordings',
  summary: 'What of a time range is recorded, and what is not',
  request: {
    params: z.object({ id: cameraId }),
    query: z.strictObject({ from: instant, to: instant }),
  },
  responses: {
    200: jsonAnswer(timeline, 'The timeline'),
    ...problems('unauthenticated', 'account_disabled', 'forbidden', 'not_found', 'invalid'),
  },
});

const text = (ms: number): string => new Date(ms).toISOString();

export function recordingsResource(parts: Pick<Context, 'db' | 'clock'>) {
  const resource = newResource();
  resource.openapi(listRecordings, async (c) => {
    const principal = requireActing(c);
    const scope = scopeOf(principal);
    const { id } = c.req.valid('param');
    const range = readRange(c.req.valid('query'), 31);
    const { footage } = await requireOnFootage(parts, principal, id, 'view');
    const { recordings, holes } = await scopedRead(parts.db, scope, async (q) => {
      await requireArchive(q, scope, id);
      return coverageOf(q, footage, id, range, (await databaseNow(q)).getTime());
    });
    return c.json(
      {
        cameraId: id,
        from: text(range.startMs),
        to: text(range.endMs),
        recordings: recordings.map(({ startMs, endMs }) => ({ from: text(startMs), to: text(endMs) })),
        gaps: holes.map((hole) => ({
          from: text(hole.startMs),
          to: text(hole.endMs),
          state: hole.state,
          cause: hole.cause,
          sentence: sentenceOf(hole),
        })),
      },
      200,
    );
  });
  return resource;
}
