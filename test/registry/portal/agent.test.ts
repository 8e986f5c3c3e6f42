import { agents } from '@gantry/registry/db/schema/agents.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('a box', () => {
  const { page, world, registry, goto, faults } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));
  const [bakery, warehouse, cellar] = world.agentIds as [AgentId, AgentId, AgentId];
  const dialog = page.getByRole('dialog');
  const ask = async (act: string) => {
    await page.getByRole('button', { name: 'More to do with this box' }).click();
    await page.getByRole('menuitem', { name: act, exact: true }).click();
  };

  it('says whether it is heard, whether it does what is wanted, and what waits on its disk', async () => {
    await registry.context.db
      .update(agents)
      .set({ spoolSegments: 12, spoolSizeBytes: 48_000_000, generation: 7, acceptedGeneration: 7 })
      .where(eq(agents.id, cellar));
    await goto(`/boxes/${cellar}`);
    await expectShown(page.getByRole('heading', { level: 1, name: 'Clinic cellar' }));
    await expectShown(page.getByText('Offline', { exact: true }).first());
    await expectShown(page.getByText('12 pieces, 48 MB'));
    await expectShown(page.getByText('Not heard', { exact: true }));
    await expectShown(page.getByText('They wait to be assigned.'));
    // Nothing is offered that an offline box cannot do.
    await expectGone(page.getByRole('button', { name: 'Search for cameras' }));
    await page.getByRole('tab', { name: 'Network' }).click();
    await expectShown(page.getByText('What to look at where it stands, in this order:'));
  });

  it('is renamed, and told where its new cameras go', async () => {
    await goto(`/boxes/${warehouse}`);
    await ask('Rename');
    await dialog.getByLabel('Name').fill('Warehouse north');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'Warehouse north' }));
    await page.getByRole('button', { name: 'Change where they go' }).click();
    await dialog.getByLabel('New cameras go to').fill('Butcher');
    await page.getByRole('option', { name: 'Butcher Klein' }).click();
    await dialog.getByRole('button', { name: 'Assign them to Butcher Klein' }).click();
    await expectShown(page.getByText('They go to Butcher Klein at once, by the plan Standard.'));
    await page.getByRole('button', { name: 'Change where they go' }).click();
    await dialog.getByRole('button', { name: 'Let new cameras wait' }).click();
    await dialog.getByRole('button', { name: 'Let them wait' }).click();
    await expectShown(page.getByText('They wait to be assigned.'));
    await page.getByRole('tab', { name: 'History' }).click();
    await expectShown(page.getByText('Ana Field renamed the agent Warehouse 01 to Warehouse north'));
  });

  it('that two machines seem to be is looked into', async () => {
    await registry.context.db
      .update(agents)
      .set({ conflict: 'Two boots took turns on its connection.' })
      .where(eq(agents.id, warehouse));
    await goto(`/boxes/${warehouse}`);
    await expectShown(page.getByText('Two boots took turns on its connection.'));
    await page.getByRole('button', { name: 'I looked into it' }).click();
    await expectGone(page.getByText('Two boots took turns on its connection.'));
  });

  it('is replaced by another, which has its cameras then', async () => {
    const { cameras } = await world.ana.api.get<{ cameras: number }>(`/agents/${bakery}`);
    await goto(`/boxes/${bakery}`);
    await ask('Replace by another box');
    await dialog.getByRole('radio', { name: 'Garden shed' }).check();
    await dialog.getByRole('button', { name: `Hand ${cameras} cameras over` }).click();
    await page.waitForURL(new RegExp(`/boxes/${world.agentIds[3]}`));
    await expectShown(page.getByRole('heading', { level: 2, name: `${cameras} cameras` }));
    await goto(`/boxes/${bakery}`);
    await expectShown(page.getByText('Replaced', { exact: true }));
    await expectGone(page.getByRole('button', { name: 'More to do with this box' }));
  });

  it('is let go with the numbers first and a typed word, and stolen with an alarm', async () => {
    await goto(`/boxes/${cellar}`);
    await ask('Let go');
    await expectShown(dialog.getByText('12 pieces (48 MB) on its disk are never handed in.'));
    const letGo = dialog.getByRole('button', { name: 'Let Clinic cellar go' });
    await expectShown(letGo.and(page.locator(':disabled')));
    await dialog.getByLabel('Type the word “Let go” to go on').fill('Let go');
    await letGo.click();
    await expectShown(page.getByText('Let go', { exact: true }));

    await goto(`/boxes/${warehouse}`);
    await ask('Report as stolen');
    await expectShown(dialog.getByText('its history says from where'));
    await dialog.getByLabel('Type the word “Stolen” to go on').fill('Stolen');
    await dialog.getByRole('button', { name: /^Report Warehouse/ }).click();
    await expectShown(page.getByText('Stolen', { exact: true }));
  });
});
