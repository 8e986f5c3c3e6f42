import { join } from 'node:path';
import { clipExport } from './clips/export.js';
import { removeExpiredClips } from './clips/expiry.js';
import { openWorkFolder } from './clips/work-folder.js';
import type { Context } from './context.js';
import type { OperationKind } from './operations/queue.js';
import { purgeExpired, sweepOrphans } from './recordings/retention.js';
import type { Storage } from './recordings/storage/storage.js';
import { forgetOldUploads } from './recordings/uploads.js';

/** Clips that are made at once: each reads and writes as fast as the disk lets it. */
const clipsAtOnce = 2;

/** How clips are made; what a killed registry left half made is removed. */
export async function clipExports(
  context: Context,
  storage: Storage,
  dataFolder: string,
): Promise<OperationKind> {
  const workFolder = await openWorkFolder(join(dataFolder, 'work'));
  return { work: clipExport({ ...context, storage, workFolder }), atOnce: clipsAtOnce };
}

export interface FootageSweep {
  what: string;
  everyMs: number;
  work: (signal: AbortSignal) => Promise<unknown>;
}

/** What is done about stored footage from time to time. */
export function footageSweeps(context: Context, storage: Storage): FootageSweep[] {
  const parts = { ...context, storage };
  return [
    {
      // Each turn leaves a receipt in the histories.
      what: 'removing footage whose retention ended',
      everyMs: 3_600_000,
      work: (signal) => purgeExpired(parts, { signal }),
    },
    {
      what: 'removing clips whose time is over',
      everyMs: 300_000,
      work: (signal) => removeExpiredClips(parts, { signal }),
    },
    {
      what: 'forgetting uploads that nobody completed',
      everyMs: 3_600_000,
      work: (signal) => forgetOldUploads(parts, signal),
    },
    {
      what: 'removing bytes without a row',
      everyMs: 6 * 3_600_000,
      work: (signal) => sweepOrphans(parts, { signal }),
    },
  ];
}
