import { pagesOfAccounts } from './pages-of-accounts.js';
import { before, heading, inside, rowOf, type ShownPage } from './shown-page.js';
import { waitingCode, type World } from './world.js';

/** Every page before and in the portal, and the dialogs that stand open on them. Whoever adds a page adds it here. */
export function pagesOf(world: World): ShownPage[] {
  const scope = `/o/${world.integratorId}`;
  return [
    before('login', '/login', 'Sign in'),
    before('forgotten', '/forgotten', 'A new password'),
    before('link-ended', '/activate/unknown', 'This did not work'),
    before('share-ended', '/s/unknown', 'There is no such link'),
    before('problem', '/problems/selection_changed', 'The selection changed meanwhile'),
    before('claim-code', '/e', 'Let a box in'),
    before('claim-sign-in', `/e/${waitingCode}`, 'Let a box in'),
    inside('claim', `/e/${waitingCode}`, heading('Let this box in?')),
    inside('home', scope, (page) => page.getByText(/^Clinic cellar offline/).waitFor()),
    inside('home-new', `/o/${world.subIntegratorId}`, (page) => page.getByText('First steps').waitFor()),
    inside('navigation', scope, async (page) => {
      await page.getByText(/^Clinic cellar offline/).waitFor();
      const opener = page.getByRole('button', { name: 'Show the pages' });
      if (await opener.isVisible()) await opener.click();
    }),
    // What it covers by half on other pages is not a small target.
    inside('scope', `${scope}/nothing-here`, async (page) => {
      await page.getByRole('button', { name: 'Change whom you work for' }).click();
      await page.getByRole('option', { name: 'Bakery Sunrise' }).waitFor();
    }),
    inside('search', scope, async (page) => {
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByPlaceholder(/serial/).fill('Door');
      await page.getByRole('dialog').getByText('Front door').first().waitFor();
    }),
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
    inside('expected', `${scope}/cameras/expected`, rowOf('Till at the back')),
    inside('expected-none', `/o/${world.subIntegratorId}/cameras/expected`, (page) =>
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
      await page.getByLabel('Boxes at most').waitFor();
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
    ...pagesOfAccounts(world),
    inside('not-found', `${scope}/nothing-here`, heading('There is nothing at this address')),
  ];
}
