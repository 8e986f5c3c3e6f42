import { eventTypes } from '@gantry/registry/events/event.js';
import { describeRegistry } from '@gantry/registry/http/describe.js';
import {
  curlOf,
  problemsOf,
  resourcesOf,
  type ApiDocument,
} from '@gantry/registry/portal/pages/developer/document.js';
import { texts } from '@gantry/registry/portal/pages/developer/event-words.js';
import { problemCodes } from '@gantry/protocol/errors.js';
import { afterAll, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal } from './portal.js';

const document = JSON.parse(JSON.stringify(describeRegistry())) as ApiDocument;
const operations = resourcesOf(document).flatMap((one) => one.operations);
const operation = (id: string) => {
  const found = operations.find((one) => one.id === id);
  if (found === undefined) throw new Error(`There is no operation ${id}.`);
  return found;
};

describe('the description of the API, drawn', () => {
  it('has every operation of the document once', () => {
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = described.map(({ operationId }) => operationId).toSorted();
    expect(operations.map(({ id }) => id).toSorted()).toEqual(ids);
  });

  it('makes of an operation a command that a shell takes', () => {
    expect(curlOf('https://cams.example', operation('getCamera'))).toBe(
      "curl 'https://cams.example/api/v1/cameras/ID' \\\n  -H 'authorization: Bearer API_KEY'",
    );
    const made = curlOf('https://cams.example', operation('createPlan'));
    expect(made).toContain("curl -X POST 'https://cams.example/api/v1/plans'");
    expect(made).toContain("-H 'content-type: application/json'");
    expect(curlOf('', operation('changeCamera'))).toContain(`-H 'if-match: "VERSION"'`);
    expect(curlOf('', operation('importCameras'))).toContain("-H 'content-type: text/csv'");
  });

  it('names the problems that are answered by somebody, and the events that are told', () => {
    const codes = problemsOf(document).map(({ code }) => code);
    expect(problemCodes).toEqual(expect.arrayContaining(codes));
    expect(codes).toContain('selection_changed');
    expect(Object.keys(texts.en)).toEqual([...eventTypes]);
  });
});

const portal = await startPortal();

describe.skipIf(portal === null)('the page for developers', () => {
  const { page, faults, goto } = portal as NonNullable<typeof portal>;
  afterAll(() => portal?.close());

  it('is found from the account, searched, and opens an operation with its command', async () => {
    await goto('');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'For developers' }).click();
    await page.getByLabel('Path, name or words').fill('share link');
    await expectGone(page.getByText('/api/v1/tenants/{id}:disable'));
    await page.getByText('Switch a link off with the next request').click();
    await expectShown(page.getByText("curl -X POST 'http"));
    await expectShown(page.getByRole('link', { name: 'not_found' }));
    await page.getByRole('tab', { name: 'Events' }).click();
    await expectShown(page.getByText('A box shows a code and waits to be let in.'));
    await page.getByRole('tab', { name: 'Problems' }).click();
    await expectShown(page.getByRole('link', { name: 'plan_not_offered' }));
    expect(faults).toEqual([]);
  });
});
