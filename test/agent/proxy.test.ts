import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brokerUrl } from '@gantry/agent/broker-url.js';
import { exchangeThrough } from '@gantry/agent/http.js';
import { withoutLogin } from '@gantry/agent/proxy.js';
import { afterEach, describe, expect, it } from 'vitest';
import { startForwardProxy } from '../support/forward-proxy.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function registryPort(): Promise<number> {
  const server = createServer((_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return (server.address() as AddressInfo).port;
}

async function proxy(o: Parameters<typeof startForwardProxy>[0] = {}) {
  const started = await startForwardProxy({ hosts: { 'registry.invalid': '127.0.0.1' }, ...o });
  open.push(started);
  return started;
}

const get = (by: string, port: number) =>
  exchangeThrough(by)({ method: 'GET', url: `http://registry.invalid:${port}/`, timeoutMs: 5_000 });

describe('a request through the proxy of the site', () => {
  it('reaches a registry whose name only the proxy knows', async () => {
    const port = await registryPort();
    const by = await proxy();
    const { body } = await get(by.url, port);
    expect(new TextDecoder().decode(body)).toBe('hello');
    expect(by.asked).toEqual([`registry.invalid:${port}`]);
  });

  it('shows the login it was given, and tells what is wrong without repeating it', async () => {
    const port = await registryPort();
    const by = await proxy({ login: 'site:pass@word' });
    const given = `http://site:pass%40word@127.0.0.1:${by.port}`;
    expect((await get(given, port)).status).toBe(200);
    const wrong = given.replace('pass%40word', 'canary-password');
    const refused = await get(wrong, port).catch((error: Error) => error.message);
    expect(refused).toMatch(/The proxy 127\.0\.0\.1:\d+ wants a login.*proxy=file:PATH/);
    expect(refused).not.toContain('canary');
    expect(withoutLogin(given)).toBe(by.url);
  });

  it('says who refuses what, and when there is no proxy at all', async () => {
    const port = await registryPort();
    const strict = await proxy({ refuses: `registry.invalid:${port}` });
    await expect(get(strict.url, port)).rejects.toThrow(
      `The proxy 127.0.0.1:${strict.port} refuses a connection to registry.invalid:${port} (403)`,
    );
    await strict.close();
    await expect(get(strict.url, port)).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
  });
});

it('takes messages through the registry where there is a proxy, unless the broker is to be reached by itself', () => {
  const plain = { mqttUrl: 'mqtts://broker.example:8883', registryUrl: 'https://cams.example.com/' };
  const webSocket = { ...plain, mqttUrl: 'wss://broker.example/mqtt' };
  const proxied = 'http://proxy.example:3128';
  const table = [
    ['auto', undefined, plain, 'mqtts://broker.example:8883'],
    ['auto', proxied, plain, 'wss://cams.example.com/mqtt'],
    ['auto', proxied, webSocket, 'wss://broker.example/mqtt'],
    ['wss', undefined, plain, 'wss://cams.example.com/mqtt'],
    ['mqtt', proxied, plain, 'mqtts://broker.example:8883'],
  ] as const;
  for (const [transport, by, known, expected] of table)
    expect([transport, by, brokerUrl({ transport, proxy: by }, known)]).toEqual([transport, by, expected]);
});
