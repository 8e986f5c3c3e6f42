import { get } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { until } from '../../support/until.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

const drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>';

describe.skipIf(portal === null)('the settings of an integrator', () => {
  const { page, world, registry, goto, faults, newContext } = portal as Portal;
  const region = page.getByRole('region', { name: 'Branding' });
  const brand = page.getByRole('banner').getByRole('link').first();
  beforeAll(() => goto('/settings'));
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());

  it('propose the nearest colour that can be read, and show it before it is kept', async () => {
    await expectShown(region.getByText('Can be read: contrast 6.8:1 to white'));
    await region.getByLabel('Colour', { exact: true }).fill('#fab005');
    await expectShown(region.getByText('Hard to read: contrast 1.9:1 to white'));
    await region.getByRole('button', { name: /^Take #\w{6} instead/ }).click();
    await expectShown(region.getByText('Can be read: contrast 4.5:1 to white'));
    await region.getByLabel('Product name').fill('NorthCam');
    await expectShown(region.getByText('NorthCam').first());
  });

  it('dress the portal at once, and every page that people below meet', async () => {
    await region
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        name: 'logo.svg',
        mimeType: 'image/svg+xml',
        buffer: Buffer.from(drawing),
      });
    await region.getByLabel('E-mail').fill('help@north.example');
    await region.getByRole('button', { name: 'Save' }).click();
    await expectShown(page.getByText('Saved', { exact: true }));
    await expectShown(brand.getByText('NorthCam'));
    await until(async () => (await page.title()) === 'Settings · NorthCam', { what: 'the title of the tab' });
    await page.reload();
    await expectShown(brand.getByText('NorthCam'));
    expect(await brand.locator('img').getAttribute('src')).toMatch(/^\/api\/v1\/branding\/images\//);

    const made = await world.ana.api.post<{ link: string }>('/users', {
      tenantId: world.bakeryId,
      name: 'Nora New',
      email: 'nora@bakery.example',
      activation: 'display_link',
    });
    const guest = await (await newContext()).newPage();
    await guest.goto(made.link);
    await expectShown(guest.getByText('You were given access to Bakery Sunrise'));
    await expectShown(guest.getByRole('link', { name: 'help@north.example' }));
    expect(await guest.title()).toBe('Choose your password · NorthCam');
    expect(await guest.content()).toMatch(/--act:#9[0-9a-f]{5};/);
    await guest.context().close();
  });

  it('let the platform give a host name, under which strangers see the brand', async () => {
    expect(await region.getByLabel('Own address').isDisabled()).toBe(true);
    const { version } = await registry.api.get<{ version: number }>(
      `/tenants/${world.integratorId}/branding`,
    );
    await registry.api.patch(
      `/tenants/${world.integratorId}/branding`,
      { host: 'cams.north.example' },
      version,
    );
    const pageAt = (host: string) =>
      new Promise<string>((resolve, reject) => {
        get(`${registry.url}/login`, { headers: { host } }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => (text += part));
          answer.on('end', () => resolve(text));
        }).on('error', reject);
      });
    expect(await pageAt('cams.north.example:8080')).toContain('NorthCam');
    expect(await pageAt('other.example')).not.toContain('NorthCam');
  });

  it('show both versions when somebody else changed them meanwhile', async () => {
    // Ana's page still stands at the version before the platform's.
    await region.getByLabel('Product name').fill('North Eye');
    await region.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog');
    await expectShown(dialog.getByRole('row', { name: /Own address cams.north.example/ }));
    await expectShown(dialog.getByRole('row', { name: /Product name NorthCam North Eye/ }));
    await dialog.getByRole('button', { name: 'Save mine' }).click();
    await expectGone(dialog);
    await expectShown(brand.getByText('North Eye'));
  });

  it('say what is refused at its field, and how the address lookup answers', async () => {
    await region.getByLabel('Web page').fill('http://north.example');
    await region.getByRole('button', { name: 'Save' }).click();
    await expectShown(region.locator('input[type=url][aria-invalid=true]'));
    await page.getByLabel('Words of an address').fill('Mill Lane');
    await page.getByRole('button', { name: 'Look it up' }).click();
    await expectShown(page.getByText('No lookup is set up'));
  });
});
