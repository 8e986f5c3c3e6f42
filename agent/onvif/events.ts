import { atAnsweringAddress } from '../answering-address.js';
import type { Clock } from '../clock.js';
import type { Credentials } from '../digest-auth.js';
import type { Log } from '../log.js';
import { backoffMs } from '../retry.js';
import { cameraTimeMs } from './clock-offset.js';
import { eventService } from './device-facts.js';
import { getCapabilities, getServices, getSystemDateAndTime } from './requests.js';
import { createSensors, type SensorEvent, type Sensors, type SourceChannels } from './sensors.js';
import { openSession, type Session } from './session.js';
import { shortPullMs, subscribe, type Subscription } from './subscription.js';

export type EventState =
  | { kind: 'subscribed' }
  /** The camera is asked again after `pauseMs`. */
  | { kind: 'waiting'; detail: string; pauseMs: number }
  /** It has no events; not asked again. */
  | { kind: 'unsupported'; detail: string }
  /** It refused the login; not asked again, because cameras lock accounts (Q43). */
  | { kind: 'unauthorized'; detail: string };

export interface EventOptions {
  /** Device service URLs, best first. */
  urls: readonly string[];
  /** The IP that answers: host of everything dialled (Q71). */
  address: string;
  credentials: Credentials | null;
  mayConnect: (host: string) => boolean;
  channels: SourceChannels;
  onEvent: (event: SensorEvent) => void;
  onState: (state: EventState) => void;
  /** Per request other than a pull; 5 s by default. */
  timeoutMs?: number;
  /** How long the camera may hold a pull; 60 s by default. */
  pullMs?: number;
  clock: Clock;
  random: () => number;
  log: Log;
}

export interface EventStream {
  /** Stops hearing and frees the camera's slot (Q70). */
  close(): Promise<void>;
}

/** Field notes, ONVIF. The pause is never near zero: some cameras answer every pull with a fault (Q72). */
const rebuild = { firstMs: 5_000, maxMs: 300_000 };
/** A subscription that lived this long was no failure. */
const healthyMs = 120_000;

/**
 * Hears a camera's sensors through a pull point, and makes another one after a growing pause whenever it is lost, until it is
 * closed, the camera refuses the login or has no events. A new login needs a new stream.
 */
