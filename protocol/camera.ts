import { z } from 'zod';
import { cameraId } from './ids.js';

/**
 * What identifies a camera, strongest first (R37): the ONVIF endpoint reference, a MAC address,
 * manufacturer + model + serial; for a generic camera the agent + the URL without credentials.
 * An IP address is never an identity.
 */
export const identityKeyKinds = ['endpoint', 'mac', 'serial', 'url'] as const;
export const identityKey = z.strictObject({
  kind: z.enum(identityKeyKinds),
  /** Normalised: lower case; `mac` 12 hex digits; `serial` `manufacturer|model|serial`; `url` sha-256 in hex. */
  value: z.string().min(1).max(200),
});
export type IdentityKey = z.infer<typeof identityKey>;

export const videoCodecs = ['h264', 'h265', 'mjpeg', 'mpeg4', 'unknown'] as const;
export const audioCodecs = ['aac', 'pcmu', 'pcma', 'g726', 'opus', 'other'] as const;
export type AudioCodec = (typeof audioCodecs)[number];
export const streamRoles = ['main', 'sub'] as const;
export type StreamRole = (typeof streamRoles)[number];

/** One encoded feed of a camera. Its URL stays on the agent: it may carry credentials in its path (Q63). */
export const stream = z.strictObject({
  role: z.enum(streamRoles),
  video: z.enum(videoCodecs),
  audio: z.enum(audioCodecs).nullable(),
  width: z.int().min(1).max(65_535).nullable(),
  height: z.int().min(1).max(65_535).nullable(),
  /** Frames per second. */
  frameRate: z.number().positive().max(1_000).nullable(),
});
export type Stream = z.infer<typeof stream>;

/** The ladder an installer climbs: nothing answers → something answers → it wants a login → it gives video. */
export const accessStates = ['unreachable', 'reachable', 'needs_login', 'ready'] as const;
export type AccessState = (typeof accessStates)[number];

const text = (max: number) => z.string().max(max);

/** A camera as its agent describes it in an inventory. */
export const inventoryCamera = z.strictObject({
  /** The agent's own name for this camera, stable over restarts; the registry's answer refers to it. */
  localId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  kind: z.enum(['onvif', 'generic']),
  /** Strongest first; at least one. */
  keys: z.array(identityKey).min(1).max(8),
  /** 1-based number of the video source behind the device's address (R45). */
  channel: z.int().min(1).max(1_024),
  name: text(200),
  manufacturer: text(200).nullable(),
  model: text(200).nullable(),
  firmware: text(200).nullable(),
  serial: text(200).nullable(),
  /** `host:port` as last seen from the agent; display only. */
  address: text(300),
  access: z.enum(accessStates),
  /** Why access is what it is, in one sentence for a person; null when ready. */
  accessReason: text(500).nullable(),
  streams: z.array(stream).max(4),
});
export type InventoryCamera = z.infer<typeof inventoryCamera>;

/** What the registry did with one camera of an inventory. */
export const registrationOutcomes = [
  'registered',
  'updated',
  'unchanged',
  'conflict',
  'bound_elsewhere',
] as const;
/** How the `detail` of a camera begins that is `bound_elsewhere` because another device took its place (R43). */
export const replacedDetail = 'Replaced, still on the network';
export const registration = z.strictObject({
  localId: z.string(),
  outcome: z.enum(registrationOutcomes),
  /** Null unless the camera is this agent's. */
  cameraId: cameraId.nullable(),
  /** What to do about it, for a person; null when nothing is. */
  detail: z.string().nullable(),
});
export type Registration = z.infer<typeof registration>;
