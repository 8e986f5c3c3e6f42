import { describe, expect, it } from 'vitest';
import type { Announcement } from '@gantry/agent/discovery/announcement.js';
import { addressOf, rankXaddrs } from '@gantry/agent/discovery/xaddrs.js';

describe('announced addresses', () => {
  it.each<[string, string[], string[]]>([
    [
      'a placeholder first (Q11)',
      ['http://192.168.1.99/a', 'http://10.0.0.5/b'],
      ['http://10.0.0.5/b', 'http://10.0.0.5/a'],
    ],
    [
      'sender, then subnet, then the rest, then names',
      ['http://cam.local/d', 'http://172.16.0.1/c', 'http://10.0.0.77/b', 'http://10.0.0.5/a'],
      ['http://10.0.0.5/a', 'http://10.0.0.5/b', 'http://10.0.0.5/c', 'http://10.0.0.5/d'],
    ],
    [
      'plain before TLS',
      ['https://10.0.0.5/x', 'http://10.0.0.5/x'],
      ['http://10.0.0.5/x', 'https://10.0.0.5/x'],
    ],
    [
      '0.0.0.0 and loopback',
      ['http://0.0.0.0/x', 'http://127.0.0.1:8080/y'],
      ['http://10.0.0.5/x', 'http://10.0.0.5:8080/y'],
    ],
    ['an empty host', ['http://:80/onvif/device_service'], ['http://10.0.0.5/onvif/device_service']],
    ['one place spelled twice', ['http://10.0.0.5:80/x', 'http://10.0.0.5/x'], ['http://10.0.0.5/x']],
    ['IPv6', ['http://[fe80::a%25eth0]:80/x'], ['http://10.0.0.5/x']],
    [
      'an impossible port',
      ['http://10.0.0.5:99999/x', 'http://10.0.0.5:0/y'],
      ['http://10.0.0.5/x', 'http://10.0.0.5/y'],
    ],
    ['a login', ['http://admin:a@b@10.0.0.5/x'], ['http://10.0.0.5/x']],
    ['no HTTP at all', ['rtsp://10.0.0.5/', 'file:///etc/passwd', 'soap.udp://x', ''], []],
  ])('%s', (_what, announced, ranked) => {
    expect(rankXaddrs(announced, '10.0.0.5')).toEqual(ranked);
  });
});

describe('where an announced device is', () => {
  const announcement = (...xaddrs: string[]): Announcement => ({
    endpoint: null,
    writtenEndpoint: null,
    xaddrs,
    name: null,
    model: null,
    mac: null,
    isCamera: true,
  });
  const allowed = (ip: string) => ip.startsWith('10.');
  it.each<[string, string[], boolean, string]>([
    ['at the sender, when it speaks for itself', ['http://10.0.0.9/'], false, '10.0.0.5'],
    ['where it says, when a proxy speaks for several', ['http://10.0.0.9/'], true, '10.0.0.9'],
    [
      'at the sender, when the proxy names an address out of range',
      ['http://192.168.1.9/'],
      true,
      '10.0.0.5',
    ],
    [
      'at the sender, when that is among what it says',
      ['http://10.0.0.9/', 'http://10.0.0.5/'],
      true,
      '10.0.0.5',
    ],
    ['at the sender, when it says nothing', [], true, '10.0.0.5'],
  ])('%s', (_what, xaddrs, several, expected) => {
    expect(addressOf(announcement(...xaddrs), '10.0.0.5', several, allowed)).toBe(expected);
  });
});
