import { cutFragments, openSegment, type Fragment } from '@gantry/registry/recordings/mp4/fragments.js';
import { createFrames } from '@gantry/registry/recordings/frames.js';
import { createSeeker } from '@gantry/registry/recordings/seek.js';
import type { Failure } from '@gantry/registry/errors.js';
import fc from 'fast-check';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { inPieces, record, type Footage } from './footage.js';

const run = promisify(execFile);
let file: Buffer;
beforeAll(async () => {
  // Key frames once a second, fragments too: three groups of pictures in one segment.
  const footage = await record({ seconds: 3, segmentSeconds: 10 });
  file = (footage.files[0] as Footage['files'][number]).bytes;
});

async function all(fragments: AsyncIterable<Fragment>): Promise<Fragment[]> {
  const found = [];
  for await (const fragment of fragments) found.push(fragment);
  return found;
}

/** A fragment of a table test: only its time and kind matter. */
const at = (startUs: number | null, key: boolean): Fragment => ({
  atBytes: 0,
  startUs,
  key,
  moof: new Uint8Array(0),
  mdat: new Uint8Array(0),
});
async function* listed(fragments: readonly Fragment[]): AsyncGenerator<Fragment> {
  yield* fragments;
}

describe('a segment, fragment by fragment', () => {
  it('is the same bytes again, however they were cut on the way', async () => {
    for (const pieceBytes of [7, 1_000, file.byteLength]) {
      const opened = await openSegment(inPieces(file, pieceBytes));
      const fragments = await all(opened.fragments);
      const bytes = Buffer.concat([opened.init, ...fragments.flatMap(({ moof, mdat }) => [moof, mdat])]);
      expect(bytes.equals(file.subarray(0, bytes.byteLength))).toBe(true);
      expect(fragments.map(({ key }) => key).filter(Boolean).length).toBe(3);
    }
  });

  it('starts where ffprobe says that its key frames are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-fragments-'));
    await writeFile(join(folder, 'file.mp4'), file);
    const line = [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      'packet=dts_time,flags',
      '-of',
      'csv=p=0',
    ];
    const { stdout } = await run('ffprobe', [...line, join(folder, 'file.mp4')]);
    await rm(folder, { recursive: true });
    const keys = stdout
      .trim()
      .split('\n')
      .filter((packet) => packet.includes('K'))
      .map((packet) => Number(packet.split(',')[0]));
    const { fragments } = await openSegment(inPieces(file));
    const found = (await all(fragments)).filter(({ key }) => key).map(({ startUs }) => (startUs ?? 0) / 1e6);
    expect(found.length).toBe(keys.length);
    for (const [index, start] of found.entries()) expect(start).toBeCloseTo(keys[index] as number, 3);
  });
});

describe('a cut', () => {
  const group = [at(0, true), at(1, false), at(2, true), at(3, false), at(4, true)];
  it.each([
    [0, 5, [0, 1, 2, 3, 4]],
    [1, 5, [0, 1, 2, 3, 4]],
    [2, 5, [2, 3, 4]],
    [3, 4, [2, 3]],
    [4, 9, [4]],
    [9, 10, [4]],
    [0, 0, []],
  ])(
    'from %i to %i starts with the key frame before and ends with what was asked for',
    async (fromUs, toUs, starts) => {
      const cut = await all(cutFragments(listed(group), { fromUs, toUs }));
      expect(cut.map(({ startUs }) => startUs)).toEqual(starts);
    },
  );

  it('always begins with a picture that stands alone, and leaves out nothing that was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
        fc.nat(40),
        fc.nat(40),
        async (keys, fromUs, lengthUs) => {
          const fragments = keys.map((key, index) => at(index, index === 0 || key));
          const toUs = fromUs + lengthUs;
          const cut = await all(cutFragments(listed(fragments), { fromUs, toUs }));
          const asked = fragments.filter(({ startUs }) => (startUs ?? 0) >= fromUs && (startUs ?? 0) < toUs);
          expect(cut.slice(cut.length - asked.length)).toEqual(asked);
          if (cut.length > 0) expect(cut[0]?.key).toBe(true);
        },
      ),
    );
  });
});

describe('a still picture out of a segment', () => {
  const reads = { count: 0 };
  const segment = (id: string) => ({ id, storageKey: id, sizeBytes: file.byteLength, initBytes: 0 });
  const storage = {
    get: async () => {
      reads.count += 1;
      return inPieces(file);
    },
  };

  it('is a JPEG of that moment, and is drawn once for everybody who asks', async () => {
    const frames = createFrames(createSeeker(storage));
    const asked = [2_600, 2_700, 2_600].map((offsetMs) => frames.frameAt(segment('a'), offsetMs));
    const [first, ...same] = (await Promise.all(asked)) as [Uint8Array, ...Uint8Array[]];
    expect(Buffer.from(first.subarray(0, 3)).toString('hex')).toBe('ffd8ff');
    for (const other of same) expect(other).toBe(first);
    expect(reads.count).toBe(1);
    const earlier = await frames.frameAt(segment('a'), 200);
    expect(Buffer.from(earlier).equals(first)).toBe(false);
    // After the last frame there is still one to show.
    const last = await frames.frameAt(segment('a'), 3_400);
    expect(Buffer.from(last.subarray(0, 3)).toString('hex')).toBe('ffd8ff');
  });

  it('is refused when too many others wait, and nothing is left behind', async () => {
    const frames = createFrames(createSeeker(storage), { atOnce: 1, waiting: 1, cacheBytes: 1 });
    const asked = [0, 1_000, 2_000].map((offsetMs) => frames.frameAt(segment('b'), offsetMs));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const { reason } = outcomes[2] as PromiseRejectedResult;
    expect((reason as Failure).code).toBe('unavailable');
    // The place in the line is free again.
    await frames.frameAt(segment('b'), 2_000);
  });

  it('of a file that cannot be read is not found', async () => {
    const broken = createFrames(
      createSeeker({ get: async () => inPieces(Buffer.from('no mp4 at all, honestly')) }),
    );
    await expect(broken.frameAt(segment('c'), 0)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
