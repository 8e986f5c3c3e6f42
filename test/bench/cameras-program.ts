import { startVirtualCamera, type VirtualCamera } from '../support/cameras/camera.js';
import type { Track } from '../support/cameras/packets.js';
import { loadSharedMedia, type SharedMedia } from '../support/cameras/shared-media.js';
import type { CameraOffer, CamerasOrder } from './programs.js';

/**
 * Virtual cameras in a process of their own, so that what they cost is nobody else's. Argument: a `CamerasOrder`
 * as JSON; prints a `CameraOffer[]`; ends on SIGTERM.
 */
const order = JSON.parse(process.argv[2] ?? '') as CamerasOrder;
const media = fatter(await loadSharedMedia(), order.picturesPerTick);
const cameras: VirtualCamera[] = [];
for (let i = 0; i < order.cameras; i += 1) {
  cameras.push(
    await startVirtualCamera(
      { kind: 'generic', address: '127.0.0.1', discovery: false, audio: order.audio },
      media,
    ),
  );
}
const offers = cameras.map((camera): CameraOffer => ({
  url: camera.rtspUrl(),
  urlWithLogin: camera.rtspUrlWithLogin(),
  credentials: { username: camera.username, password: camera.password },
}));
process.stdout.write(`${JSON.stringify(offers)}\n`);
await new Promise((resolve) => process.once('SIGTERM', resolve));
await Promise.all(cameras.map((camera) => camera.close()));

/** The same clip with several pictures in each tick: more bytes per second, for relays that do not look inside. */
function fatter(shared: SharedMedia, picturesPerTick: number): SharedMedia {
  const { h264 } = shared.tracks.main;
  const bursts: Track['bursts'][number][] = [];
  const isKey: boolean[] = [];
  for (let i = 0; i < h264.bursts.length; i += picturesPerTick) {
    const group = h264.bursts.slice(i, i + picturesPerTick);
    let sizeBytes = 0;
    const offsets = group.flatMap((burst) => {
      const moved = burst.offsets.map((offset) => offset + sizeBytes);
      sizeBytes += burst.bytes.length;
      return moved;
    });
    bursts.push({ bytes: Buffer.concat(group.map((burst) => burst.bytes)), offsets });
    isKey.push(h264.isKey.slice(i, i + picturesPerTick).some(Boolean));
  }
  const track = { ...h264, bursts, isKey };
  return { ...shared, tracks: { ...shared.tracks, main: { ...shared.tracks.main, h264: track } } };
}
