import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { platformSignIn, startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { launchBrowser, signInTo } from './browser.js';

const browser: Browser | null = await launchBrowser();
const sessionName = 'gantry_session';

/**
 * The page of somebody else, in the browser of somebody who is signed in. `localhost` is another site, to which no
 * cookie goes; another port of the same host is the same site, to which they do go: there the origin alone decides.
 */
describe.skipIf(browser === null)('the page of another site', () => {
  let registry: TestRegistry;
  let stranger: Server;
  let victim: { id: string; name: string };
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    registry = await startTestRegistry();
    victim = await registry.createIntegrator();
    stranger = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Win a prize</title>');
    }).listen(0);
    await once(stranger, 'listening');
    const first = await (browser as Browser).newPage();
    await signInTo(first, registry.url, platformSignIn);
    signedIn = await first.context().storageState();
  });
  beforeEach(async () => {
    context = await (browser as Browser).newContext({ locale: 'en-GB', storageState: signedIn });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
  });
  afterAll(async () => {
    await browser?.close();
    stranger?.close();
    await registry?.close();
  });

  const session = async () => (await context.cookies()).find(({ name }) => name === sessionName)?.value ?? '';
  const visit = (host: string) => page.goto(`http://${host}:${(stranger.address() as AddressInfo).port}/`);
  /** As a page does that sends itself away; resolves with the status of the answer. */
  const sendForm = async (path: string, fields: Record<string, string>, enctype: string) => {
    const answered = page.waitForResponse((one) => one.request().method() === 'POST');
    await page.evaluate(`(() => {
      const form = Object.assign(document.createElement('form'), ${JSON.stringify({ method: 'post', action: registry.url + path, enctype })});
      for (const [name, value] of Object.entries(${JSON.stringify(fields)}))
        form.append(Object.assign(document.createElement('input'), { name, value }));
      document.body.append(form);
      form.submit();
    })()`);
    await page.waitForURL(registry.url + path);
    return (await answered).status();
  };
  const sessionOf = async ({ email, password }: { email: string; password: string }) =>
    (await registry.as(email, password)).headers['cookie']?.split('=')[1] ?? '';
  const isUntouched = async (before: string) => {
    expect(await registry.api.get(`/tenants/${victim.id}`)).toMatchObject({ status: 'active' });
    expect(await session()).toBe(before);
  };

  it.each(['localhost', '127.0.0.1'])('changes nothing by forms and scripts (from %s)', async (host) => {
    const before = await session();
    const disable = `/api/v1/tenants/${victim.id}:disable`;
    for (const enctype of ['text/plain', 'application/x-www-form-urlencoded']) {
      await visit(host);
      expect(await sendForm(disable, { '{"reason":"': '"}' }, enctype)).toBe(403);
    }
    await visit(host);
    const other = await registry.createUser(victim.id);
    expect(await sendForm('/login', other, 'application/x-www-form-urlencoded')).toBe(403);

    await visit(host);
    const asked = await page.evaluate<string[]>(`(async () => {
      const ask = (path, more) => fetch(${JSON.stringify(registry.url)} + path, { credentials: 'include', ...more })
        .then((answer) => answer.type + ' ' + answer.status, (error) => error.name);
      const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      return [
        await ask(${JSON.stringify(disable)}, json),
        await ask(${JSON.stringify(disable)}, { method: 'POST', mode: 'no-cors', body: '{}' }),
        await ask('/api/v1/sessions/current', { method: 'DELETE' }),
      ];
    })()`);
    expect(asked).toEqual(['TypeError', 'TypeError', 'TypeError']);
    await isUntouched(before);
  });

  it.each(['localhost', '127.0.0.1'])(
    'reads and hears nothing, and frames nothing (from %s)',
    async (host) => {
      await visit(host);
      const found = await page.evaluate<Record<string, string>>(`(async () => {
      const url = ${JSON.stringify(registry.url)};
      const read = (path) => fetch(url + path, { credentials: 'include' }).then((answer) => answer.text(), () => 'refused');
      const listen = () => new Promise((resolve) => {
        const events = new EventSource(url + '/api/v1/events', { withCredentials: true });
        for (const kind of ['open', 'message', 'error'])
          events.addEventListener(kind, () => { events.close(); resolve(kind); });
      });
      // MQTT's CONNECT, as version 3.1.1 with no name and a clean session; CONNACK's fourth byte is the answer.
      const hello = new Uint8Array([0x10, 12, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 0]);
      const dial = (path, protocols) => new Promise((resolve) => {
        const socket = new WebSocket(url.replace('http', 'ws') + path, protocols);
        socket.binaryType = 'arraybuffer';
        socket.addEventListener('open', () => socket.send(hello));
        socket.addEventListener('message', ({ data }) => resolve('refused with ' + new Uint8Array(data)[3]));
        socket.addEventListener('close', () => resolve('closed'));
      });
      const frame = Object.assign(document.createElement('iframe'), { src: url + '/' });
      const framed = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await framed;
      return {
        person: await read('/api/v1/me'),
        page: await read('/login'),
        events: await listen(),
        broker: await dial('/mqtt', 'mqtt'),
        liveDoor: await dial('/api/v1/agent/live/x'),
        eventsDoor: await dial('/api/v1/events'),
      };
    })()`);
      const { broker, ...refused } = found;
      expect(refused).toEqual({
        person: 'refused',
        page: 'refused',
        events: 'error',
        liveDoor: 'closed',
        eventsDoor: 'closed',
      });
      expect(broker).toMatch(/^(refused with [1-5]|closed)$/);
      const [, frame] = page.frames();
      expect(frame?.url()).toMatch(/^chrome-error:/);
    },
  );

  it.each([
    ['one that nobody has', async () => 'chosen-by-a-stranger'],
    ['an earlier one of the same person', () => sessionOf(platformSignIn)],
    ['that of another account', async () => sessionOf(await registry.createUser(victim.id))],
  ])('gains nothing by a session it planted before: %s', async (_name, plant) => {
    const planted = await plant();
    await context.clearCookies();
    await context.addCookies([{ name: sessionName, value: planted, url: registry.url }]);
    expect(planted).not.toBe('');
    await page.goto(`${registry.url}/login?other=1`);
    await page.getByLabel('E-mail').fill(platformSignIn.email);
    await page.getByLabel('Password').fill(platformSignIn.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    expect(await session()).not.toBe(planted);
    const { status } = await fetch(`${registry.url}/api/v1/me`, {
      headers: { cookie: `${sessionName}=${planted}` },
    });
    expect(status).toBe(401);
  });
});
