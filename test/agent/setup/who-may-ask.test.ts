import { isOwnHost, isOwnOrigin, isSiteAddress } from '@gantry/agent/setup/who-may-ask.js';
import { describe, expect, it } from 'vitest';

const own = ['192.168.1.40', 'box', 'localhost'];

describe('who may ask the on-site page', () => {
  it.each([
    ['192.168.1.40:7080', true],
    ['BOX:7080', true],
    ['box.local:7080', true],
    ['localhost:7080', true],
    ['192.168.1.40', false],
    ['192.168.1.40:80', false],
    ['evil.example:7080', false],
    ['box.evil.example:7080', false],
    ['192.168.1.40:7080@evil.example', false],
    ['192.168.1.41:7080', false],
    ['', false],
    [undefined, false],
  ])('a request for the host %s is answered: %s', (host, expected) => {
    expect(isOwnHost(host, 7_080, own)).toBe(expected);
  });

  it.each([
    ['192.168.1.9', true],
    ['10.255.0.1', true],
    ['172.16.0.1', true],
    ['172.31.255.255', true],
    ['172.32.0.1', false],
    ['169.254.3.4', true],
    ['127.0.0.1', true],
    ['::1', true],
    ['::ffff:192.168.1.9', true],
    ['fe80::1', true],
    ['fd00:1::2', true],
    ['203.0.113.7', false],
    ['::ffff:203.0.113.7', false],
    ['2001:db8::1', false],
    [undefined, false],
  ])('a request from %s is answered: %s', (address, expected) => {
    expect(isSiteAddress(address)).toBe(expected);
  });

  it.each([
    [undefined, true],
    ['http://192.168.1.40:7080', true],
    ['http://evil.example', false],
    ['https://192.168.1.40:7080', false],
    ['null', false],
  ])('a WebSocket of a page at %s is answered: %s', (origin, expected) => {
    expect(isOwnOrigin(origin, '192.168.1.40:7080')).toBe(expected);
  });
});
