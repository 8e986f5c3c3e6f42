import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

interface Roles {
  items: { name: string; family: string; allCameras: string[]; cameras: { permissions: string[] }[] }[];
}

describe.skipIf(portal === null)('roles of a tenant', () => {
  const { page, world, registry, row, faults } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));
  const dialog = page.getByRole('dialog');
  const roleNamed = async (name: string) =>
    (await world.ana.api.get<Roles>(`/roles?tenant=${world.bakeryId}`)).items.find(
      (one) => one.name === name,
    );
  const ask = async (role: string, act: string) => {
    await page.getByRole('button', { name: `What to do with ${role}` }).click();
    await page.getByRole('menuitem', { name: act, exact: true }).click();
  };

  it('say who may do what, on all cameras or on some (R30)', async () => {
    await page.goto(`${registry.url}/o/${world.bakeryId}/users`);
    await page.getByRole('link', { name: 'Roles' }).click();
    await expectShown(row('Night watch').getByText('1 camera').first());
    await expectShown(row('Shift lead').getByText('All').first());
    await expectShown(row('Shift lead').getByText('Guard · 0 people'));
  });

  it('begin with a template, and list single cameras beside it', async () => {
    await page.getByRole('button', { name: 'Create a role' }).click();
    await dialog.getByRole('button', { name: 'Operator' }).click();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Operator');
    // Who does not see a camera does nothing else with it either.
    await dialog.getByRole('checkbox', { name: 'Watch on all cameras' }).uncheck();
    await expectShown(dialog.getByRole('checkbox', { name: 'Clips on all cameras', checked: false }));
    await dialog.getByLabel('Single cameras').fill('Till');
    await page.getByRole('option', { name: 'Till' }).first().click();
    await dialog.getByRole('checkbox', { name: 'Steer on Till' }).check();
    await dialog.getByRole('button', { name: 'Create the role' }).click();
    await expectShown(row('Operator').getByText('1 camera').first());
    expect(await roleNamed('Operator')).toMatchObject({
      family: 'guard',
      allCameras: [],
      cameras: [{ permissions: ['view', 'ptz'] }],
    });
  });

  it('are duplicated, changed at once for those who have them, and removed when nobody does', async () => {
    await ask('Shift lead', 'Duplicate');
    await dialog.getByRole('button', { name: 'Create the role' }).click();
    await expectShown(row('Shift lead (copy)'));
    await ask('Shift lead (copy)', 'Change');
    await dialog.getByRole('checkbox', { name: 'Share on all cameras' }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expectGone(dialog);
    expect((await roleNamed('Shift lead (copy)'))?.allCameras).toContain('share');

    await ask('Shift lead (copy)', 'Remove');
    await dialog.getByRole('button', { name: 'Remove the role' }).click();
    await expectGone(row('Shift lead (copy)'));

    const { items } = await world.ana.api.get<{ items: { id: string; name: string }[] }>(
      `/roles?tenant=${world.bakeryId}`,
    );
    const roleId = items.find(({ name }) => name === 'Night watch')?.id;
    await world.ana.api.post('/users', {
      tenantId: world.bakeryId,
      name: 'Nia Night',
      email: 'nia@bakery.example',
      family: 'guard',
      roleIds: [roleId],
      password: 'a-good-password',
    });
    await page.reload();
    await expectShown(row('Night watch').getByText('Guard · 1 person'));
    await ask('Night watch', 'Remove');
    await expectShown(dialog.getByText('1 person has it.', { exact: false }));
    await expectShown(dialog.getByRole('button', { name: 'Remove the role' }).and(page.locator(':disabled')));
  });

  it('that are named like another say so at the field', async () => {
    await page.goto(`${registry.url}/o/${world.bakeryId}/roles`);
    await page.getByRole('button', { name: 'Create a role' }).click();
    await dialog.getByLabel('Name').fill('Night watch');
    await dialog.getByRole('button', { name: 'Create the role' }).click();
    await expectShown(dialog.getByText('Is taken'));
  });
});
