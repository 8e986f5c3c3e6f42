import type { DeviceFacts } from './device-facts.js';
import type { AudioCodec, VideoCodec } from './profiles.js';

export interface OnvifStream {
  role: 'main' | 'sub';
  /** Without credentials; the host is the address that answered (Q52). */
  url: string;
  video: VideoCodec;
  audio: AudioCodec | null;
  width: number | null;
  height: number | null;
  frameRate: number | null;
  profileToken: string;
}

export interface OnvifChannel {
  /** 1-based number of the video source. */
  channel: number;
  sourceToken: string;
  /** Main first, at most two. */
  streams: OnvifStream[];
  /** Like a stream's URL; null when the device gives none. */
  snapshotUrl: string | null;
}

/** What an ONVIF device is and offers, as far as it let itself be asked. */
export interface OnvifReading extends DeviceFacts {
  outcome: 'ready' | 'needs_login' | 'unreachable' | 'not_onvif' | 'no_stream';
  /** Why, in one sentence for a person; says nothing secret. */
  detail: string;
  /** 12 lower-case hex digits each. */
  macs: string[];
  /** Endpoint reference in normal form. */
  endpoint: string | null;
  name: string | null;
  /** Camera clock minus agent clock. */
  clockOffsetMs: number | null;
  channels: OnvifChannel[];
}

export const emptyReading = (outcome: OnvifReading['outcome'], detail: string): OnvifReading => ({
  outcome,
  detail,
  manufacturer: null,
  model: null,
  firmware: null,
  serial: null,
  hardwareId: null,
  macs: [],
  endpoint: null,
  name: null,
  clockOffsetMs: null,
  channels: [],
});
