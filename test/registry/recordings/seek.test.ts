import { openSegment } from '@gantry/registry/recordings/mp4/fragments.js';
import { createSeeker } from '@gantry/registry/recordings/seek.js';
import type { ByteRange } from '@gantry/registry/recordings/storage/storage.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { inPieces, record, type Footage } from './footage.js';

/** Reads of one object, and how many bytes were taken of each. */
function countingStorage(file: Buffer) {
  const reads: { startByte: number; takenBytes: number }[] = [];
  async function* taken(range: ByteRange, read: { takenBytes: number }) {
    for await (const piece of inPieces(file.subarray(range.startByte, range.endByte), 500)) {
      read.takenBytes += piece.byteLength;
      yield piece;
    }
  }
  return {
    reads,
    takenBytes: () => reads.reduce((sum, { takenBytes }) => sum + takenBytes, 0),
    async get(_key: string, range: ByteRange = { startByte: 0, endByte: file.byteLength }) {
      const read = { startByte: range.startByte, takenBytes: 0 };
      reads.push(read);
      return taken(range, read);
    },
  };
}

describe('a long segment opened at an instant', () => {
  const secondUs = 1_000_000;
  const limits = { knownSegments: 10, wholeBytes: 0 };
  let file: Buffer;
  let initBytes: number;
  /** Where each group of pictures begins; the footage has one a second. */
  const groups: { startUs: number; atBytes: number }[] = [];

  beforeAll(async () => {
    const footage = await record({ seconds: 30, segmentSeconds: 60, audio: true });
    file = (footage.files[0] as Footage['files'][number]).bytes;
    const { init, fragments } = await openSegment(inPieces(file));
    initBytes = init.byteLength;
    for await (const { key, startUs, atBytes } of fragments)
      if (key && startUs !== null) groups.push({ startUs, atBytes });
  });

  /** The group it began with, and what it took to find it. */
  async function openAt(
    fromUs: number,
    bytes: Buffer,
    seeker = createSeeker(countingStorage(bytes), limits),
  ) {
    const segment = { storageKey: 'long', sizeBytes: bytes.byteLength, initBytes };
    const opened = await seeker.openAt(segment, fromUs);
    const { value } = await opened.fragments.next();
    await opened.close();
    return value as { startUs: number; key: boolean; moof: Uint8Array };
  }

  it('begins with a group that starts shortly before, and the rest of the object is not read', async () => {
    expect(groups.length).toBeGreaterThanOrEqual(29);
    const storage = countingStorage(file);
    const first = await openAt(25.4 * secondUs, file, createSeeker(storage, limits));
    expect(first.key).toBe(true);
    expect(first.startUs).toBeGreaterThan(19 * secondUs);
    expect(first.startUs).toBeLessThanOrEqual(25 * secondUs);
    const [, , media] = storage.reads;
    expect(storage.reads).toHaveLength(3);
    expect(media?.startByte).toBeGreaterThan(file.byteLength / 2);
    expect(media?.takenBytes).toBeLessThan(file.byteLength / 10);
  });

  it('asks once for its header and its index, and begins exactly where groups are known', async () => {
    const storage = countingStorage(file);
    const seeker = createSeeker(storage, limits);
    const segment = { storageKey: 'long', sizeBytes: file.byteLength, initBytes };
    const opened = await seeker.openAt(segment, 12 * secondUs);
    for await (const { startUs } of opened.fragments) if ((startUs ?? 0) > 15 * secondUs) break;
    await opened.close();
    await openAt(14.5 * secondUs, file, seeker);
    const known = groups.findLast(({ startUs }) => startUs <= 14.5 * secondUs);
    expect(storage.reads).toHaveLength(4);
    expect(storage.reads.at(-1)?.startByte).toBe(known?.atBytes);
  });

  it.each([
    ['without an index, as a salvaged one', (whole: Buffer) => whole.subarray(0, groups.at(-1)?.atBytes)],
    ['whose index lies', lying],
  ])('%s begins right all the same', async (_what, make) => {
    const bytes = make(file);
    for (const seconds of [0, 8.2, 21.7]) {
      const first = await openAt(seconds * secondUs, bytes);
      expect(first.key).toBe(true);
      expect(first.startUs).toBeLessThanOrEqual(seconds * secondUs);
    }
  });
});

/** Every place in the index is a byte too far. */
function lying(whole: Buffer): Buffer {
  const bytes = Buffer.from(whole);
  for (let at = bytes.indexOf('tfra'); at >= 0; at = bytes.indexOf('tfra', at + 1)) {
    const count = bytes.readUInt32BE(at + 16);
    for (let entry = 0; entry < count; entry += 1) {
      const place = at + 20 + entry * 19 + 8;
      bytes.writeBigUInt64BE(bytes.readBigUInt64BE(place) + 1n, place);
    }
  }
  return bytes;
}
