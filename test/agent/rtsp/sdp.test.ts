import { contentBase, parseSdp, resolveControl } from '@gantry/agent/rtsp/sdp.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const base = 'rtsp://10.0.0.5/live/';
const session = (...lines: string[]) =>
  ['v=0', 'o=- 0 0 IN IP4 0.0.0.0', 's=x', 't=0 0', ...lines, ''].join('\r\n');
const codecOf = (...lines: string[]) =>
  parseSdp(session(...lines), base).tracks.map(({ codec, clockRate }) => [codec, clockRate]);

describe('the tracks of a stream', () => {
  it.each<[string, string[], [string, number | null][]]>([
    ['H.264', ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000'], [['h264', 90_000]]],
    ['H.265', ['m=video 0 RTP/AVP 98', 'a=rtpmap:98 H265/90000'], [['h265', 90_000]]],
    ['JPEG without rtpmap (Q61)', ['m=video 0 RTP/AVP 26'], [['mjpeg', 90_000]]],
    ['MPEG-4', ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 MP4V-ES/90000'], [['mpeg4', 90_000]]],
    ['AAC', ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 mpeg4-generic/16000/1'], [['aac', 16_000]]],
    [
      'G.711 without rtpmap',
      ['m=audio 0 RTP/AVP 0', 'm=audio 0 RTP/AVP 8'],
      [
        ['pcmu', 8_000],
        ['pcma', 8_000],
      ],
    ],
    ['G.726', ['m=audio 0 RTP/AVP 100', 'a=rtpmap:100 G726-16/8000'], [['g726', 8_000]]],
    ['Opus', ['m=audio 0 RTP/AVP 111', 'a=rtpmap:111 opus/48000/2'], [['opus', 48_000]]],
    [
      'an audio codec nobody records',
      ['m=audio 0 RTP/AVP 99', 'a=rtpmap:99 G7221/16000'],
      [['other', 16_000]],
    ],
    ['video that does not say what it is', ['m=video 0 RTP/AVP 96'], [['unknown', null]]],
    [
      'ONVIF metadata, which is no track',
      ['m=application 0 RTP/AVP 107', 'a=rtpmap:107 vnd.onvif.metadata/90000'],
      [],
    ],
    [
      'the first of several payload types',
      ['m=video 0 RTP/AVP 96 97', 'a=rtpmap:97 H265/90000', 'a=rtpmap:96 H264/90000'],
      [['h264', 90_000]],
    ],
  ])('%s', (_, lines, expected) => {
    expect(codecOf(...lines)).toEqual(expected);
  });

  it.each<[string, string, { width: number | null; height: number | null }]>([
    [
      '1920x1080, cropped from 1088',
      'a=fmtp:96 packetization-mode=1;profile-level-id=640028;sprop-parameter-sets=Z2QAKKwsqAeAIn5cBEAAAAMAQAAADyA=,aO48MA==',
      { width: 1920, height: 1080 },
    ],
    ['an unreadable set', 'a=fmtp:96 sprop-parameter-sets=Z2Q=,!!', { width: null, height: null }],
    ['no set', 'a=fmtp:96 packetization-mode=1', { width: null, height: null }],
    ['a stated size', 'a=x-dimensions:1280,720', { width: 1280, height: 720 }],
    ['another stated size', 'a=framesize:96 704-576', { width: 704, height: 576 }],
  ])('picture size from %s', (_, line, size) => {
    expect(
      parseSdp(session('m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', line), base).tracks[0],
    ).toMatchObject(size);
  });

  it.each<[string, number | null]>([
    ['a=framerate:25', 25],
    ['a=framerate:12.500000', 12.5],
    ['a=framerate:0', null],
    ['a=recvonly', null],
  ])('%s gives %s frames per second', (line, frameRate) => {
    expect(parseSdp(session('m=video 0 RTP/AVP 26', line), base).tracks[0]?.frameRate).toBe(frameRate);
  });

  it('uses the session control where the track has none (Q61)', () => {
    const { tracks, control } = parseSdp(session('a=control:all', 'm=video 0 RTP/AVP 26'), base);
    expect([control, tracks[0]?.control]).toEqual(['rtsp://10.0.0.5/live/all', 'rtsp://10.0.0.5/live/all']);
  });

  it('reads any text without a throw', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
        'a=control:rtsp://',
        'a=rtpmap:',
        'm=audio',
      ),
      fc.base64String().map((set) => `a=fmtp:96 sprop-parameter-sets=Z2QA${set}`),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(() => parseSdp(lines.join('\n'), base)).not.toThrow();
      }),
    );
  });
});

describe('control addresses', () => {
  it.each([
    ['rtsp://10.0.0.5/live/', 'trackID=1', 'rtsp://10.0.0.5/live/trackID=1'],
    ['rtsp://10.0.0.5/live', 'trackID=1', 'rtsp://10.0.0.5/live/trackID=1'],
    [
      'rtsp://10.0.0.5/cam?channel=1&subtype=0',
      'trackID=0',
      'rtsp://10.0.0.5/cam?channel=1&subtype=0/trackID=0',
    ],
    ['rtsp://10.0.0.5/live', '*', 'rtsp://10.0.0.5/live'],
    ['rtsp://10.0.0.5/live', 'rtsp://192.168.1.99:554/Live/T1', 'rtsp://10.0.0.5/Live/T1'],
    ['rtsp://10.0.0.5:8554/live', 'rtsp://10.0.0.5/t?x=Y', 'rtsp://10.0.0.5:8554/t?x=Y'],
    ['rtsp://10.0.0.5/live', '/other/track1', 'rtsp://10.0.0.5/other/track1'],
  ])('%s + %s', (from, control, expected) => {
    expect(resolveControl(from, control)).toBe(expected);
  });

  it('never follow the host of a Content-Base (Q52)', () => {
    expect(contentBase('rtsp://10.0.0.5/a', [['content-base', 'rtsp://0.0.0.0:554/a/b/']])).toBe(
      'rtsp://10.0.0.5/a/b/',
    );
    expect(contentBase('rtsp://10.0.0.5/a', [])).toBe('rtsp://10.0.0.5/a');
  });
});
