import {
  createWireParser,
  encodeRequest,
  encodeResponse,
  headerOf,
  headersOf,
  WireError,
  type WireItem,
} from '@gantry/agent/rtsp/wire.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Items as plain values; neighbouring frames are one, since a cut between frames means nothing. */
function parse(chunks: readonly Buffer[]) {
  const parser = createWireParser();
  const items: unknown[] = [];
  let frames = '';
  const take = (item: WireItem) => {
    if (item.kind === 'frames') {
      frames += item.bytes.toString('hex');
      return;
    }
    if (frames !== '') items.push(frames);
    frames = '';
    items.push({ ...item, body: item.body.toString('hex') });
  };
  for (const chunk of chunks) parser.push(chunk, take);
  if (frames !== '') items.push(frames);
  return items;
}

const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 =;/.-]{0,20}$/).map((text) => text.trim());
const headers = fc.array(fc.tuple(fc.stringMatching(/^X-[A-Za-z]{1,10}$/), word), { maxLength: 4 });
const body = fc.uint8Array({ maxLength: 300 });
const message = fc.oneof(
  fc
    .tuple(fc.constantFrom('OPTIONS', 'SET_PARAMETER'), headers, body)
    .map(([method, own, bytes]) => encodeRequest({ method, uri: 'rtsp://c/a?b=1', headers: own }, bytes)),
  fc
    .tuple(fc.integer({ min: 100, max: 999 }), word, headers, body)
    .map(([status, reason, own, bytes]) => encodeResponse({ status, reason, headers: own }, bytes)),
  fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 400 })).map(([channel, bytes]) => {
    const prefix = Buffer.from([0x24, channel, 0, 0]);
    prefix.writeUInt16BE(bytes.length, 2);
    return Buffer.concat([prefix, bytes]);
  }),
);

describe('RTSP on the wire', () => {
  it('reads the same messages and frames however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (parts, cuts) => {
          const bytes = Buffer.concat(parts);
          const places = [
            0,
            ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
          expect(parse(chunks)).toEqual(parse([bytes]));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads the same byte by byte', () => {
    const bytes = Buffer.concat([
      encodeResponse({ status: 200, reason: 'OK', headers: [['CSeq', '1']] }, Buffer.from('v=0\r\n\r\n')),
      Buffer.from([0x24, 1, 0, 3, 0x24, 0x0d, 0x0a]),
      Buffer.from('\r\n'),
      encodeRequest({ method: 'OPTIONS', uri: '*', headers: [] }),
    ]);
    const single = parse([...bytes].map((byte) => Buffer.from([byte])));
    expect(single).toEqual(parse([bytes]));
    expect(single).toHaveLength(3);
  });

  it('throws nothing but WireError, whatever arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (chunks) => {
        try {
          parse(chunks.map((chunk) => Buffer.from(chunk)));
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });

  it('reads what sloppy cameras write: bare line feeds, folded and repeated headers, odd case', () => {
    const [item] = parse([
      Buffer.from(
        'RTSP/1.0 401\nwww-authenticate: Basic realm="a"\nWWW-Authenticate: Digest\n realm="b"\nbroken\n\n',
      ),
    ]);
    expect(item).toMatchObject({ kind: 'response', status: 401, reason: '' });
    const read = (item as { headers: [string, string][] }).headers;
    expect(headersOf(read, 'WWW-Authenticate')).toEqual(['Basic realm="a"', 'Digest realm="b"']);
    expect(headerOf(read, 'cseq')).toBeNull();
  });

  it.each<[string, Buffer]>([
    ['an HTTP server', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an SSH server', Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['binary noise', Buffer.from([0, 1, 2, 3])],
    ['headers without an end', Buffer.from(`RTSP/1.0 200 OK\r\nX: ${'a'.repeat(70_000)}`)],
    ['a body beyond the limit', Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 300000\r\n\r\n')],
    ['a negative length', Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n')],
  ])('refuses %s', (_, bytes) => {
    expect(() => parse([bytes])).toThrow(WireError);
  });

  it('lets no value begin a header of its own', () => {
    const bytes = encodeRequest({ method: 'PLAY', uri: 'rtsp://c/\r\nX: 1', headers: [['A', 'b\r\nC: d']] });
    expect(bytes.toString()).toBe('PLAY rtsp://c/ X: 1 RTSP/1.0\r\nA: b C: d\r\n\r\n');
  });
});
