import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, watchFaults } from '../registry/portal/browser.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startStack, type Stack } from '../support/stack.js';
import { until } from '../support/until.js';
import { bundlePlayer, closePlayer, lagOf, openLivePage, statesOf, type ShownState } from './live-page.js';

const browser: Browser | null = await launchBrowser();
if (browser === null) console.warn('the live view is not tested in a browser: there is no Chromium here');

/** What people at a customer and their integrator see of two cameras while it happens (R20, R23, R36). */
describe('the live view', () => {
  let database: FreshDatabase;
  let stack: Stack;
  let frontDoor: string;
  let yard: string;

  beforeAll(async () => {
    database = await freshDatabase();
    stack = await startStack({
      network: '127.27.1',
      databaseUrl: database.url,
      cameras: 2,
      one: (index) => ({ kind: 'onvif', audio: null, video: index === 0 ? 'h264' : 'h265' }),
    });
    await stack.startAgent();
    await stack.recording(2);
    const cameras = await stack.cameras();
    const details = await Promise.all(
      cameras.map(({ id }) => stack.api.get<{ id: string; streams: { video: string }[] }>(`/cameras/${id}`)),
    );
    const withMain = (video: string) => details.find(({ streams }) => streams[0]?.video === video)?.id ?? '';
    [frontDoor, yard] = [withMain('h264'), withMain('h265')];
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    await database?.close();
  });

  const camera = (index: number) => stack.site.cameras[index]?.counters;
  const watch = async (id: string) => {
    const abort = new AbortController();
    const response = await stack.api.fetch(`/cameras/${id}/live`, { signal: abort.signal });
    const seen = { sizeBytes: 0, isOver: false };
    const read = async () => {
      for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
        seen.sizeBytes += bytes.byteLength;
      }
    };
    const reading = read()
      .catch(() => undefined)
      .finally(() => Object.assign(seen, { isOver: true }));
    return { response, seen, reading, leave: () => abort.abort() };
  };

  it('tells what it takes to play a camera', async () => {
    const prepared = await stack.api.post(`/cameras/${frontDoor}/live`, {});
    expect(prepared).toMatchObject({ stream: 'main', streams: ['main', 'sub'], h265Notice: null });
    expect(prepared['codecs']).toMatch(/^avc1\.[0-9a-f]{6}$/);
    const other = await stack.api.post(`/cameras/${yard}/live`, {});
    expect(other['codecs']).toMatch(/^hvc1\.1\.6\.L\d+/);
    expect(other['h265Notice']).toContain('smaller stream');
  });

  it('pulls a camera once for ten viewers, one of whom does not read, and not at all after the last', async () => {
    const viewers = await Promise.all(Array.from({ length: 9 }, () => watch(frontDoor)));
    expect(viewers[0]?.response.headers.get('content-type')).toMatch(/^video\/mp4; codecs="avc1/);
    const idle = new AbortController();
    const unread = await stack.api.fetch(`/cameras/${frontDoor}/live`, { signal: idle.signal });
    expect(unread.status).toBe(200);
    await until(() => viewers.every(({ seen }) => seen.sizeBytes > 200_000), { what: 'pictures for nine' });
    // The recorder's session and the live view's.
    expect(camera(0)?.openRtspSessions).toBe(2);
    for (const { leave } of viewers) leave();
    idle.abort();
    await until(() => camera(0)?.openRtspSessions === 1, { what: 'the pull to end' });
  });

  it('asks a camera for one still picture, however many look at a grid', async () => {
    await until(async () => (await stack.api.fetch(`/cameras/${frontDoor}/snapshot`)).status === 200, {
      what: 'a first snapshot',
    });
    const ageMs = async () =>
      Date.now() -
      Date.parse(
        (await stack.api.fetch(`/cameras/${frontDoor}/snapshot`)).headers.get('last-modified') ?? '',
      );
    await until(async () => (await ageMs()) > 4_000, { what: 'a snapshot that is too old' });
    const before = camera(0)?.snapshots ?? 0;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => stack.api.fetch(`/cameras/${frontDoor}/snapshot?maxAge=2`)),
    );
    const ages = answers.map(({ headers }) => Date.now() - Date.parse(headers.get('last-modified') ?? ''));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(Math.max(...ages)).toBeLessThan(5_000);
    expect((camera(0)?.snapshots ?? 0) - before).toBe(1);
  });

  it('ends at once for whoever watches when the camera is switched off', async () => {
    const viewer = await watch(frontDoor);
    await until(() => viewer.seen.sizeBytes > 0, { what: 'pictures' });
    await stack.api.post(`/cameras/${frontDoor}:disable`);
    await viewer.reading;
    const refused = await stack.api.fetch(`/cameras/${frontDoor}/live`);
    expect(refused.status).toBe(409);
    await stack.api.post(`/cameras/${frontDoor}:enable`);
  });

  describe.skipIf(browser === null)('in a browser', () => {
    let player: string;
    let tab: Page;
    let faults: string[];

    beforeAll(async () => {
      player = await bundlePlayer();
      tab = await (browser as Browser).newPage();
      faults = watchFaults(tab);
    });

    const open = async (cameraId: string) => {
      const policy = (await fetch(stack.url)).headers.get('content-security-policy') ?? '';
      const cookie = stack.api.headers['cookie'] ?? '';
      await openLivePage(tab, { url: stack.url, cookie, cameraId, player, policy });
    };
    const state = (kind: ShownState['kind'], from = 0) =>
      until(async () => (await statesOf(tab)).slice(from).find((one) => one.kind === kind), {
        timeoutMs: 30_000,
        everyMs: 20,
        what: `the player to be ${kind}`,
      });

    it('shows the first picture soon, and stays near the live edge', async () => {
      await open(frontDoor);
      const { atMs } = await state('playing');
      const lags: number[] = [];
      await until(
        async () => {
          const lag = await lagOf(tab);
          if (lag !== null) lags.push(lag);
          return lags.length >= 30;
        },
        { everyMs: 50, what: 'some seconds of watching' },
      );
      const settled = lags.slice(-10);
      console.log(
        `live view: first picture after ${atMs} ms, then ${Math.max(...settled).toFixed(2)} s behind`,
      );
      expect(Math.max(...settled)).toBeLessThan(5);
    });

    it("is shared with whoever has the link, who needs no account and sees the integrator's name and logo", async () => {
      const picture =
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>';
      const logo = `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`;
      const branding = `/tenants/${stack.tenants.integratorId}/branding`;
      await stack.api.patch(branding, { name: 'NorthCam', logo }, 0);
      const link = await stack.api.post<{ url: string }>('/share-links', {
        cameraId: frontDoor,
        name: 'The neighbour',
      });
      const stranger = await (browser as Browser).newContext();
      const page = await stranger.newPage();
      const wrong = watchFaults(page);
      await page.goto(link.url);
      const shown = () =>
        page.evaluate<{ time: number; source: string }>(
          `(({ currentTime: time, src: source }) => ({ time, source }))(document.querySelector('.live video'))`,
        );
      await until(async () => (await shown()).time > 1, { timeoutMs: 30_000, what: 'a second of video' });
      expect((await shown()).source).toMatch(/^blob:/);
      expect(await page.title()).toMatch(/, live · NorthCam$/);
      expect(await page.locator('.brand').innerText()).toContain('NorthCam');
      const logoWidth = `document.querySelector('.brand img').naturalWidth`;
      expect(await page.evaluate<number>(logoWidth)).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
      await stranger.close();
    });

    it('tells a viewer that the site is gone, and comes back with it', async () => {
      await stack.agent().end('SIGKILL');
      const { problem } = await until(
        async () => (await statesOf(tab)).find((one) => one.kind === 'waiting' && one.problem),
        { timeoutMs: 30_000, what: 'the player to say why' },
      );
      expect(problem?.code).toBe('unavailable');
      const said = (await statesOf(tab)).length;
      await stack.startAgent();
      const { atMs } = await state('playing', said);
      const gone = (await statesOf(tab)).slice(0, said).map((one) => `${one.atMs} ${one.kind}`);
      console.log(`live view: back after ${atMs} ms (${gone.join(', ')})`);
    });

    it('ends at once when the customer is disabled, and says why', async () => {
      const said = (await statesOf(tab)).length;
      await stack.api.post(`/tenants/${stack.tenants.customerId}:disable`, {});
      const { problem } = await state('refused', said);
      expect(problem?.detail).toContain('disabled');
      await stack.api.post(`/tenants/${stack.tenants.customerId}:enable`, {});
      await closePlayer(tab);
    });

    it('shows the smaller stream of a camera whose H.265 it does not play', async () => {
      await open(yard);
      expect(await state('playing')).toMatchObject({ stream: 'sub', unplayed: 'H.265' });
      expect(faults).toEqual([]);
    });
  });
});
