import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Credentials, CredentialStore } from './credentials.js';
import type { Inventory } from './inventory.js';
import type { DeviceReading, FoundDevice, RtspReading } from './readings.js';
import { seenByOnvif, seenByRtsp } from './readings.js';
import type { SeenDevice, SiteDevice } from './site-device.js';

export interface SurveyOptions {
  agentId: string;
  inventory: Inventory;
  credentials: CredentialStore;
  /** RTSP addresses a person gave: normalised, no user info. */
  manualUrls: () => readonly string[];
  /** Searches the network; `onFound` may be called again when more is known of a device. */
  scan: (o: {
    sweep: boolean;
    signal: AbortSignal;
    onFound: (device: FoundDevice) => void;
  }) => Promise<{ devices: readonly FoundDevice[]; notes: readonly string[] }>;
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
  onSurveyed: (notes: readonly string[]) => void;
  clock: Clock;
  log: Log;
  rescanMs: number;
}

export interface Survey {
  /** Looks again soon; several wishes become one look. `sweep`: also try every host's ports. */
  wake(o?: { sweep?: boolean }): void;
  /** Resolves when the first look is over. */
  readonly first: Promise<void>;
  close(): Promise<void>;
}

const atOnce = 16;
/** While a camera is missing or wants a login, the agent looks more often. */
const incompleteRescanMs = 60_000;
/** Logins tried on one device in one look: a camera counts wrong ones. */
const loginsPerLook = 2;

/** Looks at the site at the start, every `rescanMs` and when woken: search → read → merge. */
export function startSurvey(o: SurveyOptions): Survey {
  const abort = new AbortController();
  const { signal } = abort;
  let wakeUp: () => void = () => undefined;
  let wanted: { sweep: boolean } | null = { sweep: true };
  let finishFirst: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    finishFirst = resolve;
  });

  const run = async () => {
    while (!signal.aborted) {
      const { sweep } = wanted ?? { sweep: false };
      wanted = null;
      try {
        await lookOnce(o, sweep, signal);
      } catch (error) {
        if (!signal.aborted)
          o.log.error({ err: error }, 'a look at the site failed and is tried again later');
      }
      finishFirst();
      const woken = new AbortController();
      wakeUp = () => woken.abort();
      const complete = o.inventory.devices().every(({ access }) => access === 'ready');
      const pauseMs = complete ? o.rescanMs : Math.min(o.rescanMs, incompleteRescanMs);
      if (wanted === null)
        await o.clock.sleep(pauseMs, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    }
  };
  const running = run().finally(finishFirst);
  return {
    wake({ sweep = false } = {}) {
      wanted = { sweep: sweep || (wanted?.sweep ?? false) };
      wakeUp();
    },
    first,
    async close() {
      abort.abort(new Error('the agent stops'));
      await running;
    },
  };
}

async function lookOnce(o: SurveyOptions, sweep: boolean, signal: AbortSignal): Promise<void> {
  const look: Look = { seenAt: new Map(), limit: createLimit(atOnce), o, signal };
  const read = new Map<string, Promise<void>>();
  /** Devices are read while the search goes on; one whose facts grew is read again after it. */
  const readOnce = (device: FoundDevice) => {
    const key = JSON.stringify([device.address, device.onvifUrls, device.endpoint, device.mac]);
    const reading = read.get(key) ?? look.limit(() => readFound(look, device));
    read.set(key, reading);
    return reading;
  };
  const { devices, notes } = await o.scan({
    sweep,
    signal,
    onFound: (device) => {
      if (device.onvifUrls.length > 0) void readOnce(device).catch(() => undefined);
    },
  });
  signal.throwIfAborted();
  await Promise.all(read.values());
  await Promise.all(devices.map(readOnce));
  const taken = new Set(o.manualUrls().map(hostAndPort));
  const onvifHosts = new Set(
    o.inventory.devices().flatMap(({ kind, host }) => (kind === 'onvif' ? [host] : [])),
  );
  const ports = devices.flatMap((device) =>
    device.onvifUrls.length > 0 && onvifHosts.has(device.address)
      ? []
      : device.rtspPorts.map((port) => ({ device, port, place: `${device.address}:${port}` })),
  );
  await Promise.all([
    ...o.manualUrls().map((url) => look.limit(() => readManual(look, url))),
    ...ports
      .filter(({ place }) => !taken.has(place))
      .map(({ device, port }) => look.limit(() => readPort(look, device, port))),
  ]);
  await Promise.all(
    o.inventory
      .devices()
      .filter(({ deviceId }) => !look.seenAt.has(deviceId))
      .map((device) => look.limit(() => readMissing(look, device))),
  );
  signal.throwIfAborted();
  o.inventory.surveyed();
  await o.inventory.flush();
  o.onSurveyed(notes);
}

interface Look {
  /** Device → the place where it answered during this look. */
  seenAt: Map<string, string>;
  limit: <Result>(task: () => Promise<Result>) => Promise<Result>;
  o: SurveyOptions;
  signal: AbortSignal;
}

function take({ seenAt, o }: Look, seen: SeenDevice): SiteDevice {
  const liveElsewhere = (device: SiteDevice) => {
    const place = seenAt.get(device.deviceId);
    return place !== undefined && place !== seen.place;
  };
  const device = o.inventory.see(seen, liveElsewhere);
  seenAt.set(device.deviceId, device.place);
  return device;
}

