import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('what happens elsewhere', () => {
  const { page: signedIn, world, registry, newContext, faults } = portal as Portal;
  afterAll(() => portal?.close());
  const address = `${registry.url}/o/${world.integratorId}/cameras?text=Front`;

  /** Tabs of one browser, and how many event streams they hold open. */
  const openTabs = async (count: number, prepare: (context: BrowserContext) => Promise<unknown>) => {
    const context = await newContext({ storageState: await signedIn.context().storageState() });
    await prepare(context);
    const streams = new Set<Page>();
    const tabs: Page[] = [];
    for (let index = 0; index < count; index += 1) {
      const tab = await context.newPage();
      tab.on('request', (request) => {
        if (new URL(request.url()).pathname === '/api/v1/events') streams.add(tab);
      });
      tab.on('close', () => streams.delete(tab));
      tabs.push(tab);
      await tab.goto(address);
      await expectShown(tab.getByRole('row').filter({ hasText: 'Front door' }).first());
    }
    return { context, tabs, streams };
  };
  const rename = async (name: string) => {
    const { items } = await registry.api.get<{ items: { id: string; version: number }[] }>(
      '/cameras?text=Front',
    );
    const camera = items[0] as { id: string; version: number };
    await registry.api.patch(`/cameras/${camera.id}`, { name }, camera.version);
  };

  it.each([
    // Far more than the six connections that a browser opens to one address.
    ['by a lock', 20, async () => {}],
    [
      'by a lease, where plain http has no locks',
      3,
      (context: BrowserContext) => context.addInitScript('delete Navigator.prototype.locks'),
    ],
  ])(
    'reaches every tab through one stream: %s',
    async (how, count, prepare) => {
      const { context, tabs, streams } = await openTabs(count, prepare);
      await until(() => streams.size === 1, { what: 'one tab to hold the stream' });
      for (const tab of tabs) await expectShown(tab.getByRole('img', { name: /^Live:/ }));
      const name = `Front door, ${how}`;
      await rename(name);
      for (const tab of tabs) await expectShown(tab.getByText(name));
      // Whoever holds the stream goes; another takes over.
      const [leader] = [...streams] as [Page];
      await leader.close();
      await until(() => streams.size === 1, { timeoutMs: 60_000, what: 'another tab to hold the stream' });
      expect({ streams: streams.size, faults }).toEqual({ streams: 1, faults: [] });
      await context.close();
    },
    120_000,
  );

  it('asks the registry anew a few times for 5,000 events, and not for each', async () => {
    const { context, tabs } = await openTabs(1, async () => {});
    const [tab] = tabs as [Page];
    let asked = 0;
    tab.on('request', () => (asked += 1));
    const blockedMs = await tab.evaluate<number>(`(async () => {
      const blocked = { ms: 0 };
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) blocked.ms += duration - 50;
      }).observe({ entryTypes: ['longtask'] });
      const channel = new BroadcastChannel('gantry.live');
      for (let batch = 0; batch < 50; batch += 1) {
        const items = Array.from({ length: 100 }, (_, index) => ({ type: 'camera.changed', subject: 'cam_' + batch + index }));
        channel.postMessage({ kind: 'stream', event: { kind: 'items', items } });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
      return blocked.ms;
    })()`);
    console.info(`5,000 events: ${asked} requests, main thread blocked for ${Math.round(blockedMs)} ms`);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(50);
    await context.close();
  });
});
