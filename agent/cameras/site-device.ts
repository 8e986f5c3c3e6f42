import { z } from 'zod';
import { accessStates, identityKey, registrationOutcomes, stream } from '@gantry/protocol/camera.js';
import { cameraId } from '@gantry/protocol/ids.js';

/** A stream with its URL (without user info), which never leaves the box. */
const siteStream = stream.extend({ url: z.string() });
export type SiteStream = z.infer<typeof siteStream>;

/** One camera: a video source of a device. */
const siteChannel = z.strictObject({
  localId: z.string(),
  /** What a person on the site calls it; null: as the device calls itself. */
  givenName: z.string().nullable().default(null),
  /** 1-based. */
  channel: z.int().min(1),
  streams: z.array(siteStream),
  snapshotUrl: z.string().nullable(),
  /** What the registry said to this camera; null before its first answer. */
  registration: z
    .strictObject({
      outcome: z.enum(registrationOutcomes),
      cameraId: cameraId.nullable(),
      detail: z.string().nullable(),
    })
    .nullable(),
});
export type SiteChannel = z.infer<typeof siteChannel>;

/** A physical unit of the site with its cameras. */
export const siteDevice = z.strictObject({
  deviceId: z.string(),
  kind: z.enum(['onvif', 'generic']),
  /** Strongest first. */
  keys: z.array(identityKey).min(1),
  host: z.string(),
  /** `host:port` that tells this device from others behind the same host. */
  place: z.string(),
  /** Other addresses at which it answers too (a second network interface), and the endpoint reference it says there. */
  alsoAt: z.array(z.strictObject({ address: z.string(), endpoint: z.string() })).default([]),
  onvifUrls: z.array(z.string()),
  /** Generic only: the address that identifies it, without credentials; a root path stands for *path unknown yet*. */
  url: z.string().nullable(),
  name: z.string(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  firmware: z.string().nullable(),
  serial: z.string().nullable(),
  /** The device's clock minus the agent's, ms; null when it does not tell. */
  clockOffsetMs: z.number().nullable().default(null),
  access: z.enum(accessStates),
  accessReason: z.string().nullable(),
  channels: z.array(siteChannel).min(1),
});
export type SiteDevice = z.infer<typeof siteDevice>;

/** A device as one look at it shows it, its keys already cleaned of those that identify nothing. */
export interface SeenDevice extends Pick<
  SiteDevice,
  | 'kind'
  | 'keys'
  | 'host'
  | 'place'
  | 'onvifUrls'
  | 'url'
  | 'manufacturer'
  | 'model'
  | 'firmware'
  | 'serial'
  | 'clockOffsetMs'
> {
  name: string | null;
  access: SiteDevice['access'];
  accessReason: string | null;
  /** Empty when the look did not get that far: known channels stay. */
  channels: Pick<SiteChannel, 'channel' | 'streams' | 'snapshotUrl'>[];
  /** Identifies the device when `keys` is empty. */
  fallbackKey: SiteDevice['keys'][number];
}
