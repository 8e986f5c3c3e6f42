import { createPictureWatch } from '@gantry/agent/rtsp/picture-watch.js';
import { describe, expect, it } from 'vitest';
import { address } from '../../support/cameras/packets.js';
import { loadSharedMedia } from '../../support/cameras/shared-media.js';

const { tracks, clips } = await loadSharedMedia();

/** The first second of a track, as it comes from a camera. */
const second = (track: typeof tracks.sub) =>
  Buffer.concat(
    track.bursts
      .slice(0, 15)
      .map((burst) => address(burst, { channel: 0, sequence: 0, timestamp: 0, ssrc: 1 })),
  );

/** One interleaved frame with an RTP packet of these payload bytes. */
function packet(payload: Buffer, { payloadType = 96, sources = 0, extensionWords = -1 } = {}): Buffer {
  const header = Buffer.alloc(12 + 4 * sources);
  header[0] = 0x80 | sources | (extensionWords >= 0 ? 0x10 : 0);
  header[1] = payloadType;
  const extension = Buffer.alloc(extensionWords >= 0 ? 4 + 4 * extensionWords : 0);
  if (extensionWords >= 0) extension.writeUInt16BE(extensionWords, 2);
  const rtp = Buffer.concat([header, extension, payload]);
  const prefix = Buffer.from([0x24, 0, rtp.length >> 8, rtp.length & 255]);
  return Buffer.concat([prefix, rtp]);
}
const [large = Buffer.alloc(0)] = clips.main.h264.parameterSets;
const [small = Buffer.alloc(0)] = clips.sub.parameterSets;
const withLength = (nal: Buffer) => Buffer.concat([Buffer.from([nal.length >> 8, nal.length & 255]), nal]);

describe('the watch for another picture size', () => {
  it.each([
    ['h264', tracks.main.h264],
    ['h265', tracks.main.h265],
  ] as const)('finds none in %s that stays the same', (codec, track) => {
    const watch = createPictureWatch({ codec, payloadType: 96 });
    for (let round = 0; round < 3; round += 1) expect(watch(second(track))).toBeNull();
  });

  it('names the frame that begins the other picture', () => {
    const watch = createPictureWatch({ codec: 'h264', payloadType: 96 });
    const before = second(tracks.main.h264);
    const change = watch(Buffer.concat([before, second(tracks.sub)]));
    expect(change).toMatchObject({ from: { width: 640, height: 360 }, to: { width: 320, height: 180 } });
    // An access unit delimiter of some bytes goes before the parameter set.
    expect((change?.atByte ?? 0) - before.length).toBeLessThan(64);
    expect(change?.atByte).toBeGreaterThanOrEqual(before.length);
  });

  it.each<[string, Buffer]>([
    ['with sources named', packet(small, { sources: 2 })],
    ['with a header extension', packet(small, { extensionWords: 3 })],
    [
      'in a packet of several units',
      packet(Buffer.concat([Buffer.from([24]), withLength(Buffer.from([9])), withLength(small)])),
    ],
  ])('reads parameter sets %s', (_, frame) => {
    const watch = createPictureWatch({ codec: 'h264', payloadType: 96 });
    expect(watch(packet(large))).toBeNull();
    expect(watch(frame)).toMatchObject({ atByte: 0, to: { width: 320 } });
  });

  it('leaves alone what is no video, no parameter set, or no RTP', () => {
    const watch = createPictureWatch({ codec: 'h264', payloadType: 96 });
    watch(packet(large));
    const short = packet(Buffer.alloc(0));
    const lying = packet(Buffer.from([24, 0xff, 0xff, 0x67]));
    for (const frame of [packet(small, { payloadType: 0 }), short, lying, packet(small.subarray(0, 3))]) {
      expect(watch(frame)).toBeNull();
    }
  });
});
