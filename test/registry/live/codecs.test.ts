import fc from 'fast-check';
import { codecsOf, formatOf } from '@gantry/registry/live/codecs.js';
import { describe, expect, it } from 'vitest';
import { box, initOf } from './media.js';

const avcC = box('avcC', [1, 0x64, 0x00, 0x1f, 0xff]);
/** Main profile, level 3.1, progressive, as ffmpeg writes it. */
const hvcC = box('hvcC', [1, 0x01, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93]);

describe('what a browser is told about a stream', () => {
  it.each([
    ['H.264 high profile', initOf('avc1', avcC), 'h264', 'avc1.64001f'],
    ['H.265 main profile', initOf('hvc1', hvcC), 'h265', 'hvc1.1.6.L93.90'],
    [
      'H.265 high tier with a profile space and no constraints',
      initOf('hvc1', box('hvcC', [1, 0x62, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 120])),
      'h265',
      'hvc1.A2.4.H120',
    ],
  ])('of %s', (_, init, video, codecs) => {
    expect(formatOf(init)).toEqual({ video, codecs });
    expect(codecsOf(init)).toBe(codecs);
  });

  it.each([
    ['no boxes', new Uint8Array(40)],
    ['another codec', initOf('mp4v', avcC)],
    ['a configuration that is cut off', initOf('avc1', box('avcC', [1, 0x64]))],
    ['no configuration', initOf('avc1', box('free', []))],
    ['a box that reaches past its end', initOf('avc1', avcC).subarray(0, 120)],
  ])('is nothing where there is %s', (_, init) => {
    expect(formatOf(init)).toBeNull();
  });

  it('is never an error, whatever an agent sends', () => {
    const init = initOf('hvc1', hvcC);
    fc.assert(
      fc.property(fc.nat(init.byteLength - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const spoilt = Uint8Array.from(init);
        spoilt[at] = byte;
        formatOf(spoilt);
        codecsOf(spoilt);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void formatOf(bytes)));
  });
});
