import { statfs } from 'node:fs/promises';
import type { LossCause } from './spooled-segment.js';

export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

export async function diskSpaceOf(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/**
 * What stays free for everything else on the machine: 5 % of the disk, at least 1 GiB (field notes, spool), of which a
 * small disk has no more than a tenth to spare.
 */
export const reserveBytes = (totalBytes: number): number =>
  Math.max(0.05 * totalBytes, Math.min(1024 ** 3, 0.1 * totalBytes));

/** Why something must go before `comingBytes` more are taken; null when there is room. */
export function shortage(
  spool: { sizeBytes: number; maxBytes: number },
  disk: DiskSpace,
  comingBytes: number,
): Extract<LossCause, 'spool_full' | 'disk_low'> | null {
  if (spool.sizeBytes + comingBytes > spool.maxBytes) return 'spool_full';
  return disk.freeBytes < reserveBytes(disk.totalBytes) ? 'disk_low' : null;
}
