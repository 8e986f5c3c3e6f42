import { agents } from '@gantry/registry/db/schema/agents.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { newBox } from '../enrolment/box.js';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('boxes', () => {
  const { page, world, registry, goto, row, faults } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));

  it('are listed with their state, each leading to its page, and that to its cameras', async () => {
    await goto('/boxes');
    await expectShown(row('Warehouse 01').getByText('Online', { exact: true }));
    await expectShown(row('Clinic cellar').getByText('Offline', { exact: true }));
    await expectShown(row('Garden shed').getByText('Waiting', { exact: true }));
    await row('Clinic cellar').getByRole('link').click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'Clinic cellar' }));
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.waitForURL(/\/cameras\?agent=agt_/);
    await expectShown(page.getByRole('row').filter({ hasText: 'Roof 2' }));
    // Boxes of others stay out of the list of an integrator below.
    await page.goto(`${registry.url}/o/${world.subIntegratorId}/boxes`);
    await expectShown(page.getByText('Add the first box'));
  });

  it('that wait stand above the list: their words are compared, and they are let in or turned away', async () => {
    const [stays, goes] = [
      await (await newBox()).ask(registry.at(), 'shed'),
      await (await newBox()).ask(registry.at(), 'stranger'),
    ];
    await goto('/boxes');
    await expectShown(page.getByRole('heading', { name: '1 box waits to be let in' }));
    // Whoever stands before them told their codes.
    for (const { userCode } of [stays, goes]) await world.ana.api.get(`/claims/${userCode}`);
    await expectShown(page.getByRole('heading', { name: '3 boxes wait to be let in' }));

    await page.getByRole('button', { name: 'Turn away stranger' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn it away' }).click();
    await expectShown(page.getByRole('heading', { name: '2 boxes wait to be let in' }));

    await page.getByRole('button', { name: 'Let in shed' }).click();
    const dialog = page.getByRole('dialog');
    await expectShown(dialog.getByText(stays.words.join(' ')));
    await dialog.getByLabel('Name of the box').fill('Shed');
    await dialog.getByLabel('New cameras go to').fill('Bakery');
    await page.getByRole('option', { name: 'Bakery Sunrise' }).click();
    await expectShown(dialog.getByLabel('By the plan'));
    await dialog.getByRole('button', { name: 'The words match: let it in' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'Shed' }));
    await expectShown(page.getByText('They go to Bakery Sunrise at once, by the plan Standard.'));
    await page.getByRole('link', { name: 'All boxes' }).click();
    await expectShown(row('Shed').getByText('Waiting', { exact: true }));
    await expectShown(page.getByRole('heading', { name: '1 box waits to be let in' }));
  });

  it('are added by one command and a code; the dialog goes on by itself until there are cameras', async () => {
    await page.goto(`${registry.url}/o/${world.integratorId}`);
    await page.getByRole('link', { name: 'Boxes' }).click();
    await page.getByRole('button', { name: 'Add a box' }).click();
    const dialog = page.getByRole('dialog');
    await expectShown(dialog.getByText(`curl -fsSL ${registry.url}/install | sudo sh`));
    const claim = await (await newBox()).ask(registry.at());
    await dialog.getByLabel('Code on the box').fill(claim.userCode.toLowerCase());
    const [approval] = await Promise.all([
      page.context().waitForEvent('page'),
      dialog.getByRole('button', { name: 'Compare and let in' }).click(),
    ]);
    await expectShown(approval.getByText('warehouse-01').first());
    await approval.close();
    const { id } = await world.ana.api.post<{ id: AgentId }>(`/claims/${claim.userCode}:approve`, {
      integratorId: world.integratorId,
      name: 'Attic',
    });
    await expectShown(dialog.getByText('Attic is let in'));
    await expectShown(dialog.getByText('Waiting for the box to say hello…'));
    const { db } = registry.context;
    await db.update(agents).set({ presence: 'online', lastHeardAt: new Date() }).where(eq(agents.id, id));
    await expectShown(dialog.getByText('The box is connected'));
    await world.addCameras(3, (index) => ({ agentId: id, name: `Beam ${index + 1}` }));
    await expectShown(dialog.getByText('3 cameras found'));
    await dialog.getByRole('link', { name: 'Show them' }).click();
    await expectShown(row('Beam 2'));
    await expectGone(dialog);
  });
});
