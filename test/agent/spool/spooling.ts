import { randomBytes, randomFillSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '@gantry/agent/log.js';
import { openSpool, type SegmentChain, type Spool, type SpoolOptions } from '@gantry/agent/spool/spool.js';
import type { FootageLost, NewSegment } from '@gantry/agent/spool/spooled-segment.js';
import { newId, type CameraId } from '@gantry/protocol/ids.js';

const random = (bytes: Uint8Array): Uint8Array => randomFillSync(bytes);
export const gibibyte = 1024 ** 3;
export const newCameraId = (): CameraId => newId('camera', Date.now(), random);

/** A chain for spools whose evidence is not the point. */
export const unsigned: SegmentChain = {
  link: async () => ({ previous: null, signature: 'A'.repeat(86) }),
  advance: async () => undefined,
  recover: async () => undefined,
};

export interface Opened {
  spool: Spool;
  lost: FootageLost[];
}

/** A spool on a disk with plenty of room, unless told otherwise. */
export async function openTestSpool(folder: string, given: Partial<SpoolOptions> = {}): Promise<Opened> {
  const lost: FootageLost[] = [];
  const spool = await openSpool({
    folder,
    maxBytes: gibibyte,
    newSegmentId: () => newId('segment', Date.now(), random),
    onLost: async (event) => void lost.push(event),
    chain: unsigned,
    checkDisk: async () => undefined,
    log: createLog({ level: 'silent' }),
    diskSpace: () => Promise.resolve({ freeBytes: 100 * gibibyte, totalBytes: 200 * gibibyte }),
    ...given,
  });
  return { spool, lost };
}

/** Writes a file as a recorder leaves it and describes it. */
export async function recordedFile(
  folder: string,
  given: Partial<NewSegment> & { bytes?: Buffer } = {},
): Promise<NewSegment> {
  const { bytes = randomBytes(1_000), ...rest } = given;
  const file = join(folder, `recorded-${randomBytes(6).toString('hex')}.mp4`);
  await writeFile(file, bytes);
  return {
    file,
    cameraId: newCameraId(),
    sessionId: newId('session', Date.now(), random),
    sequence: 0,
    startedAtMs: 1_700_000_000_000,
    durationMs: 30_000,
    mediaOffsetUs: 0,
    clockOffsetMs: 0,
    video: 'h264',
    audio: 'aac',
    ...rest,
  };
}
