import { describe, expect, it } from 'vitest';
import { normaliseEndpoint, normaliseMac } from '@gantry/agent/device-ids.js';

describe('the normal form of an id', () => {
  it.each([
    ['urn:uuid:E83A0086-3FDC-4D87-B8C4-83C0A16AD9F4', 'e83a0086-3fdc-4d87-b8c4-83c0a16ad9f4'],
    ['uuid:503b687a-b9d7-474f-a2d0-a18c8b25a464', '503b687a-b9d7-474f-a2d0-a18c8b25a464'],
    [' urn:uuid:74:73:36:01:99:73\n', '74:73:36:01:99:73'],
    ['http://10.0.0.5/device', 'http://10.0.0.5/device'],
    ['urn:uuid:00000000-0000-0000-0000-000000000000', null],
    ['urn:uuid:', null],
    ['', null],
    [null, null],
    ['x'.repeat(300), null],
  ])('of the endpoint %j is %j (Q06)', (text, expected) => {
    expect(normaliseEndpoint(text)).toBe(expected);
  });

  it.each([
    ['00047D0EB85C', '00047d0eb85c'],
    ['00:40:8C:FA:B7:54', '00408cfab754'],
    ['82-d9-b1-00-00-01', '82d9b1000001'],
    ['0040.8cfa.b754', '00408cfab754'],
    ['00:00:00:00:00:00', null],
    ['ff:ff:ff:ff:ff:ff', null],
    ['01:00:5e:00:00:01', null],
    ['00:40:8C:FA:B7', null],
    ['none', null],
    [null, null],
  ])('of the MAC %j is %j (Q24)', (text, expected) => {
    expect(normaliseMac(text)).toBe(expected);
  });
});
