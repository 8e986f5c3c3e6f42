import { clientAddress, readTrustedProxies } from '@gantry/registry/http/client-address.js';
import { expect, test } from 'vitest';

const trusted = readTrustedProxies(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32']);

test.each([
  ['no proxy', '203.0.113.9', undefined, '203.0.113.9'],
  ['a stranger who writes the header', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['a trusted proxy without the header', '127.0.0.1', undefined, '127.0.0.1'],
  ['one trusted proxy', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a chain of trusted proxies', '127.0.0.1', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['a client that puts an address in front', '10.0.0.1', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
  ['IPv4 inside IPv6', '::ffff:127.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['IPv6 with brackets and a port', '2001:db8::1', '[2001:470::9]:4711', '2001:470::9'],
  ['IPv4 with a port', '127.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['nonsense from a trusted proxy', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['a call inside the process', null, '203.0.113.9', null],
])('%s', (_name, connection, forwardedFor, expected) => {
  expect(clientAddress(connection, forwardedFor, trusted)).toBe(expected);
});

test.each(['10.0.0.0/33', 'proxy.example', '10.0.0.0/8/8', '10.0.0.0/x', '::/129'])(
  '%s is no network',
  (entry) => {
    expect(() => readTrustedProxies([entry])).toThrow(`${entry} is no address`);
  },
);
