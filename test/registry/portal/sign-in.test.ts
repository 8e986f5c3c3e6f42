import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { platformSignIn, startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { launchBrowser, watchFaults } from './browser.js';

const browser: Browser | null = await launchBrowser();

describe.skipIf(browser === null)('the pages before the portal', () => {
  let registry: TestRegistry;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  beforeEach(async () => {
    page = await (browser as Browser).newPage({ locale: 'en-GB' });
    page.setDefaultTimeout(30_000);
    faults = watchFaults(page);
  });
  afterAll(async () => {
    await browser?.close();
    await registry?.close();
  });

  const signIn = async (email: string, password: string) => {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const title = () => page.getByRole('heading', { level: 1 }).innerText();

  it('let in who knows the password, tell who does not, and lead to what was asked for', async () => {
    const address = `${registry.url}/o/${registry.platformId}/customers?text=shop`;
    await page.goto(address);
    await signIn(platformSignIn.email, 'not-the-password');
    await page.getByRole('alert').getByText('E-mail or password is wrong').waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).toBe(platformSignIn.email);
    await signIn(platformSignIn.email, platformSignIn.password);
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(page.url()).toBe(address);
    expect(faults).toEqual([]);
  });

  it('never lead to another site', async () => {
    await page.goto(`${registry.url}/login?next=//evil.example/x`);
    await signIn(platformSignIn.email, platformSignIn.password);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    expect(new URL(page.url()).host).toBe(new URL(registry.url).host);
  });

  it('refuse a form that another site sent, also the right password', async () => {
    const { email, password } = platformSignIn;
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await fetch(`${registry.url}/login`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ email, password }),
        redirect: 'manual',
      });
      expect({ origin, status: answer.status, cookie: answer.headers.get('set-cookie') }).toEqual({
        origin,
        status: 403,
        cookie: null,
      });
    }
  });

  it('ask for a new password first where that is a duty, and go on then', async () => {
    const shop = await registry.createCustomer((await registry.createIntegrator()).id, {
      newUsers: { confirmEmail: false, changePassword: true },
    });
    const { email, password } = await registry.createUser(shop.id);
    await page.goto(`${registry.url}/login`);
    await signIn(email, password);
    expect(await title()).toBe('Choose a password of your own first');
    await page.getByLabel('Current password').fill(password);
    await page.getByLabel('Password, at least 8 characters').fill('my-own-password');
    await page.getByLabel('The same again').fill('my-own-password!');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('alert').getByText('not the same').waitFor();
    await page.getByLabel('Current password').fill(password);
    await page.getByLabel('Password, at least 8 characters').fill('my-own-password');
    await page.getByLabel('The same again').fill('my-own-password');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('tell somebody whose account is off so, and nothing else', async () => {
    const north = await registry.createIntegrator();
    const { email, password } = await registry.createUser(north.id);
    await registry.api.post(`/tenants/${north.id}:disable`);
    await page.goto(`${registry.url}/login`);
    await signIn(email, password);
    await page.getByRole('alert').getByText('This account is switched off').waitFor();
    expect(await page.getByText(north.name).count()).toBe(0);
  });

  it('speak the language of the browser', async () => {
    const answer = await fetch(`${registry.url}/login`, {
      headers: { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' },
    });
    expect(await answer.text()).toContain('<h1>Anmelden</h1>');
  });
});
