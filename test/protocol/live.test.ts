import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeLivePiece,
  encodeLivePiece,
  livePath,
  livePieceHeaderBytes,
  maxLiveInitBytes,
  readLivePath,
  type LivePiece,
} from '@gantry/protocol/live.js';

const piece: LivePiece = {
  kind: 'fragment',
  isKey: true,
  sequence: 7,
  atMs: 1_700_000_000_000.25,
  media: new Uint8Array([1, 2, 3]),
};

describe('pieces of a live stream', () => {
  it('arrive as they were sent', () => {
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom('init' as const, 'fragment' as const),
          isKey: fc.boolean(),
          sequence: fc.nat(),
          atMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
          media: fc.uint8Array({ minLength: 1, maxLength: 200 }),
        }),
        (sent) => {
          expect(decodeLivePiece(encodeLivePiece(sent))).toEqual(sent);
        },
      ),
    );
  });

  it('have the header that the documentation gives', () => {
    const message = encodeLivePiece(piece);
    expect([...message.subarray(0, 8)]).toEqual([1, 1, 1, 0, 0, 0, 0, 7]);
    expect([...message.subarray(livePieceHeaderBytes)]).toEqual([1, 2, 3]);
  });

  it.each([
    ['nothing', () => new Uint8Array()],
    ['a header without media', () => encodeLivePiece({ ...piece, media: new Uint8Array() })],
    ['a later version', () => encodeLivePiece(piece).fill(2, 0, 1)],
    ['an unknown kind', () => encodeLivePiece(piece).fill(9, 1, 2)],
    ['unknown flags', () => encodeLivePiece(piece).fill(2, 2, 3)],
    ['no number as time', () => encodeLivePiece({ ...piece, atMs: Number.NaN })],
    [
      'an init segment that is too large',
      () => encodeLivePiece({ ...piece, kind: 'init', media: new Uint8Array(maxLiveInitBytes + 1) }),
    ],
  ])('are refused when they are %s', (_, message) => {
    expect(decodeLivePiece(message())).toBeNull();
  });

  it('never throw when they are read, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decodeLivePiece(bytes)));
  });
});

describe('the path an agent dials', () => {
  it('names its stream', () => {
    expect(readLivePath(livePath('a'.repeat(22)))).toBe('a'.repeat(22));
  });

  it.each(['/api/v1/agent/live/short', '/api/v1/agent/live/', '/mqtt', `${livePath('a'.repeat(22))}/x`])(
    'is not %s',
    (path) => expect(readLivePath(path)).toBeNull(),
  );
});
