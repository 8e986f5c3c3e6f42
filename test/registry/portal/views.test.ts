import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('what somebody chose', () => {
  const { page, goto, registry, newContext, world, faults } = portal as Portal;
  const dialog = page.getByRole('dialog');
  const menu = (name: string) => page.getByRole('button', { name, exact: true });
  const item = (name: string) => page.getByRole('menuitem', { name });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());

  it('as a view of the cameras comes back by its name', async () => {
    await goto('/cameras?text=till&state=recording');
    await menu('Views').click();
    await item('Keep this view').click();
    await dialog.getByLabel('Name').fill('Tills');
    await dialog.getByRole('button', { name: 'Keep the view' }).click();
    await expectGone(dialog);
    await expectShown(menu('Tills'));
    await goto('/cameras');
    await menu('Views').click();
    await item('Tills').click();
    await page.waitForURL(/state=recording/);
    expect(new URL(page.url()).searchParams.get('text')).toBe('till');
  });

  it('is renamed, and removed', async () => {
    await menu('Tills').click();
    await item('Rename or remove').click();
    await dialog.getByLabel('Name of Tills').fill('All tills');
    await dialog.getByRole('button', { name: 'Save 1 change' }).click();
    await expectShown(menu('All tills'));
    await menu('All tills').click();
    await item('Rename or remove').click();
    await dialog.getByRole('button', { name: 'Remove All tills' }).click();
    await expectShown(dialog.getByRole('button', { name: 'Keep it' }));
    await dialog.getByRole('button', { name: 'Save 1 change' }).click();
    await expectShown(menu('Views'));
  });

  it('as columns and density of the cameras stays', async () => {
    await goto('/cameras');
    await expectShown(page.getByRole('columnheader', { name: 'Box' }));
    await menu('Columns and density').click();
    const column = (name: string) => page.getByRole('menuitemcheckbox', { name });
    await column('Box').click();
    await expectGone(page.getByRole('columnheader', { name: 'Box' }));
    await column('Last seen').click();
    await column('More rows on a screen').click();
    await expectShown(page.getByRole('columnheader', { name: 'Last seen' }));
    await until(async () => (await page.getByRole('row').nth(1).boundingBox())?.height === 44, {
      what: 'lower rows',
    });
    await page.keyboard.press('Escape');
    await page.reload();
    await expectShown(page.getByRole('columnheader', { name: 'Last seen' }));
    await expectGone(page.getByRole('columnheader', { name: 'Box' }));
  });

  it('holds on every browser: language, light or dark', async () => {
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    await expectShown(page.getByRole('heading', { name: 'Kameras' }));
    const isKept = async () => {
      const kept = await world.ana.api.get<{ language: string; theme: string }>('/me/preferences');
      return kept.language === 'de' && kept.theme === 'dark';
    };
    await until(isKept, { what: 'the choice to be kept' });
    const state = await page.context().storageState();
    const other = await (
      await newContext({ storageState: { cookies: state.cookies, origins: [] } })
    ).newPage();
    await other.goto(`${registry.url}/o/${world.integratorId}/cameras`);
    await expectShown(other.getByRole('heading', { name: 'Kameras' }));
    expect(await other.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await other.context().close();
  });
});
