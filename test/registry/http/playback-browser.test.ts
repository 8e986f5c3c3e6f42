import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../support/source-files.js';
import { startTestRegistry } from '../../support/registry.js';
import { launchBrowser } from '../portal/browser.js';
import { describeFootage, record } from '../recordings/footage.js';
import { openShop } from '../recordings/site.js';
import { enrolled, putSegment } from '../recordings/uploads.js';

// Not the portal's own player: the one most people put around an HLS address of ours.
const hlsPath = createRequire(join(repositoryRoot, 'test/package.json')).resolve(
  'hls.js/dist/hls.light.min.js',
);
const browser = await launchBrowser();

describe.skipIf(browser === null)('recordings in Chromium', () => {
  afterAll(() => browser?.close());

  it('play across a gap: a first picture, and another one after a jump over the gap', async () => {
    const registry = await startTestRegistry();
    try {
      const shop = await openShop(registry.context.db);
      const tokens = await enrolled(registry.context.db, shop.agentId);
      const footage = await record({ size: '640x480', audio: false });
      const startMs = Date.now() - 1_200_000;
      for (const startedAtMs of [startMs, startMs + 300_000]) {
        for (const one of describeFootage(footage, { cameraId: shop.cameraId, startedAtMs })) {
          await putSegment(registry.url, tokens, one);
        }
      }
      const { url } = await registry.api.post<{ url: string }>(`/cameras/${shop.cameraId}/playback`, {
        from: new Date(startMs).toISOString(),
        to: new Date().toISOString(),
      });
      const page = await browser!.newPage();
      await page.goto(`${registry.url}/pages.css`);
      await page.evaluate(await readFile(hlsPath, 'utf8'));
      const { firstMs, seekMs, seconds } = await page.evaluate(async (source) => {
        const { Hls, document } = globalThis as unknown as {
          Hls: new (options: object) => { loadSource(url: string): void; attachMedia(video: unknown): void };
          document: { createElement(tag: string): Video; body: { append(video: Video): void } };
        };
        interface Video {
          muted: boolean;
          currentTime: number;
          duration: number;
          play(): Promise<void>;
          requestVideoFrameCallback(call: () => void): void;
        }
        const video = document.createElement('video');
        video.muted = true;
        document.body.append(video);
        const nextPicture = () =>
          new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
        const begunMs = performance.now();
        const hls = new Hls({ enableWorker: false });
        hls.loadSource(source);
        hls.attachMedia(video);
        void video.play();
        await nextPicture();
        const shownMs = performance.now();
        video.currentTime = 9;
        await nextPicture();
        return { firstMs: shownMs - begunMs, seekMs: performance.now() - shownMs, seconds: video.duration };
      }, url);
      console.info(`first picture after ${Math.round(firstMs)} ms, after the jump ${Math.round(seekMs)} ms`);
      // Twelve seconds of footage, five minutes apart: the gap takes no time in the player.
      expect(seconds).toBeCloseTo(12, 0);
    } finally {
      await registry.close();
    }
  });
});
