import type { Log } from '../log.js';
import type { Credentials, CredentialStore } from './credentials.js';
import type { Inventory } from './inventory.js';
import { isPathUnknown } from './match.js';
import type { DeviceReading, FoundDevice, RtspReading } from './readings.js';
import { seenByOnvif, seenByRtsp } from './readings.js';
import type { SeenDevice, SiteDevice } from './site-device.js';

/** What looking at one device needs. */
export interface LookOptions {
  agentId: string;
  inventory: Inventory;
  credentials: CredentialStore;
  readOnvif: (o: {
    urls: string[];
    address: string;
    credentials: Credentials | null;
    signal: AbortSignal;
  }) => Promise<DeviceReading>;
  /** Asks for one stream by its URL. One login at most is sent. */
  readUrl: (url: string, credentials: Credentials | null, signal: AbortSignal) => Promise<RtspReading>;
  /** Looks for the streams of a device without ONVIF among the usual paths; stops where a login is refused. */
  readPort: (o: {
    host: string;
    port: number;
    hints: readonly (string | null)[];
    credentials: Credentials | null;
    signal: AbortSignal;
  }) => Promise<RtspReading>;
  /** The site login was given for this host's range. */
  inSiteRange: (host: string) => boolean;
  /** A device let a login in that it did not have before. */
  onLogin: (device: SiteDevice) => void;
  log: Log;
}

/** Logins tried on one device in one look: a camera counts wrong ones. */
const loginsPerLook = 2;

/** One look at the whole site. */
export interface Look {
  /** Device → the place where it answered during this look. */
  seenAt: Map<string, string>;
  o: LookOptions;
  signal: AbortSignal;
}

const refusedReason = 'The camera refused the login it was given. Give it another one.';

/** A refused login is told on, over restarts: asked without one, a camera says only that it wants one. */
function take({ seenAt, o }: Look, shown: SeenDevice): SiteDevice {
  const known = shown.access === 'needs_login' ? o.inventory.find(shown) : null;
  const isRefused = known !== null && o.credentials.hasRefused(known.deviceId);
  const seen = isRefused ? { ...shown, accessReason: refusedReason } : shown;
  const liveElsewhere = (device: SiteDevice) => {
    const place = seenAt.get(device.deviceId);
    return place !== undefined && place !== seen.place;
  };
  const device = o.inventory.see(seen, liveElsewhere);
  seenAt.set(device.deviceId, device.place);
  return device;
}

/** First without a login, unless this very device let one in before; then with those that may be tried on it. */
export async function readFound(look: Look, found: FoundDevice): Promise<void> {
  const { o, signal } = look;
  if (found.onvifUrls.length === 0) return;
  const blank: DeviceReading = {
    outcome: 'needs_login',
    detail: '',
    manufacturer: null,
    model: null,
    firmware: null,
    serial: null,
    macs: [],
    endpoint: null,
    name: null,
    clockOffsetMs: null,
    channels: [],
  };
  const known = o.inventory.find(seenByOnvif(found, blank, o.agentId));
  const trusted = known && trustedLogin(o, known);
  const { reading, seen } = await readAs(look, found, trusted);
  signal.throwIfAborted();
  if (isSecondAddress(o.inventory.devices(), found.address, reading.endpoint)) return;
  if (reading.outcome === 'not_onvif' && !known) return;
  const before = new Set(o.inventory.devices().map(({ deviceId }) => deviceId));
  const device = take(look, seen);
  if (reading.outcome !== 'needs_login') return;
  const now = await signIn(look, found, device, trusted);
  if (now === null) return;
  if (now.deviceId !== device.deviceId && !before.has(device.deviceId)) {
    // The newcomer turned out to be a known device.
    o.inventory.drop(device.deviceId);
    look.seenAt.delete(device.deviceId);
  }
  noteSecondAddress(o, now, found.address, reading.endpoint);
}

/** The login to begin with: of a device that let one in before, the best that may be tried on it. */
const trustedLogin = (o: LookOptions, known: SiteDevice): Credentials | null =>
  o.credentials.provenFor(known.deviceId) === null
    ? null
    : (o.credentials.candidates(targetOf(o, known))[0] ?? null);

