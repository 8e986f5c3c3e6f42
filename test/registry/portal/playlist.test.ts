import { placeOf, readPieces, timeAt, type Piece } from '@gantry/registry/portal/player/playlist.js';
import { wantedOf } from '@gantry/registry/portal/player/recorded-feed.js';
import { planPlaylist, writePlaylist } from '@gantry/registry/recordings/playlist.js';
import { expect, it } from 'vitest';

const startMs = Date.UTC(2026, 10, 22, 10);
const segment = (sequence: number, agoS: number) => ({
  id: `s${sequence}`,
  sessionId: 'a',
  sequence,
  startMs: startMs + agoS * 1_000,
  durationMs: 10_000,
  mediaOffsetUs: sequence * 10_000_000,
  initSha256: 'one',
});
const names = { init: () => 'i', media: () => 'm' };
const pieces = readPieces(
  writePlaylist(planPlaylist([segment(0, 0), segment(1, 10), segment(9, 90)]), names),
);

it('the player knows which part of the video shows which time of day', () => {
  expect(pieces.map((piece) => piece.atS)).toEqual([0, 10, 20]);
  expect(timeAt(pieces, 12.5)).toBe(startMs + 12_500);
  expect(timeAt(pieces, 25)).toBe(startMs + 95_000);
  expect(placeOf(pieces, startMs + 12_500)).toBe(12.5);
});

it('a click into a gap goes to what comes after it, one past the end to nothing', () => {
  expect(placeOf(pieces, startMs + 50_000)).toBe(20);
  expect(placeOf(pieces, startMs - 50_000)).toBe(0);
  expect(placeOf(pieces, startMs + 101_000)).toBeNull();
});

it('the player gets what is shown and twenty seconds more, in order, and nothing twice', () => {
  const [first, second, third] = pieces as [Piece, Piece, Piece];
  expect(first).toMatchObject({ init: 'i', media: 'm' });
  expect(wantedOf(pieces, new Set(), 0)).toBe(first);
  expect(wantedOf(pieces, new Set([first]), 0)).toBe(second);
  expect(wantedOf(pieces, new Set([first, second]), 0)).toBeNull();
  expect(wantedOf(pieces, new Set([first, second]), 0.5)).toBe(third);
  expect(wantedOf(pieces, new Set(), 15)).toBe(second);
  expect(wantedOf(pieces, new Set([third]), 29)).toBeNull();
});
