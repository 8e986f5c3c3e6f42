import type { Context } from '../context.js';
import type { LiveView } from '../live/live-view.js';
import { requireOnline, requireShown } from '../live/standing.js';
import { snapshotKey } from '../recordings/storage/keys.js';
import type { Storage } from '../recordings/storage/storage.js';
import { noteOpened, type SharedVideo } from '../sharing/watch.js';
import { newResource, type ApiContext, type App } from './api.js';
import { streamOf } from './body.js';
import { liveHeaders } from './live.js';

export type ShareLiveParts = Pick<Context, 'db'> & Pick<LiveView, 'relay' | 'fresh'> & { storage: Storage };

/** A picture for a browser that does not play the video is no older. */
const pictureMs = 2_000;

/**
 * What a share link shows live, below `/s/TOKEN` as below `/api/v1/cameras/ID`, so that one player plays both
 * (`registry/portal/share.ts`). `require` throws what players expect when the link does not hold.
 */
export function shareLive(parts: ShareLiveParts, require: (c: ApiContext) => Promise<SharedVideo>): App {
  const pages = newResource();
  pages.get('/s/:token/live', async (c) => {
    const { cameraId, linkId } = await require(c);
    const camera = await requireShown(parts.db, cameraId);
    requireOnline(camera);
    // Strangers get the smaller stream where there is one.
    const stream = camera.streams.includes('sub') ? 'sub' : (camera.streams[0] ?? 'main');
    const opened = await parts.relay.open(camera, stream);
    await noteOpened(parts, linkId);
    const body = opened.view(async () => {
      await require(c);
      await requireShown(parts.db, cameraId);
    });
    return c.body(body, 200, liveHeaders(opened.format, stream, [stream]));
  });
  pages.get('/s/:token/snapshot', async (c) => {
    const { cameraId } = await require(c);
    await requireShown(parts.db, cameraId);
    await parts.fresh.freshen(cameraId, pictureMs);
    const jpeg = await parts.storage.get(snapshotKey(cameraId));
    return c.body(streamOf(jpeg), 200, { 'content-type': 'image/jpeg', 'cache-control': 'no-store' });
  });
  return pages;
}
