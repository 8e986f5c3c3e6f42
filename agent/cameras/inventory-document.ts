import { createHash } from 'node:crypto';
import type { InventoryCamera, Stream } from '@gantry/protocol/camera.js';
import type { SiteChannel, SiteDevice, SiteStream } from './site-device.js';

/** What the registry gets to know of the site: every camera, ordered by `localId`, without URLs. */
export function inventoryOf(devices: readonly SiteDevice[]): InventoryCamera[] {
  const cameras = devices.flatMap((device) => {
    return device.channels.map((channel): InventoryCamera => ({
      localId: channel.localId,
      kind: device.kind,
      keys: device.keys,
      channel: channel.channel,
      name: nameOf(device, channel).slice(0, 200),
      manufacturer: device.manufacturer?.slice(0, 200) ?? null,
      model: device.model?.slice(0, 200) ?? null,
      firmware: device.firmware?.slice(0, 200) ?? null,
      serial: device.serial?.slice(0, 200) ?? null,
      address: device.place.slice(0, 300),
      access: device.access,
      accessReason: device.accessReason?.slice(0, 500) ?? null,
      streams: channel.streams.slice(0, 4).map(withoutUrl),
    }));
  });
  return cameras.sort((a, b) => (a.localId < b.localId ? -1 : 1));
}

function nameOf({ name, channels }: SiteDevice, { givenName, channel }: SiteChannel): string {
  return givenName ?? (channels.length > 1 ? `${name.slice(0, 180)} ${channel}` : name);
}

const withoutUrl = ({ role, video, audio, width, height, frameRate }: SiteStream): Stream => ({
  role,
  video,
  audio,
  width,
  height,
  frameRate,
});

/** sha-256 in hex over the canonical JSON: cameras by `localId`, object keys sorted, no blanks. */
export const inventoryHash = (cameras: readonly InventoryCamera[]): string =>
  createHash('sha256').update(canonicalJson(cameras)).digest('hex');

/** JSON with the keys of every object sorted: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