async function readAs({ o, signal }: Look, found: FoundDevice, credentials: Credentials | null) {
  const { onvifUrls: urls, address } = found;
  const reading = await o.readOnvif({ urls, address, credentials, signal });
  return { reading, seen: seenByOnvif(found, reading, o.agentId) };
}

/**
 * Tries what may be tried on a device that wants a login, and remembers what it refuses; `tried`: was refused just now.
 * Resolves to the device as it is once it let one in; null when it did not.
 */
async function signIn(
  look: Look,
  found: FoundDevice,
  device: SiteDevice,
  tried: Credentials | null,
): Promise<SiteDevice | null> {
  const { o, signal } = look;
  if (tried !== null) await o.credentials.refused(device.deviceId, tried);
  for (const login of o.credentials.candidates(targetOf(o, device)).slice(0, loginsPerLook)) {
    if (login === tried) continue;
    const { reading, seen } = await readAs(look, found, login);
    signal.throwIfAborted();
    if (reading.outcome === 'unreachable' || reading.outcome === 'not_onvif') return null;
    if (reading.outcome === 'needs_login') {
      await o.credentials.refused(device.deviceId, login);
      take(look, seen);
      o.log.info({ place: device.place }, 'a camera refuses its login');
      continue;
    }
    const now = take(look, seen);
    await o.credentials.accepted(now.deviceId, login);
    o.onLogin(now);
    return now;
  }
  return null;
}

/** Who answers there is known from its other address, says its own endpoint reference. Pure. */
const isSecondAddress = (devices: readonly SiteDevice[], address: string, endpoint: string | null): boolean =>
  devices.some(
    ({ alsoAt, host }) =>
      host !== address && alsoAt.some((other) => other.address === address && other.endpoint === endpoint),
  );

function noteSecondAddress(
  o: LookOptions,
  device: SiteDevice,
  address: string,
  endpoint: string | null,
): void {
  if (device.host !== address && endpoint !== null)
    o.inventory.alsoAt(device.deviceId, { address, endpoint });
}

const targetOf = (o: LookOptions, device: SiteDevice) => ({
  deviceId: device.deviceId,
  names: [
    ...device.channels.map(({ localId }) => localId),
    device.place,
    device.host,
    ...(device.url ? [device.url] : []),
  ],
  inSiteRange: o.inSiteRange(device.host),
});

/** An address a person gave names the stream exactly, or a device whose path is looked for. */
export async function readManual(look: Look, url: string): Promise<void> {
  const { o } = look;
  if (isPathUnknown(url)) {
    const place = hostAndPort(url);
    const at = place.lastIndexOf(':');
    const isFound = o.inventory
      .devices()
      .some((device) => device.place === place && look.seenAt.has(device.deviceId));
    const [host, port] = [place.slice(0, at), Number(place.slice(at + 1))];
    if (!isFound) await readPort(look, { host, port, name: null, hints: [] });
    return;
  }
  const isKnownStream = o.inventory
    .cameras()
    .some(
      ({ device, channel }) =>
        device.kind === 'onvif' && channel.streams.some((stream) => sameUrl(stream.url, url)),
    );
  if (!isKnownStream) await readGeneric(look, url, null, (login) => o.readUrl(url, login, look.signal));
}

/** A port that speaks RTSP, found by the sweep: its root names it, its path is looked for once. */
export async function readPort(
  look: Look,
  found: { host: string; port: number; name: string | null; hints: readonly (string | null)[] },
): Promise<RtspReading> {
  const { o, signal } = look;
  const { host, port, name, hints } = found;
  const known = o.inventory
    .devices()
    .find((device) => device.kind === 'generic' && device.place === `${host}:${port}`);
  const before = known?.channels[0]?.streams[0]?.url;
  const identityUrl = known?.url ?? `rtsp://${host}${port === 554 ? '' : `:${port}`}/`;
  return readGeneric(look, identityUrl, name, (credentials) =>
    before === undefined
      ? o.readPort({ host, port, hints, credentials, signal })
      : o.readUrl(before, credentials, signal),
  );
}