export function startEvents(o: EventOptions): EventStream {
  const stop = new AbortController();
  const sensors = createSensors({
    channels: o.channels,
    onEvent: (event) => o.onEvent(event),
    clock: o.clock,
  });
  const running = hear(o, sensors, stop.signal)
    .catch((error: unknown) => {
      if (!stop.signal.aborted) o.log.error({ err: error, address: o.address }, 'hearing a camera ended');
    })
    .finally(() => sensors.close());
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

async function hear(o: EventOptions, sensors: Sensors, signal: AbortSignal): Promise<void> {
  const memory = { pullMs: o.pullMs ?? 60_000 };
  for (let failures = 0; !signal.aborted;) {
    const startMs = o.clock.monotonicMs();
    const ended = await hearOnce(o, sensors, memory, signal);
    if (signal.aborted) return;
    if (ended.kind !== 'lost') {
      o.onState(ended);
      return;
    }
    failures = o.clock.monotonicMs() - startMs >= healthyMs ? 0 : failures + 1;
    const windowMs = Math.min(rebuild.maxMs, rebuild.firstMs * 2 ** Math.min(Math.max(0, failures - 1), 10));
    const pauseMs = windowMs / 2 + backoffMs(0, { firstMs: windowMs / 2, maxMs: windowMs / 2 }, o.random);
    o.onState({ kind: 'waiting', detail: ended.detail, pauseMs });
    await o.clock.sleep(pauseMs, signal).catch(() => undefined);
  }
}

type Ended = Extract<EventState, { kind: 'unsupported' | 'unauthorized' }> | { kind: 'lost'; detail: string };

/** One subscription from its making to its loss. */
async function hearOnce(
  o: EventOptions,
  sensors: Sensors,
  memory: { pullMs: number },
  signal: AbortSignal,
): Promise<Ended> {
  const session = openSession({ ...sessionOptions(o), totalTimeoutMs: Number.POSITIVE_INFINITY, signal });
  const service = await findEventService(session, o);
  if (service.kind !== 'service') return service;
  const made = await subscribe(session, { serviceUrl: service.url, address: o.address, clock: o.clock });
  if (made.kind === 'unauthorized') return { kind: 'unauthorized', detail: refusedLogin(made.detail) };
  if (made.kind !== 'subscription') return { kind: 'lost', detail: made.detail };
  o.onState({ kind: 'subscribed' });
  const clockOf = hourlyClock(session, o, service);
  const ended = await pullAll(made.subscription, o, { sensors, memory, signal, clockOf });
  if (signal.aborted) {
    const closing = openSession({ ...sessionOptions(o), totalTimeoutMs: closingMs });
    closing.setClockOffset(clockOf.offsetMs());
    await made.subscription.end(closing);
  }
  return ended;
}

const closingMs = 4_000;

const sessionOptions = (o: EventOptions) => ({
  credentials: o.credentials,
  mayConnect: (host: string) => o.mayConnect(host),
  timeoutMs: o.timeoutMs ?? 5_000,
  clock: o.clock,
});

const refusedLogin = (hint: string): string =>
  hint === '' ? 'The camera refuses its events to this login.' : `The camera refuses its events; ${hint}.`;

async function pullAll(
  subscription: Subscription,
  o: EventOptions,
  at: { sensors: Sensors; memory: { pullMs: number }; signal: AbortSignal; clockOf: CameraClock },
): Promise<Ended> {
  for (;;) {
    await at.clockOf.refresh();
    const startMs = o.clock.monotonicMs();
    const outcome = await subscription.pull(at.memory.pullMs);
    if (at.signal.aborted) return { kind: 'lost', detail: 'stopped' };
    if (outcome.kind === 'readings') {
      for (const reading of outcome.readings) at.sensors.take(reading, at.clockOf.offsetMs());
      // Some cameras answer at once with nothing, which would be asked again at once.
      if (outcome.readings.length === 0 && o.clock.monotonicMs() - startMs < emptyAnswerMs)
        await o.clock.sleep(emptyAnswerMs, at.signal).catch(() => undefined);
      continue;
    }
    if (outcome.kind === 'unauthorized')
      return { kind: 'lost', detail: 'the camera no longer takes the login' };
    // Cut in the middle of a long pull: short ones may pass (field notes, ONVIF).
    if (at.memory.pullMs > shortPullMs && o.clock.monotonicMs() - startMs > shortPullMs)
      at.memory.pullMs = shortPullMs;
    return { kind: 'lost', detail: outcome.detail };
  }
}

/** An empty answer that came sooner is followed by a pause of the same length. */
const emptyAnswerMs = 1_000;

interface CameraClock {
  offsetMs(): number;
  /** Reads it again when an hour has passed: clocks drift, and logins are refused for their age. */
  refresh(): Promise<void>;
}

const clockLifeMs = 3_600_000;

function hourlyClock(
  session: Session,
  o: EventOptions,
  service: { deviceUrl: string; clockOffsetMs: number },
): CameraClock {
  let offsetMs = service.clockOffsetMs;
  let readAtMs = o.clock.monotonicMs();
  return {
    offsetMs: () => offsetMs,
    async refresh() {
      if (o.clock.monotonicMs() - readAtMs < clockLifeMs) return;
      readAtMs = o.clock.monotonicMs();
      const time = await session.callBare(service.deviceUrl, getSystemDateAndTime());
      const timeMs = time.kind === 'response' ? cameraTimeMs(time.element) : null;
      offsetMs = timeMs === null ? (session.httpClockOffsetMs() ?? offsetMs) : timeMs - o.clock.wallMs();
      session.setClockOffset(offsetMs);
    },
  };
}

/** Reads the camera's clock, for login tokens and times of events, and where its events are. */
async function findEventService(
  session: Session,
  o: EventOptions,
): Promise<{ kind: 'service'; url: string; deviceUrl: string; clockOffsetMs: number } | Ended> {
  const atCamera = (said: string) => atAnsweringAddress(said, o.address, ['http', 'https'])?.url ?? null;
  let detail = 'no address is known at which it could be asked';
  for (const deviceUrl of new Set(o.urls.flatMap((url) => atCamera(url) ?? []))) {
    const time = await session.callBare(deviceUrl, getSystemDateAndTime());
    if (time.kind !== 'response' && time.kind !== 'unauthorized' && time.kind !== 'fault') {
      detail = time.detail;
      continue;
    }
    const timeMs = time.kind === 'response' ? cameraTimeMs(time.element) : null;
    const clockOffsetMs = timeMs === null ? (session.httpClockOffsetMs() ?? 0) : timeMs - o.clock.wallMs();
    session.setClockOffset(clockOffsetMs);
    for (const request of [getServices(), getCapabilities()]) {
      const listed = await session.call(deviceUrl, request);
      if (listed.kind === 'unauthorized')
        return { kind: 'unauthorized', detail: refusedLogin(listed.detail) };
      const said = listed.kind === 'response' ? eventService(listed.element) : null;
      const url = said === null ? null : atCamera(said);
      if (url !== null) return { kind: 'service', url, deviceUrl, clockOffsetMs };
      if (listed.kind !== 'response' && listed.kind !== 'fault' && listed.kind !== 'not_soap')
        return { kind: 'lost', detail: listed.detail };
    }
    return { kind: 'unsupported', detail: 'The camera offers no events.' };
  }
  return { kind: 'lost', detail };
}
