import {
  atSameAddress,
  normaliseRtspUrl,
  parseRtspUrl,
  redactRtspUrl,
  RtspUrlError,
  targetOf,
} from '@gantry/agent/rtsp/url.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('an RTSP address someone typed', () => {
  it.each<[string, string, { username: string; password: string } | null]>([
    ['rtsp://10.0.0.5/Streaming/Channels/101', 'rtsp://10.0.0.5/Streaming/Channels/101', null],
    [
      'rtsp://admin:p%40ss%3Aw%2Frd@cam:8554/a?b=C',
      'rtsp://cam:8554/a?b=C',
      { username: 'admin', password: 'p@ss:w/rd' },
    ],
    ['rtsp://admin:p@ss@10.0.0.5/a', 'rtsp://10.0.0.5/a', { username: 'admin', password: 'p@ss' }],
    ['rtsp://admin:50%@10.0.0.5/a', 'rtsp://10.0.0.5/a', { username: 'admin', password: '50%' }],
    ['rtsp://admin@10.0.0.5/', 'rtsp://10.0.0.5/', { username: 'admin', password: '' }],
    ['rtsp://u:a:b@[fe80::1]:554/x', 'rtsp://[fe80::1]:554/x', { username: 'u', password: 'a:b' }],
    [
      ' rtsp://10.0.0.5/user=admin&password=&channel=1&stream=0.sdp?\n',
      'rtsp://10.0.0.5/user=admin&password=&channel=1&stream=0.sdp?',
      null,
    ],
    ['RTSP://Cam/Path/../x//y#frag', 'rtsp://Cam/Path/../x//y', null],
    ['rtsp://10.0.0.5/live/my stream', 'rtsp://10.0.0.5/live/my%20stream', null],
  ])('%j', (text, url, credentials) => {
    expect(parseRtspUrl(text)).toEqual({ url, credentials });
  });

  it.each([
    '',
    'http://10.0.0.5/',
    'rtsps://10.0.0.5/',
    'rtsp://',
    'rtsp:///a',
    'rtsp://h:0/',
    'rtsp://h:99999/',
    'rtsp://a:canary/x@h/',
    'rtsp://a b/',
  ])('%j is refused with a sentence that does not repeat it', (text) => {
    expect(() => parseRtspUrl(text)).toThrow(RtspUrlError);
    expect(() => parseRtspUrl(text)).not.toThrow('canary');
  });

  it('gives credentials back as they were, whatever they contain', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (username, password) => {
          const text = `rtsp://${encodeURIComponent(username)}:${encodeURIComponent(password)}@cam/a`;
          expect(parseRtspUrl(text)).toEqual({ url: 'rtsp://cam/a', credentials: { username, password } });
        },
      ),
    );
  });
});

it.each([
  ['RTSP://Admin:Pw@CAM.Local:554/Path?Q=A', 'rtsp://cam.local/Path?Q=A'],
  ['rtsp://10.0.0.5:8554/a', 'rtsp://10.0.0.5:8554/a'],
  ['rtsp://10.0.0.5', 'rtsp://10.0.0.5/'],
  ['rtsp://[FE80::1]/', 'rtsp://[fe80::1]/'],
])('identity of %j', (url, identity) => {
  expect(normaliseRtspUrl(url)).toBe(identity);
  expect(normaliseRtspUrl(identity)).toBe(identity);
});

it.each([
  ['rtsp://admin:canary@10.0.0.5/a', 'rtsp://10.0.0.5/a'],
  ['rtsp://admin:can/ary@10.0.0.5/a', 'rtsp://10.0.0.5/a'],
  ['rtsp://c/user=admin&password=canary&channel=1', 'rtsp://c/user=admin&password=…&channel=1'],
  [
    'rtsp://c/user=admin_password=canary_channel=1_stream=0.sdp',
    'rtsp://c/user=admin_password=…_channel=1_stream=0.sdp',
  ],
  ['rtsp://c/live?usr=a&pwd=canary', 'rtsp://c/live?usr=a&pwd=…'],
  ['rtsp://c/live?user=a&passwd=canary#x', 'rtsp://c/live?user=a&passwd=…#x'],
])('a log shows %j without the password', (url, shown) => {
  expect(redactRtspUrl(url)).toBe(shown);
});

it('connects to the host and port of the address', () => {
  expect(targetOf('rtsp://u:p@[::1]/a')).toEqual({ host: '::1', port: 554, uri: 'rtsp://[::1]/a' });
  expect(targetOf('rtsp://Cam:8554')).toEqual({ host: 'Cam', port: 8554, uri: 'rtsp://Cam:8554' });
});

it('stays at the same address for another path', () => {
  expect(atSameAddress('rtsp://10.0.0.5:8554/a?b', '/c/d')).toBe('rtsp://10.0.0.5:8554/c/d');
});
