import { BrokenMp4, boxesAt, boxesIn, viewOf } from '@gantry/registry/recordings/mp4/boxes.js';
import { createInspector, tracksOf } from '@gantry/registry/recordings/mp4/inspect.js';
import { shiftFragment, shiftMedia, ticksOf } from '@gantry/registry/recordings/mp4/shift.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { inPieces, record, type Footage } from './footage.js';

let footage: Footage;
let file: Buffer;
beforeAll(async () => {
  footage = await record();
  file = (footage.files[1] as Footage['files'][number]).bytes;
});

const inspect = (bytes: Uint8Array, pieceBytes = bytes.byteLength) => {
  const inspector = createInspector();
  for (let at = 0; at < bytes.byteLength; at += pieceBytes)
    inspector.push(bytes.subarray(at, at + pieceBytes));
  return inspector.end();
};

const topLevel = (bytes: Uint8Array) => boxesIn(bytes).map((box) => bytes.subarray(box.start, box.end));
const typeOf = (box: Uint8Array) => Buffer.from(box.subarray(4, 8)).toString('latin1');
const firstOf = (bytes: Uint8Array, type: string) =>
  topLevel(bytes).find((box) => typeOf(box) === type) as Uint8Array;

describe('a segment as ffmpeg writes it', () => {
  it('is looked at alike however the bytes are cut on the way', () => {
    const whole = inspect(file);
    expect(whole.tracks.map((track) => [track.media, track.sampleEntry, track.timescale])).toEqual([
      ['vide', 'avc1', 10_240],
      ['soun', 'mp4a', 8_000],
    ]);
    expect(whole.fragments).toBeGreaterThan(1);
    for (const pieceBytes of [1, 7, 999]) expect(inspect(file, pieceBytes)).toEqual(whole);
  });

  it('has the same init section all through its session', () => {
    const hashes = footage.files.map(({ bytes }) => inspect(bytes).initSha256);
    expect(new Set(hashes).size).toBe(1);
  });

  it('holds for H.265 too', async () => {
    const [first] = (await record({ video: 'h265', seconds: 1, audio: false })).files;
    expect(inspect((first as Footage['files'][number]).bytes).tracks).toMatchObject([
      { sampleEntry: 'hvc1' },
    ]);
  });
});

describe('a broken file is told from a good one, and why', () => {
  const renamed = (type: string, to: string) => {
    const copy = Buffer.from(file);
    copy.write(to, copy.indexOf(type), 'latin1');
    return copy;
  };
  const without = (type: string) => Buffer.concat(topLevel(file).filter((box) => typeOf(box) !== type));
  const cases: [string, () => Uint8Array, RegExp][] = [
    ['nothing at all', () => new Uint8Array(0), /no "moov"/],
    ['a text', () => Buffer.from('<html>502 Bad Gateway</html>'), /starts with|gives its size|ends inside/],
    ['zeroes', () => new Uint8Array(4_096), /gives its size as 0/],
    ['an end that is missing', () => file.subarray(0, file.byteLength - 250), /ends inside/],
    ['no moov', () => without('moov'), /"moof" at byte 28 stands before "moov"/],
    ['no media', () => file.subarray(0, inspect(file).initBytes), /no media/],
    ['a moof without its media', () => without('mdat'), /where the media of a "moof" should be/],
    ['media without a moof', () => without('moof'), /has no "moof" before it/],
    ['a fragment without a time', () => renamed('tfdt', 'free'), /without "tfdt"/],
    ['no video', () => renamed('vide', 'soun'), /no video track/],
    ['no fragments announced', () => renamed('mvex', 'free'), /no fragmented MP4/],
    ['two files in one', () => Buffer.concat([file, file]), /a second "ftyp"|stands where/],
  ];
  it.each(cases)('%s', (_what, bytes, why) => {
    expect(() => inspect(bytes())).toThrow(why);
    expect(() => inspect(bytes())).toThrow(BrokenMp4);
  });

  it('whatever bytes are overwritten, the answer is a verdict and never a crash', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000 }),
        fc.uint8Array({ minLength: 1, maxLength: 24 }),
        fc.integer({ min: 1, max: 4_000 }),
        (at, noise, pieceBytes) => {
          const copy = Buffer.from(file);
          copy.set(noise, at);
          try {
            inspect(copy, pieceBytes);
          } catch (error) {
            expect(error).toBeInstanceOf(BrokenMp4);
          }
        },
      ),
    );
  });
});

describe('shifting a segment on the media clock', () => {
  const decodeTimes = (moof: Uint8Array) =>
    boxesAt(moof, ['moof', 'traf', 'tfdt']).map((box) => viewOf(moof).getBigUint64(box.bodyStart + 4));

  it('adds the same time to every track, each in its own ticks', () => {
    const moof = firstOf(file, 'moof');
    const shifted = shiftFragment(moof, tracksOf(firstOf(file, 'moov')), {
      timeUs: 60_000_000,
      fragments: 5,
    });
    const before = decodeTimes(moof);
    expect(decodeTimes(shifted)).toEqual([
      (before[0] as bigint) + 60n * 10_240n,
      (before[1] as bigint) + 60n * 8_000n,
    ]);
    expect(shifted.byteLength).toBe(moof.byteLength);
  });

  it('there and back is where it was', () => {
    const moof = firstOf(file, 'moof');
    const tracks = tracksOf(firstOf(file, 'moov'));
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 15), max: 10 ** 15 }),
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
        (timeUs, fragments) => {
          const there = shiftFragment(moof, tracks, { timeUs, fragments });
          const back = shiftFragment(there, tracks, { timeUs: -timeUs, fragments: -fragments });
          expect(Buffer.from(back).equals(moof)).toBe(true);
        },
      ),
    );
  });

  it('rounds to the nearest tick, alike to both sides of zero', () => {
    expect([ticksOf(1_000_000, 90_000), ticksOf(-1_000_000, 90_000), ticksOf(49, 10_000)]).toEqual([
      90_000n,
      -90_000n,
      0n,
    ]);
    expect([ticksOf(50, 10_000), ticksOf(-50, 10_000)]).toEqual([1n, -1n]);
  });

  it('streams only fragments and their media, however the bytes are cut', async () => {
    const wanted = Buffer.concat(
      topLevel(file).filter((box) => !['ftyp', 'moov', 'mfra'].includes(typeOf(box))),
    );
    for (const pieceBytes of [1, 333, file.byteLength]) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of shiftMedia(inPieces(file, pieceBytes), { timeUs: 0, fragments: 0 })) {
        chunks.push(chunk);
      }
      expect(Buffer.concat(chunks).equals(wanted)).toBe(true);
    }
  });
});
