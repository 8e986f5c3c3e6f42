import { randomBytes } from 'node:crypto';
import type { Authentication } from './authentication.js';
import type { AudioCodec, VideoCodec } from './clip.js';
import { openOperations } from './device-service.js';
import type { Identity } from './identity.js';
import type { OnvifLogin } from './onvif-server.js';

export type StreamRole = 'main' | 'sub';

export interface VirtualCameraOptions {
  /** `generic` speaks RTSP only. */
  kind: 'onvif' | 'generic';
  address: string;
  /** 0: any free port. */
  rtspPort: number;
  onvifPort: number;
  /** Where WS-Discovery is heard and answered; false: nowhere. */
  discovery: { interfaces: readonly string[] } | false;
  /** Types in WS-Discovery (Q13). */
  types: readonly string[];
  /** XAddrs in WS-Discovery, from the true device URL; empty: none are sent (Q01, Q02, Q03, Q08). */
  xaddrs: (deviceUrl: string) => string;
  identity: Partial<Identity>;
  video: VideoCodec;
  audio: AudioCodec | null;
  /** Video sources behind the one address; more than one makes it a recorder (NVR). */
  channels: number;
  streamPath: (channel: number, role: StreamRole) => string;
  username: string;
  password: string;
  rtspAuth: Authentication;
  /** For snapshots, and for SOAP where HTTP logins are taken. */
  httpAuth: Authentication;
  onvifLogin: OnvifLogin;
  /** SOAP operations answered without a login; some cameras want one even for their clock (Q35). */
  openOperations: ReadonlySet<string>;
  notAuthorizedStatus: 400 | 401 | 500;
  createdWindowMs: number;
  nonceLifetimeMs: number;
  realm: string;
  /** By default where the camera has H.265. */
  media2: boolean;
  rtspSessionsMax: number;
  pullPointsMax: number;
  /** The wall clock the camera's own is derived from. */
  wallMs: () => number;
  monotonicMs: () => number;
  random: (size: number) => Buffer;
}

/** Every option, those that were not given at their defaults. */
export function completeOptions(given: Partial<VirtualCameraOptions>): VirtualCameraOptions {
  return { ...defaults, media2: given.video === 'h265', ...given };
}

const defaults: Omit<VirtualCameraOptions, 'media2'> = {
  kind: 'onvif',
  address: '127.0.0.11',
  rtspPort: 0,
  onvifPort: 0,
  discovery: { interfaces: ['127.0.0.1'] },
  types: ['dn:NetworkVideoTransmitter', 'tds:Device'],
  xaddrs: (deviceUrl) => deviceUrl,
  identity: {},
  video: 'h264',
  audio: 'pcmu',
  channels: 1,
  streamPath: (channel, role) => `/Streaming/Channels/${channel}0${role === 'main' ? 1 : 2}`,
  username: 'admin',
  password: 'virtual-camera-1',
  rtspAuth: 'digest',
  httpAuth: 'digest',
  onvifLogin: 'either',
  openOperations,
  notAuthorizedStatus: 400,
  createdWindowMs: 10_000,
  nonceLifetimeMs: 600_000,
  realm: 'IP Camera',
  rtspSessionsMax: 8,
  pullPointsMax: 4,
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: (size) => randomBytes(size),
};
