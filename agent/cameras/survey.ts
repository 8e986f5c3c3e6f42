import type { IdentityKey } from '@gantry/protocol/camera.js';
import type { Clock } from '../clock.js';
import { createAbsences, movedUrls, strongKeys, type Absences } from './absences.js';
import {
  hostAndPort,
  readFound,
  readManual,
  readMissing,
  readPort,
  type Look,
  type LookOptions,
} from './look.js';
import type { FoundDevice } from './readings.js';
import type { SiteDevice } from './site-device.js';

export interface SurveyOptions extends LookOptions {
  /** RTSP addresses a person gave: normalised, no user info. */
  manualUrls: () => readonly string[];
  /** Searches the network; `onFound` may be called again when more is known of a device. */
  scan: (o: {
    sweep: boolean;
    signal: AbortSignal;
    onFound: (device: FoundDevice) => void;
  }) => Promise<{ devices: readonly FoundDevice[]; notes: readonly string[] }>;
  /** Searches the site for one device that vanished; resolves to the address where its strong ids are, or null. */
  searchFor: (o: {
    device: SiteDevice;
    ids: readonly IdentityKey[];
    /** Addresses at which other devices answer. */
    taken: ReadonlySet<string>;
    signal: AbortSignal;
  }) => Promise<string | null>;
  /** How long a device may be gone before it is searched for; three minutes by default. */
  searchAfterMs?: number;
  onSurveyed: (notes: readonly string[]) => void;
  clock: Clock;
  rescanMs: number;
}

export interface Survey {
  /** Looks again soon; several wishes become one look. `sweep`: also try every host's ports. */
  wake(o?: { sweep?: boolean }): void;
  /** A camera said it is there: only its address is looked at, soon. */
  arrived(found: FoundDevice): void;
  /** The device with this endpoint reference said goodbye: it is asked whether it is gone, soon. */
  left(endpoint: string): void;
  /** Resolves when the first look is over. */
  readonly first: Promise<void>;
  close(): Promise<void>;
}

const atOnce = 16;
/** A camera says goodbye before it goes. */
const goodbyeMs = 3_000;
/** While a camera is missing or wants a login, the agent looks more often. */
const incompleteRescanMs = 60_000;

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

  const absences = createAbsences(o.searchAfterMs);
  const arrivals = new Map<string, FoundDevice>();
  const leavings = new Set<string>();
  let lookAtMs = o.clock.monotonicMs();
  const isWoken = () => wanted !== null || arrivals.size > 0 || leavings.size > 0;
  const run = async () => {
    while (!signal.aborted) {
      const isDue = wanted !== null || o.clock.monotonicMs() >= lookAtMs;
      const { sweep } = wanted ?? { sweep: false };
      wanted = null;
      try {
        if (isDue) {
          await lookOnce(o, sweep, signal);
          await findMoved(o, absences, signal);
        }
        await glance(o, { arrivals, leavings }, signal);
      } catch (error) {
        if (!signal.aborted)
          o.log.error({ err: error }, 'a look at the site failed and is tried again later');
      }
      finishFirst();
      const complete = o.inventory.devices().every(({ access }) => access === 'ready');
      const pauseMs = complete ? o.rescanMs : Math.min(o.rescanMs, incompleteRescanMs);
      if (isDue) lookAtMs = o.clock.monotonicMs() + pauseMs;
      // A camera that is gone since a glance is worth the shorter pause too.
      else lookAtMs = Math.min(lookAtMs, o.clock.monotonicMs() + pauseMs);
      const woken = new AbortController();
      wakeUp = () => woken.abort();
      const restMs = Math.max(0, lookAtMs - o.clock.monotonicMs());
      if (!isWoken())
        await o.clock.sleep(restMs, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    }
  };
  const running = run().finally(finishFirst);
  return {
    wake({ sweep = false } = {}) {
      wanted = { sweep: sweep || (wanted?.sweep ?? false) };
      wakeUp();
    },
    arrived(found) {
      arrivals.set(found.address, found);
      wakeUp();
    },
    left(endpoint) {
      const ask = () => {
        leavings.add(endpoint);
        wakeUp();
      };
      o.clock.sleep(goodbyeMs, signal).then(ask, () => undefined);
    },
    first,
    async close() {
      abort.abort(new Error('the agent stops'));
      await running;
    },
  };
}

/** Looks at single devices that said something, without searching; one at a time, so that no login is tried twice. */
async function glance(
  o: SurveyOptions,
  said: { arrivals: Map<string, FoundDevice>; leavings: Set<string> },
  signal: AbortSignal,
): Promise<void> {
  const look: Look = { seenAt: new Map(), o, signal };
  const arrived = [...said.arrivals.values()];
  said.arrivals.clear();
  for (const found of arrived) await readFound(look, found);
  const left = [...said.leavings];
  said.leavings.clear();
  for (const device of o.inventory.devices()) {
    const isNamed = device.keys.some(({ kind, value }) => kind === 'endpoint' && left.includes(value));
    if (isNamed && !look.seenAt.has(device.deviceId)) await readMissing(look, device);
  }
  if (arrived.length > 0 || left.length > 0) await o.inventory.flush();
}

async function lookOnce(o: SurveyOptions, sweep: boolean, signal: AbortSignal): Promise<void> {
  const look: Look = { seenAt: new Map(), o, signal };
  const limit = createLimit(atOnce);
  const read = new Map<string, Promise<void>>();
  /** Devices are read while the search goes on; one whose facts grew is read again after it. */
  const readOnce = (device: FoundDevice) => {
    const key = JSON.stringify([device.address, device.onvifUrls, device.endpoint, device.mac]);
    const reading = read.get(key) ?? limit(() => readFound(look, device));
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
    ...o.manualUrls().map((url) => limit(() => readManual(look, url))),
    ...ports
      .filter(({ place }) => !taken.has(place))
      .map(({ device: { address: host, name, model, maker, rtspServer }, port }) =>
        limit(() => readPort(look, { host, port, name: name ?? model, hints: [model, rtspServer, maker] })),
      ),
  ]);
  await Promise.all(
    o.inventory
      .devices()
      .filter(({ deviceId }) => !look.seenAt.has(deviceId))
      .map((device) => limit(() => readMissing(look, device))),
  );
  signal.throwIfAborted();
  o.inventory.surveyed();
  await o.inventory.flush();
  o.onSurveyed(notes);
}

/** A camera that got another address and does not announce itself is found by its ids (DHCP, R37). */
async function findMoved(o: SurveyOptions, absences: Absences, signal: AbortSignal): Promise<void> {
  for (const device of absences.due(o.inventory.devices(), o.clock.monotonicMs())) {
    const ids = strongKeys(device.keys);
    const answering = o.inventory.devices().filter(({ access }) => access !== 'unreachable');
    const taken = new Set(answering.map(({ host }) => host));
    const address = await o.searchFor({ device, ids, taken, signal });
    signal.throwIfAborted();
    if (address === null) continue;
    o.log.info({ from: device.host, to: address }, 'a camera was found at another address');
    const valueOf = (kind: IdentityKey['kind']) => ids.find((id) => id.kind === kind)?.value ?? null;
    await readFound(
      { seenAt: new Map(), o, signal },
      {
        address,
        endpoint: valueOf('endpoint'),
        onvifUrls: movedUrls(device.onvifUrls, address),
        rtspPorts: [],
        mac: valueOf('mac'),
        name: null,
        model: null,
        maker: null,
        rtspServer: null,
      },
    );
    await o.inventory.flush();
  }
}

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
