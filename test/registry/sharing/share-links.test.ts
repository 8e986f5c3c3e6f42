import type { DeviceTokens } from '@gantry/agent/identity/device-token.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import { users } from '@gantry/registry/db/schema/people.js';
import { shareLinks } from '@gantry/registry/db/schema/share-links.js';
import { sharedVideo } from '@gantry/registry/sharing/watch.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { launchBrowser, watchFaults } from '../portal/browser.js';
import { describeFootage, record } from '../recordings/footage.js';
import { openShop, type Shop } from '../recordings/site.js';
import { enrolled, putSegment } from '../recordings/uploads.js';

let nowOffsetMs = 0;
let registry: TestRegistry;
let shop: Shop;
let tokens: DeviceTokens;
let cameraId: CameraId;
let clipId: string;
/** An owner of the bakery, and a plain administrator who makes links. */
let owner: Api;
let maker: Api;
let makerId: string;
const startMs = Date.now() - 20 * 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock: { nowMs: () => Date.now() + nowOffsetMs } } });
  shop = await openShop(registry.context.db);
  tokens = await enrolled(registry.context.db, shop.agentId);
  cameraId = shop.cameraId;
  const footage = await record({ seconds: 4 });
  for (const segment of describeFootage(footage, { cameraId, startedAtMs: startMs })) {
    await putSegment(registry.url, tokens, segment);
  }
  const [first, second] = [
    await registry.createUser(shop.bakery, { owner: true }),
    await registry.createUser(shop.bakery),
  ];
  owner = await registry.as(first.email, first.password);
  maker = await registry.as(second.email, second.password);
  makerId = second.id;
  const range = { from: iso(startMs), to: iso(startMs + 4_000), name: 'Till, <b>Monday</b>' };
  clipId = (await maker.post<{ id: string }>(`/cameras/${cameraId}/clips`, range)).id;
  await until(async () => (await maker.get<{ state: string }>(`/clips/${clipId}`)).state === 'done', {
    what: 'the clip',
  });
});
afterAll(() => registry?.close());

interface Link {
  id: string;
  url: string;
  opened: number;
  hasPassword: boolean;
}
const share = (api: Api, fields: object = {}) =>
  api.post<Link>('/share-links', { clipId, name: 'The police', ...fields });
const tokenOf = ({ url }: Link): string => url.split('/s/')[1] as string;
const videoOf = (link: Link, headers = {}) => fetch(`${link.url}/clip.mp4`, { headers });
const titleOf = async (answer: Response) => /<title>(.*) · Gantry<\/title>/.exec(await answer.text())?.[1];

const switchModules = async (tenantId: string, off: string[]) => {
  const { version } = await registry.api.get<{ version: number }>(`/tenants/${tenantId}`);
  const answer = await registry.api.fetch(`/tenants/${tenantId}/modules`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
    body: JSON.stringify({ off }),
  });
  expect(answer.status).toBe(200);
};

