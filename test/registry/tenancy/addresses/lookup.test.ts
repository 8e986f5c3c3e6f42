import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAddressLookup, readAddressLookup } from '@gantry/registry/tenancy/addresses/lookup.js';
import { isPrivateAddress } from '@gantry/registry/tenancy/addresses/outbound.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const asked: string[] = [];
const photon = {
  features: [
    {
      properties: {
        street: 'Hauptstraße',
        housenumber: '1',
        postcode: '10115',
        city: 'Berlin',
        state: 'Berlin',
        countrycode: 'DE',
      },
    },
    { properties: { name: 'Somewhere', postcode: 5 } },
  ],
};
const nominatim = [
  {
    address: {
      road: 'Rue de la Paix',
      house_number: '2',
      postcode: '75002',
      town: 'Paris',
      country_code: 'fr',
    },
  },
];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
  switch (searchParams.get('q') ?? '') {
    case 'hang':
      return;
    case 'broken':
      response.end('<html>');
      return;
    case 'refuse':
      response.writeHead(302, { location: 'http://127.0.0.1/' }).end();
      return;
    case 'flood':
      response.end(`"${'x'.repeat(2 * 1024 * 1024)}"`);
      return;
    default:
      response.end(JSON.stringify(pathname === '/search' ? nominatim : photon));
  }
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const lookup = (provider: string, query = '?allowPrivate=true', host = '127.0.0.1') =>
  openAddressLookup(readAddressLookup(`${provider}:http://${host}:${port}${query}`), { timeoutMs: 500 });

describe('suggestions', () => {
  test('come from a photon server in one shape, with what it knows', async () => {
    expect(await lookup('photon').suggest('haupt & co')).toEqual([
      {
        label: 'Hauptstraße 1, 10115 Berlin, DE',
        address: {
          line1: 'Hauptstraße 1',
          postalCode: '10115',
          city: 'Berlin',
          region: 'Berlin',
          country: 'DE',
        },
      },
      { label: 'Somewhere', address: { line1: 'Somewhere' } },
    ]);
    expect(asked.at(-1)).toBe('/api/?q=haupt+%26+co&limit=8');
  });

  test('come from a nominatim server of one’s own alike', async () => {
    expect(await lookup('nominatim').resolve('paix')).toMatchObject({
      address: { line1: 'Rue de la Paix 2', city: 'Paris', country: 'FR' },
    });
  });

  test('without a provider there are none', async () => {
    const none = openAddressLookup(readAddressLookup('none'));
    expect(await none.suggest('haupt')).toEqual([]);
    expect(await none.resolve('haupt')).toBeNull();
  });

  test.each(['hang', 'broken', 'refuse', 'flood'])(
    'a server that answers badly is told so: %s',
    async (q) => {
      await expect(lookup('photon').suggest(q)).rejects.toMatchObject({ code: 'unavailable' });
    },
  );

  test.each(['127.0.0.1', 'localhost', '[::1]'])(
    'a private address is not asked unless the setting allows it: %s',
    async (host) => {
      const before = asked.length;
      await expect(lookup('photon', '', host).suggest('haupt')).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('private address') as string,
      });
      expect(asked).toHaveLength(before);
    },
  );
});

test.each(['10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
  '%s is private',
  (address) => expect(isPrivateAddress(address)).toBe(true),
);
test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) =>
  expect(isPrivateAddress(address)).toBe(false),
);

test.each(['', 'bing:x', 'photon', 'photon:ftp://x', 'google:', 'google:a b'])(
  'a wrong setting says what it must look like: %j',
  (setting) => expect(() => readAddressLookup(setting)).toThrow(/must be none, photon/),
);
test('a key is a key', () => {
  expect(readAddressLookup('google:AIzaSyExampleExample')).toMatchObject({ key: 'AIzaSyExampleExample' });
});