/** First without a login, unless this very device let one in before; then with those that may be tried on it. */
async function readFound(look: Look, found: FoundDevice): Promise<void> {
  const { o, signal } = look;
  if (found.onvifUrls.length === 0) return;
  const read = async (credentials: Credentials | null) => {
    const reading = await o.readOnvif({ urls: found.onvifUrls, address: found.address, credentials, signal });
    return { reading, seen: seenByOnvif(found, reading, o.agentId) };
  };
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
    channels: [],
  };
  const known = o.inventory.find(seenByOnvif(found, blank, o.agentId));
  const proven = known ? o.credentials.candidates(targetOf(o, known)).slice(0, 1) : [];
  const trusted = known && o.credentials.provenFor(known.deviceId) ? (proven[0] ?? null) : null;
  const { reading, seen } = await read(trusted);
  signal.throwIfAborted();
  if (reading.outcome === 'not_onvif' && !known) return;
  const device = take(look, seen);
  if (trusted && reading.outcome === 'needs_login') await o.credentials.refused(device.deviceId, trusted);
  if (reading.outcome !== 'needs_login') return;
  for (const login of o.credentials.candidates(targetOf(o, device)).slice(0, loginsPerLook)) {
    if (login === trusted) continue;
    const again = await read(login);
    signal.throwIfAborted();
    if (again.reading.outcome === 'unreachable' || again.reading.outcome === 'not_onvif') return;
    if (again.reading.outcome === 'needs_login') {
      await o.credentials.refused(device.deviceId, login);
      look.o.log.info({ place: device.place }, 'a camera refuses its login');
      continue;
    }
    const now = take(look, again.seen);
    await o.credentials.accepted(now.deviceId, login);
    o.onLogin(now);
    return;
  }
}

const targetOf = (o: SurveyOptions, device: SiteDevice) => ({
  deviceId: device.deviceId,
  names: [
    ...device.channels.map(({ localId }) => localId),
    device.place,
    device.host,
    ...(device.url ? [device.url] : []),
  ],
  inSiteRange: o.inSiteRange(device.host),
});

/** An address a person gave names the stream exactly. */
async function readManual(look: Look, url: string): Promise<void> {
  const { o } = look;
  const isKnownStream = o.inventory
    .cameras()
    .some(
      ({ device, channel }) =>
        device.kind === 'onvif' && channel.streams.some((stream) => sameUrl(stream.url, url)),
    );
  if (!isKnownStream) await readGeneric(look, url, null, (login) => o.readUrl(url, login, look.signal));
}

/** A port that speaks RTSP, found by the sweep: its root names it, its path is looked for. */
async function readPort(look: Look, found: FoundDevice, port: number): Promise<void> {
  const { o, signal } = look;
  const place = `${found.address}:${port}`;
  const known = o.inventory.devices().find((device) => device.kind === 'generic' && device.place === place);
  const before = known?.channels[0]?.streams[0]?.url;
  const identityUrl = known?.url ?? `rtsp://${port === 554 ? found.address : place}/`;
  await readGeneric(look, identityUrl, found.name ?? found.model, (credentials) =>
    before === undefined
      ? o.readPort({ host: found.address, port, hints: [found.model, found.rtspServer], credentials, signal })
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
async function readMissing(look: Look, device: SiteDevice): Promise<void> {
  const { o, signal } = look;
  if (device.kind === 'generic') {
    const url = device.channels[0]?.streams[0]?.url ?? device.url ?? `rtsp://${device.place}/`;
    const { outcome, detail } = await readGeneric(look, device.url ?? url, null, (login) =>
      o.readUrl(url, login, signal),
    );
    const isGone = outcome === 'unreachable' || outcome === 'timeout';
    if (isGone) o.inventory.markUnreachable(device.deviceId, detail);
    return;
  }
  const proven = o.credentials.provenFor(device.deviceId);
  const address = device.host;
  const reading = await o.readOnvif({ urls: device.onvifUrls, address, credentials: proven, signal });
  signal.throwIfAborted();
  if (reading.outcome === 'unreachable' || reading.outcome === 'not_onvif') {
    o.inventory.markUnreachable(device.deviceId, reading.detail);
    return;
  }
  const found = {
    address,
    endpoint: reading.endpoint,
    onvifUrls: device.onvifUrls,
    rtspPorts: [],
    mac: null,
    name: null,
    model: null,
    rtspServer: null,
  };
  const seen = seenByOnvif(found, reading, o.agentId);
  // Another device may have got the address: what answers is this one only when a key says so.
  if (o.inventory.find(seen)?.deviceId === device.deviceId) take(look, seen);
  else o.inventory.markUnreachable(device.deviceId, 'Another device answers at its last address.');
}

const hostAndPort = (url: string): string => {
  const authority = url.replace(/^rtsp:\/\//i, '').split(/[/?]/)[0] ?? '';
  return authority.includes(':') ? authority.toLowerCase() : `${authority.toLowerCase()}:554`;
};

const sameUrl = (a: string, b: string): boolean =>
  hostAndPort(a) === hostAndPort(b) &&
  a.replace(/^rtsp:\/\/[^/?]*/i, '') === b.replace(/^rtsp:\/\/[^/?]*/i, '');

/** Runs at most `max` tasks at once, in order of asking. */
function createLimit(max: number) {
  let free = max;
  const waiting: (() => void)[] = [];
  return async <Result>(task: () => Promise<Result>): Promise<Result> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
