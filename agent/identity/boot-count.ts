import { z } from 'zod';
import { readStored, writeDurably } from '../store.js';

const counted = z.strictObject({ thumbprint: z.string(), count: z.int().min(0) });

/**
 * Counts this start of the agent, on disk before it is told: a copy of the disk counts less than the registry has
 * heard, which gives it away (design §6). A new key counts from one; a damaged file does too, which the registry
 * shows to a person.
 */
export async function countBoot(path: string, thumbprint: string): Promise<number> {
  const stored = await readStored(path, counted);
  const before = stored.kind === 'value' && stored.value.thumbprint === thumbprint ? stored.value.count : 0;
  await writeDurably(path, JSON.stringify({ thumbprint, count: before + 1 }));
  return before + 1;
}
