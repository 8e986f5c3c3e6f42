import { z } from 'zod';

/** A segment larger than this is offered first ({@link uploadOffer}), so that a cut costs at most one part. */
export const resumableAboveBytes = 4 * 1024 * 1024;

/** Size of every part but the last, bytes. */
export const partBytes = 4 * 1024 * 1024;

export const partsOf = (sizeBytes: number): number => Math.ceil(sizeBytes / partBytes);

/** What stands in part `part`, 1-based, of a segment: `[from, to)`. */
export const rangeOfPart = (part: number, sizeBytes: number): { from: number; to: number } => ({
  from: (part - 1) * partBytes,
  to: Math.min(part * partBytes, sizeBytes),
});

/**
 * Answer to `POST /api/v1/agent/segments/{id}:offer` (body: `segmentMeta`): how the registry wants the bytes. The
 * gate was asked before it is given (410, 409, 404 and 422 as for the upload itself).
 */
export const uploadOffer = z.discriminatedUnion('way', [
  /** The same bytes are stored already: nothing to send. */
  z.strictObject({ way: z.literal('stored') }),
  /** `PUT …/{id}/parts/{part}` each part that is not held, then `POST …/{id}:complete`. */
  z.strictObject({
    way: z.literal('parts'),
    /** Parts the registry holds, 1-based, ascending. */
    held: z.array(z.int().min(1)).max(1_000),
  }),
  /** `PUT` the whole to this URL with exactly these headers, then `POST …/{id}:complete`. */
  z.strictObject({
    way: z.literal('direct'),
    url: z.url({ protocol: /^https?$/ }),
    headers: z.record(z.string(), z.string()),
    /** Registry clock, epoch ms; ask again afterwards. */
    expiresAtMs: z.int(),
  }),
]);
export type UploadOffer = z.infer<typeof uploadOffer>;
