import { z } from 'zod';
import type { Log } from '../log.js';
import { readStored, writeDurably } from '../store.js';

/** The clock offset of the last run (registry minus box, ms), and where the next is written. */
export interface RememberedOffset {
  offsetMs: number;
  /** Writes what differs enough to matter. */
  remember: (offsetMs: number) => void;
}

const storedOffset = z.strictObject({ offsetMs: z.int() });
/** Closer measurements are not worth a write. */
const worthWritingMs = 250;

export async function readRememberedOffset(path: string, log: Log): Promise<RememberedOffset> {
  const stored = await readStored(path, storedOffset);
  if (stored.kind === 'damaged') log.error({ why: stored.why }, 'the remembered clock offset is damaged');
  const offsetMs = stored.kind === 'value' ? stored.value.offsetMs : 0;
  let writtenMs = stored.kind === 'value' ? offsetMs : null;
  let writing: Promise<void> = Promise.resolve();
  return {
    offsetMs,
    remember(measuredMs) {
      if (writtenMs !== null && Math.abs(measuredMs - writtenMs) < worthWritingMs) return;
      writtenMs = measuredMs;
      writing = writing
        .then(() => writeDurably(path, JSON.stringify({ offsetMs: measuredMs })))
        .catch((error: unknown) => log.error({ err: error }, 'the clock offset cannot be written'));
    },
  };
}
