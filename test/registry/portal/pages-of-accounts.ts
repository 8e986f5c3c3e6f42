import { inside, rowOf, type ShownPage } from './shown-page.js';
import type { World } from './world.js';

/** Customers and integrators, their people, roles and keys, and a person's own account. */
export function pagesOfAccounts(world: World): ShownPage[] {
  const scope = `/o/${world.integratorId}`;
  return [
    inside('customers', `${scope}/customers`, rowOf('Bakery Sunrise')),
    inside('me', `${scope}/me`, (page) => page.getByRole('button', { name: 'Set up an app' }).waitFor()),
    inside('me-app', `${scope}/me`, async (page) => {
      await page.getByRole('button', { name: 'Set up an app' }).click();
      await page.getByLabel('Six digits').waitFor();
    }),
    inside('customers-disable', `${scope}/customers`, async (page) => {
      await page.getByRole('button', { name: 'What to do with Bakery Sunrise' }).click();
      await page.getByRole('menuitem', { name: 'Disable' }).click();
      await page.getByText(/stop recording at once/).waitFor();
    }),
    inside('customers-delete', `${scope}/customers`, async (page) => {
      await page.getByRole('button', { name: 'What to do with Farm Shop' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByText('This cannot be undone').waitFor();
    }),
    inside('customers-move', `${scope}/customers`, async (page) => {
      await page.getByRole('button', { name: 'What to do with Bakery Sunrise' }).click();
      await page.getByRole('menuitem', { name: 'Move' }).click();
      await page.getByRole('option', { name: 'Sub West' }).click();
      await page.getByText(/look after it/).waitFor();
    }),
    inside('account', `/o/${world.butcherId}/account`, (page) =>
      page.getByRole('figure', { name: 'Stored' }).locator('canvas').waitFor(),
    ),
    inside('account-table', `/o/${world.butcherId}/account?table=true`, (page) =>
      page.getByRole('row').nth(5).waitFor(),
    ),
    inside('account-profile', `/o/${world.bakeryId}/account?tab=profile`, (page) =>
      page.getByLabel('Phone').waitFor(),
    ),
    inside('account-access', `/o/${world.bakeryId}/account?tab=modules`, (page) =>
      page.getByRole('switch').first().waitFor(),
    ),
    inside('account-off', `/o/${world.offId}/account`, (page) =>
      page.getByText('Off — disabled: contract ended').waitFor(),
    ),
    inside('new-customer', `${scope}/customers/new`, async (page) => {
      await page.getByText('First user').click();
      await page.getByLabel('Let somebody in right away').check();
    }),
    inside('settings', `${scope}/settings`, (page) => page.getByText(/Can be read/).waitFor()),
    inside('settings-unreadable', `${scope}/settings`, async (page) => {
      await page.getByText(/Can be read/).waitFor();
      await page.getByLabel('Colour', { exact: true }).fill('#fab005');
      await page.getByText(/Hard to read/).waitFor();
    }),
    inside('users', `${scope}/users`, rowOf('Ivo Neumann')),
    inside('users-no-match', `${scope}/users?text=nobody-like-this`, (page) =>
      page.getByText(/^Nobody matches/).waitFor(),
    ),
    inside('users-empty', `/o/${world.butcherId}/users`, (page) =>
      page.getByText('Nobody signs in for Butcher Klein yet').waitFor(),
    ),
    inside('users-invite', `${scope}/users`, async (page) => {
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByLabel('How they get in').selectOption('A password that I choose');
    }),
    ...(
      [
        ['change', 'Change', 'Ivo Neumann', 'Kind'],
        ['resend', 'Send a new link', 'Ivo Neumann', 'The link before ends'],
        ['disable', 'Disable', 'Ivo Neumann', 'Is not signed in now'],
        ['enable', 'Enable', 'Gus Guard', 'place back'],
        ['factor', 'Reset the second factor', 'Gus Guard', 'There is no second factor'],
        ['remove', 'Remove', 'Ivo Neumann', 'Disable instead'],
      ] as const
    ).map(([name, item, person, text]) =>
      inside(`users-${name}`, `${scope}/users`, async (page) => {
        await page.getByRole('button', { name: `What to do with ${person}` }).click();
        await page.getByRole('menuitem', { name: item, exact: true }).click();
        await page.getByRole('dialog').getByText(text).first().waitFor();
      }),
    ),
    inside('roles', `/o/${world.bakeryId}/roles`, rowOf('Night watch')),
    inside('roles-none', `${scope}/roles`, (page) => page.getByText('No role yet').waitFor()),
    inside('roles-change', `/o/${world.bakeryId}/roles`, async (page) => {
      await page.getByRole('button', { name: 'What to do with Night watch' }).click();
      await page.getByRole('menuitem', { name: 'Change' }).click();
      await page.getByRole('button', { name: 'Take Front door out' }).waitFor();
    }),
    inside('roles-create', `/o/${world.bakeryId}/roles`, async (page) => {
      await page.getByRole('button', { name: 'Create a role' }).click();
      await page.getByRole('button', { name: 'Operator' }).click();
    }),
    inside('support', `/o/${world.cafeId}/support`, (page) => page.getByText(/^You act for/).waitFor()),
    inside('support-none', `/o/${world.bakeryId}/support`, (page) =>
      page.getByText('Nobody was let in').waitFor(),
    ),
    inside('api-keys', `${scope}/api-keys`, rowOf('Alarm desk')),
    inside('api-keys-create', `${scope}/api-keys`, async (page) => {
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByLabel('Only these parts').check();
      await page.getByLabel('Configure cameras').check();
    }),
    inside('api-keys-secret', `/o/${world.subIntegratorId}/api-keys`, async (page) => {
      await page.getByRole('button', { name: 'Create a key' }).first().click();
      await page.getByRole('dialog').getByLabel('Name').fill('For the picture');
      await page.getByRole('button', { name: 'Create the key' }).click();
      await page.getByRole('button', { name: 'I saved it' }).waitFor();
    }),
    {
      name: 'welcome',
      path: `/o/${world.platformId}/welcome`,
      who: 'platform',
      ready: (page) => page.getByText(/^This registry answers · /).waitFor(),
    },
    {
      name: 'platform',
      path: `/o/${world.platformId}/platform`,
      who: 'platform',
      ready: (page) => page.getByText(/^This registry answers · /).waitFor(),
    },
  ];
}
