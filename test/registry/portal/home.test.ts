import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('what somebody sees first', () => {
  const { page, world, registry, goto, faults } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));
  const section = (name: string) => page.getByRole('region', { name });
  const counter = (state: string) =>
    page.getByRole('list', { name: 'Cameras by state' }).getByRole('listitem').filter({ hasText: state });

  it('is the home of their own tenant: what records, what does not, and what to do about it', async () => {
    await page.goto(registry.url);
    await expectShown(page.getByRole('heading', { name: 'North Security today' }));
    await expectShown(counter('Unassigned').getByText('6', { exact: true }));
    await expectShown(section('Needs attention').getByText(/Clinic cellar offline since/));
    await expectShown(section('Waiting boxes').getByText('Garden shed'));
    await section('Needs attention').getByRole('link', { name: 'Assign cameras: North Security' }).click();
    await page.waitForURL(/\/cameras\?state=unassigned$/);
  });

  it('follows by itself what others do', async () => {
    await goto('');
    await expectShown(counter('Unassigned').getByText('6', { exact: true }));
    await world.ana.api.post('/cameras:unbind', { ids: [world.bakeryCameraId] });
    await expectShown(counter('Unassigned').getByText('7', { exact: true }));
    await counter('Unassigned').getByRole('link').click();
    await expectShown(page.getByRole('row').filter({ hasText: 'Front door' }).first());
  });

  it('leads a new integrator through its first steps, which tick themselves', async () => {
    await page.goto(`${registry.url}/o/${world.subIntegratorId}`);
    const steps = section('First steps');
    await expectShown(steps.getByText('0 of 3 done'));
    await world.ana.api.post('/tenants', {
      kind: 'customer',
      name: 'First Shop',
      email: 'shop@first.example',
      parentId: world.subIntegratorId,
    });
    await expectShown(steps.getByText('1 of 3 done'));
    await expectGone(steps.getByText('A name and an e-mail address are enough.'));
    await expectShown(page.getByText('Nothing needs attention'));
  });

  it('says what went wrong and asks again, and keeps what is old', async () => {
    await page.route('**/home', (route) => route.abort());
    await page.goto(`${registry.url}/o/${world.bakeryId}`);
    await expectShown(page.getByText('The registry cannot be reached'));
    await page.unroute('**/home');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expectShown(counter('Disabled').getByText('1', { exact: true }));
  });
});