/** Asks without a login first; sends one only where it is asked for, and at most two, as cameras lock accounts. */
async function readGeneric(
  look: Look,
  identityUrl: string,
  name: string | null,
  ask: (login: Credentials | null) => Promise<RtspReading>,
): Promise<RtspReading> {
  const { o, signal } = look;
  const takeIn = (reading: RtspReading) =>
    take(look, seenByRtsp({ identityUrl, reading, name, agentId: o.agentId }));
  const first = await ask(null);
  signal.throwIfAborted();
  // Taken in before a login is tried: refusals are counted for this device, over restarts.
  const device = takeIn(first);
  if (first.outcome !== 'unauthorized') return first;
  for (const login of o.credentials.candidates(targetOf(o, device)).slice(0, loginsPerLook)) {
    const reading = await ask(login);
    signal.throwIfAborted();
    if (reading.outcome === 'unreachable' || reading.outcome === 'timeout') return first;
    if (reading.outcome === 'unauthorized') {
      await o.credentials.refused(device.deviceId, login);
      takeIn(reading);
      o.log.info({ place: device.place }, 'a camera refuses its login');
      continue;
    }
    const isNew = o.credentials.provenFor(device.deviceId) === null;
    await o.credentials.accepted(device.deviceId, login);
    const now = takeIn(reading);
    if (isNew) o.onLogin(now);
    return reading;
  }
  return first;
}

/** A known device that did not show itself is asked directly before it counts as gone. */
export async function readMissing(look: Look, device: SiteDevice): Promise<void> {
  const { o, signal } = look;
  if (device.kind === 'generic') {
    const { outcome, detail } = await readKnownGeneric(look, device);
    const isGone = outcome === 'unreachable' || outcome === 'timeout';
    if (isGone) o.inventory.markUnreachable(device.deviceId, detail);
    return;
  }
  const found: FoundDevice = {
    address: device.host,
    endpoint: null,
    onvifUrls: device.onvifUrls,
    rtspPorts: [],
    mac: null,
    name: null,
    model: null,
    maker: null,
    rtspServer: null,
  };
  const trusted = trustedLogin(o, device);
  const { reading, seen } = await readAs(look, found, trusted);
  signal.throwIfAborted();
  if (reading.outcome === 'unreachable' || reading.outcome === 'not_onvif') {
    o.inventory.markUnreachable(device.deviceId, reading.detail);
    return;
  }
  // Another device may have got the address: what answers is this one only when a key says so.
  if (o.inventory.find(seen)?.deviceId !== device.deviceId) {
    o.inventory.markUnreachable(device.deviceId, 'Another device answers at its last address.');
    return;
  }
  const there = take(look, seen);
  if (reading.outcome === 'needs_login') await signIn(look, found, there, trusted);
}

function readKnownGeneric(look: Look, device: SiteDevice): Promise<RtspReading> {
  const url = device.channels[0]?.streams[0]?.url ?? device.url;
  if (url === null || (device.channels[0]?.streams.length === 0 && isPathUnknown(url))) {
    const port = Number(device.place.slice(device.place.lastIndexOf(':') + 1));
    return readPort(look, { host: device.host, port, name: null, hints: [] });
  }
  return readGeneric(look, device.url ?? url, null, (login) => look.o.readUrl(url, login, look.signal));
}

/** `host:port` of an RTSP URL. */
export const hostAndPort = (url: string): string => {
  const authority = url.replace(/^rtsp:\/\//i, '').split(/[/?]/)[0] ?? '';
  return authority.includes(':') ? authority.toLowerCase() : `${authority.toLowerCase()}:554`;
};

const sameUrl = (a: string, b: string): boolean =>
  hostAndPort(a) === hostAndPort(b) &&
  a.replace(/^rtsp:\/\/[^/?]*/i, '') === b.replace(/^rtsp:\/\/[^/?]*/i, '');
