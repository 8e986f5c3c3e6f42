import { join } from 'node:path';
import type { Sentence } from '@gantry/registry/portal/i18n/sentences.js';
import { german as history } from '@gantry/registry/portal/parts/history/retold/german.js';
import { german as site } from '@gantry/registry/portal/parts/site-sentences-german.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, repositoryRoot } from '../../support/source-files.js';
import { until } from '../../support/until.js';
import { expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

type Catalogue = Record<'en' | 'de', Record<string, unknown>>;
const isCatalogue = (value: unknown): value is Catalogue =>
  typeof value === 'object' && value !== null && 'en' in value && 'de' in value;

/** Of cameras, which are called the same in every language. */
const names = ['Front door'];

/** Words of the English catalogues that mean something in English only. */
async function englishOnly(): Promise<Set<string>> {
  const catalogues: Catalogue[] = [];
  for (const path of filesBelow('registry/portal', ['texts.ts'])) {
    const module = (await import(/* @vite-ignore */ join(repositoryRoot, path))) as Record<string, unknown>;
    catalogues.push(...Object.values(module).filter(isCatalogue));
  }
  const texts = (language: 'en' | 'de') =>
    catalogues.flatMap((one) => Object.values(one[language]).filter((text) => typeof text === 'string'));
  const both = new Set(texts('de'));
  return new Set(
    texts('en').filter(
      (text) => text.length > 3 && !text.includes('{') && !both.has(text) && !names.includes(text),
    ),
  );
}

const said: Sentence[] = [...Object.values(history), ...Object.values(site)].flat();

/** A script of the page: commands and codes are the same in every language. */
const wordsOnPage = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode() !== null)
    if (walker.currentNode.parentElement.closest('script, style, code, pre') === null)
      texts.push(walker.currentNode.textContent.trim());
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder']) texts.push(one.getAttribute(name) ?? '');
  return texts.filter((text) => text !== '');
})()`;

describe.skipIf(portal === null)('a person who reads German', () => {
  const { page, world, goto, faults } = portal as Portal;
  let english: Set<string>;
  beforeAll(async () => {
    english = await englishOnly();
    await goto('');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    await expectShown(page.getByRole('heading', { name: 'North Security heute' }));
  });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());

  /** What is read on the page, and what is heard in place of it. */
  const words = (): Promise<string[]> => page.evaluate(wordsOnPage);

  it.each([
    ['home', ''],
    ['cameras', '/cameras'],
    ['a camera', () => `/cameras/${world.butcherCameraId}`],
    ['its diagnostics', () => `/cameras/${world.butcherCameraId}?tab=diagnostics`],
    ['its history', () => `/cameras/${world.butcherCameraId}?tab=history`],
    ['cameras to come', '/cameras/expected'],
    ['boxes', '/boxes'],
    ['a box', () => `/boxes/${world.agentIds[2]}`],
    ['events', '/events'],
    ['customers', '/customers'],
    ['people', '/users'],
    ['operations', '/operations'],
    ['keys', '/keys'],
    ['settings', '/settings'],
    ['recordings', '/recordings'],
  ] as const)('finds no English on the page of %s', async (_name, path) => {
    await goto(typeof path === 'string' ? path : path());
    await expectShown(page.getByRole('heading', { level: 1 }));
    const left = async () => {
      const shown = await words();
      return shown.filter((text) => english.has(text) || said.some(({ form }) => form.test(text)));
    };
    await until(
      async () =>
        (await page.locator('[aria-busy=true], .mantine-Skeleton-root').count()) === 0 &&
        (await left()).length === 0,
      { what: 'the page in German' },
    ).catch(async (error: unknown) => {
      expect(await left()).toEqual([]);
      throw error;
    });
  });

  it('is told in German what is wrong with a field', async () => {
    await goto('/users');
    await page.getByRole('button', { name: 'Jemanden einladen' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name der Person').fill('Nora');
    await dialog.getByLabel('E-Mail der Person').fill('nonsense');
    await dialog.getByRole('button', { name: 'Einladen' }).click();
    await expectShown(dialog.getByText('Eine E-Mail-Adresse wie office@example.com'));
  });
});