describe('a share link', () => {
  it('shows its clip to anybody who has the address, and counts who begins to watch', async () => {
    const link = await share(maker);
    const page = await fetch(link.url);
    const markup = await page.text();
    expect(page.status).toBe(200);
    expect(Buffer.byteLength(markup)).toBeLessThan(20 * 1024);
    expect(markup).toContain('Till, &lt;b&gt;Monday&lt;/b&gt;');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    const whole = Buffer.from(await (await videoOf(link)).arrayBuffer());
    const part = await videoOf(link, { range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(100, 200))).toBe(true);
    const { items } = await maker.get<{ items: Link[] }>('/share-links');
    expect(items.find(({ id }) => id === link.id)).toMatchObject({ opened: 1, hasPassword: false });
  });

  it('is known to the registry by a hash only, and stands in the history without its address', async () => {
    const link = await share(maker, { password: 'open sesame' });
    const token = tokenOf(link);
    expect(token).toHaveLength(43);
    const { rows } = await registry.context.db.execute<{ found: number }>(sql`
      select (select count(*) from share_links s where s::text like ${`%${token}%`})::int
        + (select count(*) from history h where h::text like ${`%${token}%`} or h::text like '%open sesame%')::int
        + (select count(*) from share_links s where s::text like '%open sesame%')::int as found`);
    expect(rows[0]?.found).toBe(0);
    const { items } = await owner.get<{ items: { operation: string; sentence: string }[] }>(
      `/history?target=${link.id}`,
    );
    expect(items.map(({ operation }) => operation)).toEqual(['shareLink.created']);
    expect(items[0]?.sentence).toMatch(/shared the clip Till.* with The police until/);
  });

  it('asks for its password, forgets nobody who typed it, and does not let itself be guessed', async () => {
    const link = await share(maker, { password: 'open sesame' });
    const type = (password: string, other = link) =>
      fetch(other.url, { method: 'POST', body: new URLSearchParams({ password }), redirect: 'manual' });
    expect(await titleOf(await fetch(link.url))).toMatch(/password/);
    expect((await videoOf(link)).status).toBe(401);
    expect((await type('wrong')).status).toBe(401);
    const letIn = await type('open sesame');
    expect(letIn.status).toBe(303);
    const header = letIn.headers.get('set-cookie') as string;
    expect(header).toMatch(/HttpOnly/i);
    expect(header).toContain(`Path=/s/${tokenOf(link)}`);
    const cookie = header.split(';', 1)[0] as string;
    expect((await videoOf(link, { cookie })).status).toBe(200);
    const other = await share(maker, { password: 'open sesame' });
    expect((await videoOf(other, { cookie })).status).toBe(401);
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => (await type(`guess ${n}`, other)).status),
    );
    expect(statuses).toContain(429);
    expect((await type('open sesame', other)).status).toBe(429);
  });

  it('ends by itself, and by hand at once', async () => {
    const link = await share(maker, { expiresInHours: 1 });
    nowOffsetMs = 61 * 60_000;
    expect(await titleOf(await fetch(link.url))).toBe('This link has expired');
    expect((await videoOf(link)).status).toBe(404);
    nowOffsetMs = 0;
    expect((await fetch(link.url)).status).toBe(200);
    await owner.post(`/share-links/${link.id}:revoke`);
    await owner.post(`/share-links/${link.id}:revoke`);
    const page = await fetch(link.url);
    expect([page.status, await titleOf(page)]).toEqual([410, 'This link was switched off']);
    expect((await videoOf(link)).status).toBe(404);
    const { items } = await owner.get<{ items: { operation: string }[] }>(`/history?target=${link.id}`);
    expect(items.map(({ operation }) => operation)).toEqual(['shareLink.revoked', 'shareLink.created']);
    for (const odd of ['x', 'A'.repeat(43), '%00', `${tokenOf(link)}0`]) {
      expect((await fetch(`${registry.url}/s/${odd}`)).status).toBe(404);
    }
  });

  const isOff = async (link: Link) => {
    expect(await titleOf(await fetch(link.url))).toBe('This link was switched off');
    expect((await videoOf(link)).status).toBe(404);
  };
  const isOn = async (link: Link) => expect((await videoOf(link, { range: 'bytes=5-9' })).status).toBe(206);

  it('ends with its tenant, its modules and link sharing, and is there again with them', async () => {
    const link = await share(maker);
    await registry.api.post(`/tenants/${shop.integratorId}:disable`);
    await isOff(link);
    await registry.api.post(`/tenants/${shop.integratorId}:enable`);
    await isOn(link);
    for (const module of ['shareLinks', 'clips']) {
      await switchModules(shop.integratorId, [module]);
      await isOff(link);
      await switchModules(shop.integratorId, []);
      await isOn(link);
    }
    const { version } = await registry.api.get<{ version: number }>(`/tenants/${shop.bakery}`);
    await registry.api.patch(`/tenants/${shop.bakery}`, { linkSharing: false }, version);
    await isOff(link);
    expect((await problemOf(share(maker))).code).toBe('module_disabled');
    await registry.api.patch(`/tenants/${shop.bakery}`, { linkSharing: true }, version + 1);
    await isOn(link);
  });

  it('ends with its maker, and with the right to share', async () => {
    const link = await share(maker);
    const role = await owner.post<{ id: string }>('/roles', {
      tenantId: shop.bakery,
      name: 'Watcher',
      family: 'admin',
      allCameras: ['view', 'clip'],
    });
    const user = await owner.get<{ version: number }>(`/users/${makerId}`);
    await owner.patch(`/users/${makerId}`, { roleIds: [role.id] }, user.version);
    await isOff(link);
    expect((await problemOf(share(maker))).detail).toMatch(/roles do not include share/);
    const { version } = await owner.get<{ version: number }>(`/roles/${role.id}`);
    await owner.patch(`/roles/${role.id}`, { allCameras: ['view', 'clip', 'share'] }, version);
    await isOn(link);
    const { db } = registry.context;
    await db
      .update(users)
      .set({ disabledAt: new Date() })
      .where(eq(users.id, makerId as never));
    await isOff(link);
    await db
      .update(users)
      .set({ disabledAt: null })
      .where(eq(users.id, makerId as never));
    await isOn(link);
  });

  it('to a live view holds for the camera as long as the customer holds it', async () => {
    const link = await share(maker, { clipId: undefined, cameraId });
    const { context } = registry;
    expect(await sharedVideo(context, tokenOf(link))).toMatchObject({ kind: 'live', cameraId });
    expect(await titleOf(await fetch(link.url))).toBe('Front door, live');
    // Nobody is connected here who could show it; the link itself is right.
    expect((await fetch(`${link.url}/live`)).status).toBe(503);
    expect((await videoOf(link)).status).toBe(404);
    await switchModules(shop.bakery, ['live']);
    expect(await sharedVideo(context, tokenOf(link))).toBe('off');
    await switchModules(shop.bakery, []);
    await shop.unbind(cameraId);
    await shop.bind(cameraId, shop.butcher);
    expect(await sharedVideo(context, tokenOf(link))).toBe('off');
    await shop.unbind(cameraId);
    await shop.bind(cameraId, shop.bakery);
    expect(await sharedVideo(context, tokenOf(link))).toMatchObject({ kind: 'live' });
  });

  it('of one customer is nothing another one knows of', async () => {
    const link = await share(maker);
    const { email, password } = await registry.createUser(shop.butcher);
    const butcher = await registry.as(email, password);
    expect((await butcher.get<{ items: Link[] }>('/share-links')).items).toEqual([]);
    expect((await problemOf(butcher.post(`/share-links/${link.id}:revoke`))).code).toBe('not_found');
    expect((await problemOf(share(butcher))).code).toBe('not_found');
    expect((await problemOf(share(maker, { cameraId }))).code).toBe('invalid');
  });

  it('goes with its clip', async () => {
    const range = { from: iso(startMs), to: iso(startMs + 2_000), name: 'Short' };
    const short = await maker.post<{ id: string }>(`/cameras/${cameraId}/clips`, range);
    const link = await share(maker, { clipId: short.id });
    await maker.delete(`/clips/${short.id}`);
    expect((await fetch(link.url)).status).toBe(404);
    expect(await registry.context.db.$count(shareLinks, eq(shareLinks.id, link.id as never))).toBe(0);
  });
});

