import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSegment, type Fragment } from '@gantry/registry/recordings/mp4/fragments.js';
import { shiftMedia } from '@gantry/registry/recordings/mp4/shift.js';
import { createPieces, wholeGroups } from '@gantry/registry/recordings/pieces.js';
import { createSeeker } from '@gantry/registry/recordings/seek.js';
import type { ByteRange } from '@gantry/registry/recordings/storage/storage.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { inPieces, record, type Footage } from './footage.js';

const run = promisify(execFile);

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found = [];
  for await (const item of items) found.push(item);
  return found;
}
async function* listed(fragments: readonly Fragment[]): AsyncGenerator<Fragment> {
  yield* fragments;
}

describe('the groups of pictures of a piece', () => {
  it('are each in exactly one piece, begin with a picture that stands alone, and are never none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 39 }), { maxLength: 4 }),
        async (keys, cuts) => {
          const bytes = new Uint8Array(0);
          const fragments = keys.map((key, startUs) => {
            return { atBytes: startUs, moof: bytes, mdat: bytes, startUs, key: key || startUs === 0 };
          });
          const inside = cuts.filter((at) => at < keys.length);
          const edges = [0, ...new Set(inside.toSorted((a, b) => a - b)), Infinity];
          const played = new Set<number>();
          for (const [index, toUs] of edges.slice(1).entries()) {
            const fromUs = edges[index] as number;
            const given = await all(wholeGroups(listed(fragments), { fromUs, toUs }));
            expect(given[0]?.key).toBe(true);
            expect(given[0]?.startUs).toBeLessThanOrEqual(fromUs);
            // Twice only a group that is longer than a piece.
            const again = given.filter(({ startUs }) => played.has(startUs as number));
            expect(again.slice(1).some(({ key }) => key)).toBe(false);
            for (const { startUs } of given) played.add(startUs as number);
          }
          expect(played.size).toBe(fragments.length);
        },
      ),
    );
  });
});

describe('a long segment piece by piece', () => {
  let file: Buffer;
  const reads: (ByteRange | undefined)[] = [];
  const storage = {
    get: async (_key: string, range?: ByteRange) => {
      reads.push(range);
      return inPieces(file.subarray(range?.startByte ?? 0, range?.endByte), 10_000);
    },
  };
  const shift = { timeUs: 90_000_000, fragments: 90_000 };
  const edges = [0, 4_000_000, 8_000_000, 3_600_000_000] as const;
  const ranges = edges.slice(1).map((toUs, index) => ({ fromUs: edges[index] as number, toUs }));

  beforeAll(async () => {
    const footage = await record({ seconds: 12, segmentSeconds: 60 });
    file = (footage.files[0] as Footage['files'][number]).bytes;
  });

  it('is the bytes of the whole, and each piece is read from where the one before ended', async () => {
    const pieces = createPieces(createSeeker(storage));
    const { init } = await openSegment(inPieces(file));
    const initBytes = init.byteLength;
    const segment = { storageKey: 'long', sizeBytes: file.byteLength, initBytes };
    const read = [];
    for (const range of ranges) read.push(Buffer.concat(await all(pieces.read(segment, range, shift))));
    const whole = Buffer.concat(await all(shiftMedia(inPieces(file), shift)));
    expect(Buffer.concat(read).equals(whole)).toBe(true);
    const [first, ...later] = reads.map((range) => range?.startByte);
    expect(first).toBeUndefined();
    const readBefore = read.map(({ byteLength }) => byteLength);
    expect(later).toEqual([
      initBytes + (readBefore[0] ?? 0),
      initBytes + (readBefore[0] ?? 0) + (readBefore[1] ?? 0),
    ]);
  });

  it('plays from its middle by itself, at its time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-pieces-'));
    const { init } = await openSegment(inPieces(file));
    const segment = { storageKey: 'fresh', sizeBytes: file.byteLength, initBytes: init.byteLength };
    const pieces = createPieces(createSeeker(storage));
    const piece = await all(pieces.read(segment, ranges[1] as (typeof ranges)[number], shift));
    await writeFile(join(folder, 'piece.mp4'), Buffer.concat([init, ...piece]));
    const line = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0'];
    const { stdout, stderr } = await run('ffprobe', [...line, join(folder, 'piece.mp4')]);
    await rm(folder, { recursive: true });
    const times = stdout.trim().split('\n').map(Number.parseFloat);
    expect(stderr).toBe('');
    expect(times).toHaveLength(40);
    // The group that 4 s lie in, after the 90 s of the shift.
    expect(times[0]).toBeGreaterThan(93);
    expect(times[0]).toBeLessThanOrEqual(94);
  });
});
