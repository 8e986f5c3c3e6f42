import type { AccessState, Stream } from '@gantry/protocol/camera.js';
import { audioCodecs } from '@gantry/protocol/camera.js';
import { keysOf, urlKey } from './identity-keys.js';
import type { SeenDevice, SiteStream } from './site-device.js';

/** What discovery tells of a device, as far as the inventory needs it. */
export interface FoundDevice {
  address: string;
  endpoint: string | null;
  /** Several addresses show its endpoint reference, which says nothing then (Q04). */
  endpointShared?: true;
  onvifUrls: string[];
  rtspPorts: number[];
  mac: string | null;
  name: string | null;
  model: string | null;
  /** Who holds the MAC's prefix, of makers of cameras. */
  maker: string | null;
  rtspServer: string | null;
}

/** What a device says of itself over ONVIF. */
export interface DeviceReading {
  outcome: 'ready' | 'needs_login' | 'unreachable' | 'not_onvif' | 'no_stream';
  detail: string;
  manufacturer: string | null;
  model: string | null;
  firmware: string | null;
  serial: string | null;
  macs: string[];
  endpoint: string | null;
  name: string | null;
  /** The device's clock minus the agent's, ms; null when it does not tell. */
  clockOffsetMs: number | null;
  channels: {
    channel: number;
    snapshotUrl: string | null;
    streams: (Omit<SiteStream, 'audio'> & { audio: string | null })[];
  }[];
}

export interface DescribedTrack {
  media: 'video' | 'audio';
  codec: string;
  frameRate: number | null;
  width: number | null;
  height: number | null;
}

/** What a camera says over RTSP: streams only when the outcome is `ok`, main first. */
export interface RtspReading {
  outcome:
    'ok' | 'unauthorized' | 'not_found' | 'busy' | 'refused' | 'unreachable' | 'timeout' | 'protocol_error';
  detail: string;
  streams: { role: 'main' | 'sub'; url: string; tracks: readonly DescribedTrack[] }[];
}

const accessOfReading: Record<DeviceReading['outcome'], AccessState> = {
  ready: 'ready',
  needs_login: 'needs_login',
  no_stream: 'reachable',
  not_onvif: 'reachable',
  unreachable: 'reachable',
};

/**
 * An ONVIF device as the inventory sees it. It answered discovery, so it is at least reachable, whatever its
 * services do.
 */
export function seenByOnvif(found: FoundDevice, reading: DeviceReading, agentId: string): SeenDevice {
  const place = placeOf(found.onvifUrls[0], found.address);
  const macs = [...(found.mac === null ? [] : [found.mac]), ...reading.macs];
  const { manufacturer, model, firmware, serial } = reading;
  const endpoint = found.endpoint ?? (found.endpointShared ? null : reading.endpoint);
  return {
    kind: 'onvif',
    keys: keysOf({ endpoint, macs, manufacturer, model, serial }),
    fallbackKey: urlKey(agentId, `onvif://${place}`),
    host: found.address,
    place,
    onvifUrls: found.onvifUrls,
    url: null,
    name: reading.name ?? found.name,
    manufacturer,
    model: model ?? found.model,
    firmware,
    serial,
    clockOffsetMs: reading.clockOffsetMs,
    access: accessOfReading[reading.outcome],
    accessReason: reading.outcome === 'ready' ? null : reading.detail,
    channels: reading.channels.map(({ channel, snapshotUrl, streams }) => ({
      channel,
      snapshotUrl,
      streams: streams.map((stream) => ({
        ...cleanPicture(stream),
        url: stream.url,
        audio: audioOf(stream.audio),
      })),
    })),
  };
}

const accessOfStream: Record<RtspReading['outcome'], AccessState> = {
  ok: 'ready',
  busy: 'reachable',
  unauthorized: 'needs_login',
  not_found: 'reachable',
  refused: 'reachable',
  protocol_error: 'reachable',
  unreachable: 'unreachable',
  timeout: 'unreachable',
};

/** A generic camera; `identityUrl` (normalised, no user info) names it, wherever its video is served. */
export function seenByRtsp(o: {
  identityUrl: string;
  reading: RtspReading;
  name: string | null;
  agentId: string;
}): SeenDevice {
  const { hostname, port } = new URL(o.identityUrl.replace(/^rtsp:/, 'http:'));
  const { outcome, detail } = o.reading;
  const streams = o.reading.streams.flatMap((stream) => streamOf(stream) ?? []);
  const isSilent = outcome === 'ok' && streams.length === 0;
  return {
    kind: 'generic',
    keys: [],
    fallbackKey: urlKey(o.agentId, o.identityUrl),
    host: hostname,
    place: `${hostname}:${rtspPortOf(o.identityUrl, port)}`,
    onvifUrls: [],
    url: o.identityUrl,
    name: o.name,
    manufacturer: null,
    model: null,
    firmware: null,
    serial: null,
    clockOffsetMs: null,
    access: isSilent ? 'reachable' : accessOfStream[outcome],
    accessReason: isSilent ? 'The address answers without a video track.' : outcome === 'ok' ? null : detail,
    channels: streams.length > 0 ? [{ channel: 1, snapshotUrl: null, streams }] : [],
  };
}

function streamOf({ role, url, tracks }: RtspReading['streams'][number]): SiteStream | null {
  const video = tracks.find(({ media }) => media === 'video');
  if (!video) return null;
  const audio = tracks.find(({ media }) => media === 'audio');
  const codec = video.codec;
  const known = codec === 'h264' || codec === 'h265' || codec === 'mjpeg' || codec === 'mpeg4';
  const picture = cleanPicture({ ...video, role, video: known ? codec : 'unknown', audio: null });
  return { ...picture, url, audio: audioOf(audio?.codec ?? null) };
}

/** Numbers a camera made up do not fit the wire: they are left out, not passed on. */
function cleanPicture(stream: Omit<Stream, 'audio'> & { audio: unknown }): Stream {
  const size = (value: number | null) =>
    value !== null && Number.isInteger(value) && value >= 1 && value <= 65_535 ? value : null;
  const { role, video, width, height, frameRate } = stream;
  return {
    role,
    video,
    audio: null,
    width: size(width),
    height: size(height),
    frameRate: frameRate !== null && frameRate > 0 && frameRate <= 1_000 ? frameRate : null,
  };
}

const audioOf = (codec: string | null): Stream['audio'] =>
  codec === null ? null : (audioCodecs.find((known) => known === codec) ?? 'other');

/** `host:port` of a device's first service URL: two devices may share one address behind a gateway. */
export function placeOf(url: string | undefined, address: string): string {
  if (url === undefined || !URL.canParse(url)) return address;
  const { port, protocol } = new URL(url);
  return `${address}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** `new URL` drops the default port of the scheme it was given, 80, which is not RTSP's. */
const rtspPortOf = (url: string, port: string): string =>
  port || (/^rtsp:\/\/[^/]*:80(?:\/|$)/.test(url) ? '80' : '554');
