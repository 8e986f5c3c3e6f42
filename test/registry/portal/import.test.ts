import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('a list of cameras', () => {
  const { page, world, faults, goto, row } = portal as NonNullable<typeof portal>;
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());
  const download = async (name: string) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name }).or(page.getByRole('button', { name })).click(),
    ]);
    return readFile(await file.path(), 'utf8');
  };
  const choose = async (csv: string | Buffer) => {
    const buffer = typeof csv === 'string' ? Buffer.from(csv) : csv;
    await page.locator('input[type=file]').setInputFiles({ name: 'site.csv', mimeType: 'text/csv', buffer });
  };

  it('goes out, is edited, and is seen as what it would do before it comes in', async () => {
    await goto('/cameras?text=Stairs');
    await expectShown(row('Stairs 3'));
    const exported = await download('Export CSV');
    expect(exported.split('\r\n').slice(0, -1)).toHaveLength(4);
    await page.getByRole('link', { name: 'Import a list' }).click();
    expect(await download('Template')).toContain('id,mac,serial,name,customer,plan,tags');

    const [header, ...cameras] = exported.trim().split('\r\n');
    const id = cameras.find((line) => line.includes('Stairs 3'))?.split(',')[0];
    await choose(
      [
        header,
        `${id},,,Stairs of Möller,Butcher Klein,Standard,stairs`,
        '00:40:8c:12:34:56,,,,,,',
        ',00:40:8c:12:34:56,,To come,Butcher Klein,Standard,',
        ',nonsense,,,,,',
        `${id},,,Twice,,,`,
        ',00:40:8c:12:34:57,,,Nobody,Standard,',
      ].join('\r\n'),
    );
    await expectShown(page.getByText('2 lines are right'));
    const faulty = page.getByRole('region', { name: 'Lines with errors' }).getByRole('row');
    await expectShown(faulty.filter({ hasText: 'The same camera as in line 2' }));
    await expectShown(faulty.filter({ hasText: 'There is no customer “Nobody”' }));
  });

  it('is mended in its errors alone, and applied with the rest left out', async () => {
    await expectShown(page.getByText('4 lines are not'));
    const errors = await download('Download the errors');
    expect(errors).toContain('nonsense');
    const apply = page.getByRole('button', { name: /^Apply/ });
    await page.getByLabel('Change nothing unless every line is right').check();
    expect(await apply.isDisabled()).toBe(true);
    await page.getByLabel('Change nothing unless every line is right').uncheck();
    await apply.click();
    await expectShown(page.getByText('Done', { exact: true }));
    await page.getByRole('link', { name: 'Show the cameras' }).click();
    await page.getByLabel('Name, maker, serial or address').fill('Möller');
    await expectShown(row('Stairs of Möller').getByText('Butcher Klein'));

    await page.getByRole('link', { name: 'Import a list' }).click();
    // As a spreadsheet on Windows saves it.
    await choose(Buffer.from(`id;name\r\n${world.butcherCameraId};Kühlraum`, 'latin1'));
    await expectShown(page.getByText('1 is renamed'));
    await page.getByRole('button', { name: 'Apply 1 line' }).click();
    await expectShown(page.getByText('Done', { exact: true }));
    await page.getByRole('link', { name: 'Show the cameras' }).click();
    await page.getByLabel('Name, maker, serial or address').fill('Kühl');
    await expectShown(row('Kühlraum'));
  });

  it('names a camera that has not come yet, which is expected until somebody ends that', async () => {
    await page.getByRole('link', { name: 'Import a list' }).click();
    await page.getByRole('link', { name: 'Expected cameras' }).click();
    await expectShown(row('To come').getByText('00:40:8c:12:34:56'));
    await expectShown(row('To come').getByText('Butcher Klein'));
    await page.getByRole('button', { name: 'Expect no longer: To come' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Expect it no longer' }).click();
    await expectGone(row('To come'));
    await page.getByRole('link', { name: 'Cameras', exact: true }).first().click();
  });

  it('that is none is refused with the reason', async () => {
    await page.getByRole('link', { name: 'Import a list' }).click();
    await choose('colour,size\r\nred,large');
    await expectShown(page.getByText(/the first line must head a column/));
    await page.getByRole('button', { name: 'Another file' }).click();
    await expectShown(page.getByRole('button', { name: 'Choose a file' }));
    await expectGone(page.getByRole('alert'));
  });
});