const browser = await launchBrowser();
describe.skipIf(browser === null)('its page in a browser', () => {
  afterAll(() => browser?.close());

  it('plays on a phone without a script, and axe finds nothing to blame, light and dark', async () => {
    const [open, locked] = [await share(maker), await share(maker, { password: 'open sesame' })];
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser!.newContext({ viewport: { width: 390, height: 844 }, colorScheme });
      const page = await context.newPage();
      const faults = watchFaults(page);
      const audit = async () => {
        await page.evaluate(axe.source);
        const blamed = await page.evaluate(async () => {
          type Found = { violations: { id: string; nodes: { html: string }[] }[] };
          const { axe: inPage } = globalThis as unknown as { axe: { run(options: object): Promise<Found> } };
          const runOnly = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
          const { violations } = await inPage.run({ runOnly });
          return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
        });
        expect(blamed).toEqual([]);
      };
      await page.goto(locked.url);
      await audit();
      await page.getByLabel('Password').fill('open sesame');
      await page.getByRole('button', { name: 'Show the video' }).click();
      await page.locator('video').waitFor();
      await page.goto(open.url);
      await audit();
      const video = page.locator('video');
      await until(
        () => video.evaluate((element) => (element as unknown as { readyState: number }).readyState >= 1),
        { what: 'the video to load' },
      );
      const seconds = await video.evaluate(
        (element) => (element as unknown as { duration: number }).duration,
      );
      expect(seconds).toBeCloseTo(4, 0);
      expect(faults).toEqual([]);
      await context.close();
    }
  });
});
