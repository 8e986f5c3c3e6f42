import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contains,
  hostCount,
  hostsOf,
  ipToNumber,
  isForbidden,
  mayContact,
  numberToIp,
  parseCidr,
  type Range,
} from '@gantry/agent/discovery/ranges.js';

const ranges = (...texts: string[]): Range[] => texts.flatMap((text) => parseCidr(text) ?? []);

describe('a range', () => {
  it.each([
    ['192.168.1.0/24', '192.168.1.0/24'],
    ['192.168.1.77/24', '192.168.1.0/24'],
    [' 10.0.0.9 ', '10.0.0.9/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255/32', '255.255.255.255/32'],
  ])('is read from %j as %s', (text, normal) => {
    expect(parseCidr(text)?.text).toBe(normal);
  });

  it.each([
    '',
    'x',
    '10.0.0/8',
    '10.0.0.256/24',
    '10.0.0.1/33',
    '10.0.0.1/-1',
    '::1/128',
    '010.0.0.1',
    '1.2.3.4/24/8',
  ])('is not read from %j', (text) => {
    expect(parseCidr(text)).toBeNull();
  });

  it.each([
    ['192.168.1.0/24', 254, '192.168.1.1', '192.168.1.254'],
    ['192.168.0.0/22', 1_022, '192.168.0.1', '192.168.3.254'],
    ['10.0.0.4/31', 2, '10.0.0.4', '10.0.0.5'],
    ['10.0.0.4/32', 1, '10.0.0.4', '10.0.0.4'],
  ])('%s has %d hosts, without network and broadcast address', (text, count, first, last) => {
    const range = parseCidr(text);
    const hosts = range === null ? null : hostsOf(range, 1_022);
    expect(range === null ? 0 : hostCount(range)).toBe(count);
    expect([hosts?.length, hosts?.[0], hosts?.at(-1)]).toEqual([count, first, last]);
  });

  it('over the limit is not listed', () => {
    const range = parseCidr('10.0.0.0/8');
    expect(range && hostsOf(range, 1_022)).toBeNull();
  });

  it('contains exactly the hosts it lists, whatever the range (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.integer({ min: 22, max: 32 }),
        (base, prefix) => {
          const range = parseCidr(`${numberToIp(base)}/${prefix}`);
          if (range === null) throw new Error('every address and prefix makes a range');
          const hosts = hostsOf(range, 2_000) ?? [];
          expect(hosts.every((ip) => contains([range], ip))).toBe(true);
          expect(contains([range], numberToIp(base))).toBe(true);
          if (range.last < 2 ** 32 - 1) expect(contains([range], numberToIp(range.last + 1))).toBe(false);
        },
      ),
    );
  });

  it('address and number are inverses (property)', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect(numberToIp(ipToNumber(ip) ?? -1)).toBe(ip);
      }),
    );
  });
});

describe('an address may be contacted', () => {
  const own = ['192.168.1.10', '127.0.0.1'];
  it.each<[string, string[], boolean]>([
    ['192.168.1.20', ['192.168.1.0/24'], true],
    ['192.168.2.20', ['192.168.1.0/24'], false],
    ['192.168.1.10', ['192.168.1.0/24'], false],
    ['192.168.1.10', ['192.168.1.0/24', '192.168.1.10'], true],
    ['127.0.0.5', ['0.0.0.0/0'], false],
    ['127.0.0.5', ['127.0.0.0/8'], true],
    ['127.0.0.5', ['126.0.0.0/7'], false],
    ['127.0.0.1', ['127.0.0.0/24'], true],
    ['127.0.0.1', ['127.0.0.1'], true],
    ['169.254.7.7', ['0.0.0.0/0'], false],
    ['169.254.7.7', ['169.254.0.0/16'], true],
    ['169.254.169.254', ['169.254.0.0/16'], false],
    ['169.254.169.254', ['169.254.169.254/32'], true],
    ['100.100.100.200', ['100.64.0.0/10'], false],
    ['239.255.255.250', ['0.0.0.0/0'], false],
    ['255.255.255.255', ['0.0.0.0/0'], false],
    ['0.0.0.0', ['0.0.0.0/0'], false],
    ['8.8.8.8', [], false],
    ['camera.local', ['0.0.0.0/0'], false],
    ['::1', ['0.0.0.0/0'], false],
    ['192.168.1.020', ['192.168.1.0/24'], false],
  ])('%s with %j: %s', (ip, configured, expected) => {
    expect(mayContact(ranges(...configured), own, ip)).toBe(expected);
  });

  it('and a refusal says why', () => {
    expect(isForbidden(ranges('0.0.0.0/0'), own, '169.254.169.254')).toBe('a metadata service');
    expect(isForbidden(ranges('0.0.0.0/0'), own, '192.168.1.10')).toBe("this computer's own address");
    expect(isForbidden(ranges('0.0.0.0/0'), own, '192.168.1.11')).toBeNull();
  });
});
