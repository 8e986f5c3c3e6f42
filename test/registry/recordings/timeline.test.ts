import { arrange, gapsOf, recordingsOf, type TimedSegment } from '@gantry/registry/recordings/timeline.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Segments of 10 s each; `starts` in seconds. */
const session = (sessionId: string, starts: number[], firstSequence = 0): TimedSegment[] =>
  starts.map((start, index) => ({
    sessionId,
    sequence: firstSequence + index,
    startMs: start * 1_000,
    durationMs: 10_000,
    mediaOffsetUs: (firstSequence + index) * 10_000_000,
  }));

const inSeconds = (spans: readonly { startMs: number; endMs: number }[]) =>
  spans.map(({ startMs, endMs }) => [startMs / 1_000, endMs / 1_000]);

describe('segments become recordings', () => {
  const cases: [string, TimedSegment[], number[][]][] = [
    ['nothing', [], []],
    ['one segment', session('a', [0]), [[0, 10]]],
    ['a gapless session is one recording', session('a', [0, 10, 20]), [[0, 30]]],
    ['also in disorder', session('a', [0, 10, 20]).toReversed(), [[0, 30]]],
    ['a restart within a second is no gap', [...session('a', [0]), ...session('b', [10.9])], [[0, 20.9]]],
    [
      'a longer one is',
      [...session('a', [0]), ...session('b', [11.1])],
      [
        [0, 10],
        [11.1, 21.1],
      ],
    ],
    [
      'a segment that has not arrived yet is a gap',
      [...session('a', [0, 10]), ...session('a', [30], 3)],
      [
        [0, 20],
        [30, 40],
      ],
    ],
    ['a corrected clock inside a session is no gap', session('a', [0, 12.5]), [[0, 22.5]]],
    ['two that overlap a little are one', [...session('a', [0]), ...session('b', [7])], [[0, 17]]],
  ];
  it.each(cases)('%s', (_what, segments, wanted) => {
    expect(inSeconds(recordingsOf(segments))).toEqual(wanted);
  });

  it('plays each moment once where sessions overlap', () => {
    const played = arrange([...session('a', [0, 10, 20]), ...session('b', [4, 14, 24, 34])]);
    expect(played.map((segment) => `${segment.sessionId}${segment.sequence}`)).toEqual([
      'a0',
      'a1',
      'a2',
      'b3',
    ]);
  });

  it('keeps the order of a session whose clock lied, so that all of it plays', () => {
    const lied = session('a', [5, 5, 4, 4]);
    expect(arrange(lied.toReversed()).map((segment) => segment.sequence)).toEqual([0, 1, 2, 3]);
  });
});

describe('gaps', () => {
  const range = { startMs: 0, endMs: 100_000 };
  it('are what recordings leave of a range', () => {
    const recordings = [
      { startMs: -5_000, endMs: 10_000 },
      { startMs: 40_000, endMs: 50_000 },
    ];
    expect(inSeconds(gapsOf(recordings, range))).toEqual([
      [10, 40],
      [50, 100],
    ]);
    expect(gapsOf([{ startMs: -1, endMs: 200_000 }], range)).toEqual([]);
    expect(gapsOf([], range)).toEqual([range]);
  });

  it('and recordings together are the whole range, without overlap', () => {
    const segment = fc.record({
      sessionId: fc.constantFrom('a', 'b', 'c'),
      sequence: fc.integer({ min: 0, max: 20 }),
      startMs: fc.integer({ min: -20_000, max: 120_000 }),
      durationMs: fc.integer({ min: 1, max: 30_000 }),
      mediaOffsetUs: fc.integer({ min: 0, max: 10 ** 8 }),
    });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 15 }), (segments) => {
        const recordings = recordingsOf(segments);
        const pieces = [...recordings, ...gapsOf(recordings, range)].toSorted(
          (a, b) => a.startMs - b.startMs,
        );
        const clipped = pieces
          .map((piece) => ({
            startMs: Math.max(piece.startMs, range.startMs),
            endMs: Math.min(piece.endMs, range.endMs),
          }))
          .filter((piece) => piece.endMs > piece.startMs);
        let atMs = range.startMs;
        for (const piece of clipped) {
          expect(piece.startMs).toBe(atMs);
          atMs = piece.endMs;
        }
        expect(atMs).toBe(range.endMs);
      }),
    );
  });
});
