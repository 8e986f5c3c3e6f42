import type { Page } from 'playwright-core';
import type { World } from './world.js';

/** A page as it is looked at and checked: where it is, when it is there, what stands open on it. */
export interface ShownPage {
  name: string;
  path: string;
  signedIn: boolean;
  /** Resolves when the page shows what it is about. */
  ready(page: Page): Promise<unknown>;
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const rowOf = (text: string) => (page: Page) =>
  page.getByRole('row').filter({ hasText: text }).first().waitFor();

/** Every page of the portal, and the dialogs that stand open on them. Whoever adds a page adds it here. */
export function pagesOf(world: World): ShownPage[] {
  const scope = `/o/${world.integratorId}`;
  const before = (name: string, path: string, title: string): ShownPage => ({
    name,
    path,
    signedIn: false,
    ready: heading(title),
  });
  const inside = (name: string, path: string, ready: ShownPage['ready']): ShownPage => ({
    name,
    path,
    signedIn: true,
    ready,
  });
  return [
    before('login', '/login', 'Sign in'),
    before('forgotten', '/forgotten', 'A new password'),
    before('link-ended', '/activate/unknown', 'This did not work'),
    inside('home', scope, (page) => page.getByText(/^Clinic cellar offline/).waitFor()),
    inside('home-new', `/o/${world.subIntegratorId}`, (page) => page.getByText('First steps').waitFor()),
    inside('cameras', `${scope}/cameras`, rowOf('Front door')),
    inside('cameras-no-match', `${scope}/cameras?text=nothing-like-this`, (page) =>
      page.getByText(/No camera matches/).waitFor(),
    ),
    inside('cameras-chosen', `${scope}/cameras`, async (page) => {
      await rowOf('Front door')(page);
      await page.getByRole('checkbox', { name: 'Select all that are shown' }).click();
      await page.getByRole('region', { name: 'Chosen cameras' }).waitFor();
    }),
    inside('cameras-view', `${scope}/cameras?state=offline`, async (page) => {
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: 'Keep this view' }).click();
      await page.getByRole('dialog').getByLabel('Name').waitFor();
    }),
    inside('cameras-look', `${scope}/cameras`, async (page) => {
      await rowOf('Front door')(page);
      await page.getByRole('button', { name: 'Columns and density' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Last seen' }).waitFor();
    }),
    inside('cameras-bind', `${scope}/cameras?state=unassigned`, async (page) => {
      await page.getByRole('row').nth(1).waitFor();
      await page
        .getByRole('button', { name: /^What to do with/ })
        .first()
        .click();
      await page.getByRole('menuitem', { name: 'Assign to a customer' }).click();
      await page.getByRole('option', { name: 'Bakery Sunrise' }).waitFor();
    }),
    inside('import', `${scope}/cameras/import`, (page) =>
      page.getByRole('button', { name: 'Choose a file' }).waitFor(),
    ),
    inside('import-checked', `${scope}/cameras/import`, async (page) => {
      await page.locator('input[type=file]').setInputFiles({
        name: 'site.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(
          [
            'id,mac,name,customer,plan,colour',
            `${world.bakeryCameraId},,Entrance,,,red`,
            ',00:40:8c:12:34:56,To come,Butcher Klein,Standard,',
            ',nonsense,Yard,Butcher Klein,Standard,',
            ',00:40:8c:12:34:57,Hall,Nobody,Standard,',
          ].join('\n'),
        ),
      });
      await page.getByText('There is no customer “Nobody”').waitFor();
    }),
    inside('expected', `${scope}/cameras/expected`, (page) =>
      page.getByText('No camera is expected').waitFor(),
    ),
    inside('developer', `${scope}/developer?text=bindCameras`, async (page) => {
      await page.getByText('Bind cameras to a customer with a plan').click();
      await page.getByText('As a command').waitFor();
    }),
    inside('developer-events', `${scope}/developer?tab=events`, (page) =>
      page.getByText('camera.registered').waitFor(),
    ),
    inside('developer-problems', `${scope}/developer?tab=problems`, (page) =>
      page.getByRole('link', { name: 'selection_changed' }).waitFor(),
    ),
    inside('operations', `${scope}/operations`, rowOf('Turn cameras off')),
    inside('operations-one', `${scope}/operations`, async (page) => {
      await page.getByRole('button', { name: 'Turn cameras off' }).click();
      await page.getByRole('dialog').getByText('2 of 2, 1 failed').waitFor();
    }),
    inside('operations-tray', scope, async (page) => {
      await page.getByRole('button', { name: /^Work in the background/ }).click();
      await page.getByRole('link', { name: 'Turn cameras off' }).waitFor();
    }),
    inside('boxes', `${scope}/boxes`, rowOf('Garden shed')),
    inside('boxes-none', `/o/${world.subIntegratorId}/boxes`, (page) =>
      page.getByText('Add the first box').waitFor(),
    ),
    inside('boxes-approve', `${scope}/boxes`, async (page) => {
      await page.getByRole('button', { name: 'Let in cellar-2' }).click();
      await page.getByRole('dialog').getByText('same three words').waitFor();
    }),
    inside('box', `${scope}/boxes/${world.agentIds[2]}`, (page) =>
      page.getByRole('link', { name: 'Show all' }).waitFor(),
    ),
    inside('box-offline', `${scope}/boxes/${world.agentIds[2]}?tab=network`, (page) =>
      page.getByText('What to look at where it stands').waitFor(),
    ),
    inside('box-rule', `${scope}/boxes/${world.agentIds[0]}`, async (page) => {
      await page.getByRole('button', { name: 'Change where they go' }).click();
      await page.getByRole('dialog').getByLabel('By the plan').waitFor();
    }),
    inside('box-offer', `${scope}/boxes/${world.agentIds[0]}`, async (page) => {
      await page.getByRole('button', { name: 'More to do with this box' }).click();
      await page.getByRole('menuitem', { name: 'Hand to another integrator' }).click();
      await page.getByLabel('Or any other by its id').waitFor();
    }),
    inside('box-let-go', `${scope}/boxes/${world.agentIds[0]}`, async (page) => {
      await page.getByRole('button', { name: 'More to do with this box' }).click();
      await page.getByRole('menuitem', { name: 'Let go' }).click();
      await page.getByText('stay here').waitFor();
    }),
    inside('keys', `${scope}/keys`, rowOf('Vans 2026')),
    inside('keys-none', `/o/${world.subIntegratorId}/keys`, (page) => page.getByText('No key yet').waitFor()),
    inside('keys-create', `${scope}/keys`, async (page) => {
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByRole('dialog').getByLabel('Several boxes').check();
      await page.getByLabel('At most so many boxes').waitFor();
    }),
    inside('keys-secret', `${scope}/keys`, async (page) => {
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('One for the picture');
      await page.getByRole('button', { name: 'Create the key' }).click();
      await page.getByRole('button', { name: 'I saved it' }).waitFor();
    }),
    inside('boxes-add', `${scope}/boxes?add=true`, (page) => page.getByLabel('Code on the box').waitFor()),
    inside('camera', `${scope}/cameras/${world.butcherCameraId}`, heading(/./)),
    inside('camera-live', `${scope}/cameras/${world.butcherCameraId}?tab=live`, (page) =>
      page.getByRole('button', { name: 'Full screen' }).waitFor(),
    ),
    inside('camera-recordings', `${scope}/cameras/${world.butcherCameraId}?tab=recordings`, async (page) => {
      await page.getByRole('slider').waitFor();
      await page.getByRole('list').last().waitFor();
    }),
    inside('camera-not-yours', `${scope}/cameras/${world.bakeryCameraId}?tab=recordings`, (page) =>
      page.getByText('You do not see this video').waitFor(),
    ),
    inside('camera-settings', `${scope}/cameras/${world.butcherCameraId}?tab=settings`, async (page) => {
      await page.getByRole('radio', { name: 'By a schedule' }).check();
      await page.getByRole('button', { name: 'Add a time' }).waitFor();
    }),
    inside('camera-diagnostics', `${scope}/cameras/${world.butcherCameraId}?tab=diagnostics`, (page) =>
      page.getByRole('heading', { name: 'Hardware' }).waitFor(),
    ),
    inside('camera-history', `${scope}/cameras/${world.butcherCameraId}?tab=history`, (page) =>
      page
        .getByRole('button', { name: /^Details/ })
        .first()
        .waitFor(),
    ),
    inside('camera-history-entry', `${scope}/cameras/${world.butcherCameraId}?tab=history`, async (page) => {
      await page
        .getByRole('button', { name: /^Details/ })
        .first()
        .click();
      await page.getByRole('dialog').getByRole('table').waitFor();
    }),
    inside('camera-tags', `${scope}/cameras/${world.butcherCameraId}`, async (page) => {
      await page.getByRole('button', { name: 'More to do with this camera' }).click();
      await page.getByRole('menuitem', { name: 'Change tags' }).click();
      await page.getByRole('dialog').getByLabel('Tags').waitFor();
    }),
    inside('camera-share', `${scope}/cameras/${world.butcherCameraId}`, async (page) => {
      await page.getByRole('button', { name: 'More to do with this camera' }).click();
      await page.getByRole('menuitem', { name: 'Share live by a link' }).click();
      await page.getByRole('dialog').getByLabel('For whom').waitFor();
    }),
    inside('recordings', `${scope}/recordings?text=Klein`, (page) =>
      page.getByText('No camera matches “Klein”').waitFor(),
    ),
    inside('recordings-wall', `${scope}/recordings`, async (page) => {
      await page.getByRole('link', { name: 'Front door' }).first().waitFor();
      await page
        .getByText('You do not see this video')
        .or(page.getByText('No picture yet'))
        .first()
        .waitFor();
    }),
    inside('recordings-clips', `${scope}/recordings?tab=clips`, (page) =>
      page.getByText('No clips yet').waitFor(),
    ),
    inside('recordings-links', `${scope}/recordings?tab=links`, (page) =>
      page.getByText('No link works at the moment').waitFor(),
    ),
    inside('events', `${scope}/events`, rowOf('disabled')),
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
    inside('not-found', `${scope}/nothing-here`, heading('There is nothing at this address')),
  ];
}
