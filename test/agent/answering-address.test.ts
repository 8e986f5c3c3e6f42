import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atAnsweringAddress } from '@gantry/agent/answering-address.js';

const rtsp = (said: string) => atAnsweringAddress(said, '10.0.0.5', ['rtsp', 'rtsps']);

describe('an address a camera says', () => {
  it.each([
    [
      'rtsp://192.168.1.99:554/Streaming/101?a=b&c',
      'rtsp://10.0.0.5:554/Streaming/101?a=b&c',
      '192.168.1.99',
    ],
    ['RTSP://Camera.Local/A/b', 'rtsp://10.0.0.5/A/b', 'camera.local'],
    ['rtsp://user:p@ss:w0rd@1.2.3.4:8554/x', 'rtsp://10.0.0.5:8554/x', '1.2.3.4'],
    ['rtsp://1.2.3.4/a\n  b', 'rtsp://10.0.0.5/ab', '1.2.3.4'],
    ['rtsp://1.2.3.4', 'rtsp://10.0.0.5/', '1.2.3.4'],
    ['rtsp://1.2.3.4?x=1', 'rtsp://10.0.0.5/?x=1', '1.2.3.4'],
    ['rtsp://[fe80::1]:554/x', 'rtsp://10.0.0.5:554/x', '[fe80::1]'],
    ['rtsp://:554/x', 'rtsp://10.0.0.5:554/x', ''],
    ['rtsp://1.2.3.4:70000/x', 'rtsp://10.0.0.5/x', '1.2.3.4'],
  ])('%j is dialled at %s', (said, url, host) => {
    expect(rtsp(said)).toEqual({ url, host });
  });

  it.each(['', 'http://1.2.3.4/', 'file:///etc/passwd', '/relative', 'rtsp:/1.2.3.4/'])(
    '%j is none',
    (said) => {
      expect(rtsp(said)).toBeNull();
    },
  );

  it('never leads to another host than the one that answered, nor keeps a login (property)', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (login, host, path) => {
        const corrected = rtsp(`rtsp://${login}@${host}/${path}`);
        if (corrected === null) return;
        expect(corrected.url).toMatch(/^rtsp:\/\/10\.0\.0\.5(?::\d+)?\//);
      }),
    );
  });

  it('is bracketed for IPv6', () => {
    expect(atAnsweringAddress('http://x/y', 'fe80::1', ['http'])?.url).toBe('http://[fe80::1]/y');
  });
});
