import { z } from 'zod';
import type { InventoryCamera, Registration, StreamRole } from '@gantry/protocol/camera.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import { readStored, writeDurably } from '../store.js';
import { inventoryHash, inventoryOf } from './inventory-document.js';
import { mergeSeen } from './merge.js';
import { matchDevice } from './match.js';
import {
  siteDevice,
  type SeenDevice,
  type SiteChannel,
  type SiteDevice,
  type SiteStream,
} from './site-device.js';

const document = z.strictObject({ surveyed: z.boolean(), devices: z.array(siteDevice) });

export interface SiteCamera {
  device: SiteDevice;
  channel: SiteChannel;
}

/** The site's cameras as the agent knows them; on disk, so that a restart records before it searches. */
export interface Inventory {
  devices(): readonly SiteDevice[];
  cameras(): SiteCamera[];
  camera(localId: string): SiteCamera | null;
  /** The camera the registry calls so; null before its registration. */
  cameraById(cameraId: CameraId): SiteCamera | null;
  /** The known device that a look shows, without a change. */
  find(seen: SeenDevice): SiteDevice | null;
  /** Takes a look at a device in; `liveElsewhere` as in `matchDevice`. */
  see(seen: SeenDevice, liveElsewhere: (device: SiteDevice) => boolean): SiteDevice;
  markUnreachable(deviceId: string, reason: string): void;
  /** A device answers at a second address, where it says this endpoint reference. */
  alsoAt(deviceId: string, at: SiteDevice['alsoAt'][number]): void;
  /** What was taken for a device of its own turned out to be another one's second address. */
  drop(deviceId: string): void;
  /** Takes the registry's answers in; returns the cameras that got their id just now. */
  registered(results: readonly Registration[]): SiteCamera[];
  /** Gives a camera a person's name; null takes the device's own again. False when there is no such camera. */
  rename(localId: string, name: string | null): boolean;
  /** Leaves a camera out, with its device when that has no other. A later look that finds it takes it in anew. */
  forget(localId: string): SiteCamera | null;
  /** The first look is over: from now on even an empty inventory is worth announcing. */
  surveyed(): void;
  /** What the registry gets to know; null before the first survey. */
  announced(): { hash: string; cameras: InventoryCamera[] } | null;
  /** Writes what is not on disk yet. */
  flush(): Promise<void>;
}

export async function openInventory(o: {
  path: string;
  onDamaged: (why: string) => void;
  /** What {@link Inventory.announced} gives has changed. */
  onChange: () => void;
  onWriteFailed: (error: unknown) => void;
}): Promise<Inventory> {
  const stored = await readStored(o.path, document);
  if (stored.kind === 'damaged') o.onDamaged(stored.why);
  let held = stored.kind === 'value' ? stored.value : { surveyed: false, devices: [] as SiteDevice[] };
  let announced: { hash: string; cameras: InventoryCamera[] } | null = null;
  let unsaved = false;
  let saving: Promise<void> = Promise.resolve();

  const announce = () => {
    const cameras = inventoryOf(held.devices);
    announced = { hash: inventoryHash(cameras), cameras };
  };
  if (held.surveyed || held.devices.length > 0) announce();

  /** Many changes in a row become one write; the last one is never left out. */
  const save = (): Promise<void> => {
    if (unsaved) return saving;
    unsaved = true;
    saving = saving.then(async () => {
      unsaved = false;
      await writeDurably(o.path, JSON.stringify(held)).catch(o.onWriteFailed);
    });
    return saving;
  };
  const change = (devices: SiteDevice[], surveyed = held.surveyed) => {
    const before = announced?.hash;
    held = { surveyed, devices };
    void save();
    if (!surveyed && devices.length === 0) return;
    announce();
    if (announced?.hash !== before) o.onChange();
  };
  const cameras = (): SiteCamera[] =>
    held.devices.flatMap((device) => device.channels.map((channel) => ({ device, channel })));

  return {
    devices: () => held.devices,
    cameras,
    camera: (localId) => cameras().find(({ channel }) => channel.localId === localId) ?? null,
    cameraById: (cameraId) =>
      cameras().find(({ channel }) => channel.registration?.cameraId === cameraId) ?? null,
    find: (seen) => matchDevice(held.devices, seen, () => false),
    see(seen, liveElsewhere) {
      const { devices, device } = mergeSeen(held.devices, seen, liveElsewhere);
      change(devices);
      return device;
    },
    markUnreachable(deviceId, accessReason) {
      const marked = (device: SiteDevice): SiteDevice =>
        device.deviceId === deviceId ? { ...device, access: 'unreachable', accessReason } : device;
      change(held.devices.map(marked));
    },
    alsoAt(deviceId, at) {
      const noted = (device: SiteDevice): SiteDevice => {
        if (device.deviceId !== deviceId) return device;
        const others = device.alsoAt.filter(({ address }) => address !== at.address);
        return { ...device, alsoAt: [...others, at].slice(-8) };
      };
      change(held.devices.map(noted));
    },
    drop: (deviceId) => change(held.devices.filter((device) => device.deviceId !== deviceId)),
    registered(results) {
      const byLocalId = new Map(results.map((result) => [result.localId, result]));
      const fresh = new Set<string>();
      const devices = held.devices.map((device) => ({
        ...device,
        channels: device.channels.map((channel): SiteChannel => {
          const result = byLocalId.get(channel.localId);
          if (!result) return channel;
          const { outcome, cameraId, detail } = result;
          if (cameraId !== null && channel.registration?.cameraId !== cameraId) fresh.add(channel.localId);
          return { ...channel, registration: { outcome, cameraId, detail } };
        }),
      }));
      change(devices);
      return cameras().filter(({ channel }) => fresh.has(channel.localId));
    },
    rename(localId, givenName) {
      if (!cameras().some(({ channel }) => channel.localId === localId)) return false;
      const named = (channel: SiteChannel): SiteChannel =>
        channel.localId === localId ? { ...channel, givenName } : channel;
      change(held.devices.map((device) => ({ ...device, channels: device.channels.map(named) })));
      return true;
    },
    forget(localId) {
      const gone = cameras().find(({ channel }) => channel.localId === localId) ?? null;
      const rest = held.devices.flatMap((device) => {
        const channels = device.channels.filter((channel) => channel.localId !== localId);
        return channels.length === 0 ? [] : [{ ...device, channels }];
      });
      if (gone) change(rest);
      return gone;
    },
    surveyed() {
      if (!held.surveyed) change(held.devices, true);
    },
    announced: () => announced,
    flush: save,
  };
}

/** The stream of a camera to record: the wanted role, else the main one; null when none is known. */
export function chooseStream(channel: SiteChannel, role: StreamRole): SiteStream | null {
  return channel.streams.find((stream) => stream.role === role) ?? channel.streams[0] ?? null;
}
