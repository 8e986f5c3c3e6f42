import type { Clock } from '../clock.js';
import type { SensorKind, SensorReading } from './notifications.js';

export interface SensorEvent {
  kind: SensorKind;
  active: boolean;
  /** Null when the camera did not say at which of its video sources. */
  channel: number | null;
  /** Wall time of the agent, epoch ms. */
  atMs: number;
}

/** Video sources by token, as read from the device. */
export type SourceChannels = readonly { channel: number; sourceToken: string }[];

export interface Sensors {
  /** @param clockOffsetMs camera clock minus agent clock */
  take(reading: SensorReading, clockOffsetMs: number): void;
  close(): void;
}

/** Cameras forget to tell the end of a motion (field notes, ONVIF). */
const quietEndMs = 30_000;
/** A camera time further from now is a wrong clock (Q42), not an old event. */
const plausibleDelayMs = 60_000;
const maxSensors = 256;

/**
 * Turns readings into starts and ends: a repeated reading is no event, a motion or crossing whose end is not told ends by
 * itself after 30 s. An input or a tampered view stays as it is until the camera says otherwise.
 */
export function createSensors(o: {
  channels: SourceChannels;
  onEvent: (event: SensorEvent) => void;
  clock: Clock;
}): Sensors {
  const active = new Map<string, { event: SensorEvent; quiet: AbortController }>();
  const end = (sensor: string, atMs: number): void => {
    const current = active.get(sensor);
    if (current === undefined) return;
    active.delete(sensor);
    current.quiet.abort();
    o.onEvent({ ...current.event, active: false, atMs });
  };
  const start = (reading: SensorReading, atMs: number): void => {
    const { sensor, kind } = reading;
    const current = active.get(sensor);
    current?.quiet.abort();
    if (current === undefined && active.size >= maxSensors) return;
    const quiet = new AbortController();
    const event = current?.event ?? { kind, active: true, channel: channelOf(reading, o.channels), atMs };
    active.set(sensor, { event, quiet });
    if (current === undefined) o.onEvent(event);
    if (kind === 'motion' || kind === 'line_crossing' || reading.state === 'pulse') {
      o.clock.sleep(quietEndMs, quiet.signal).then(
        () => end(sensor, o.clock.wallMs()),
        () => undefined,
      );
    }
  };
  return {
    take: (reading, clockOffsetMs) => {
      const atMs = eventTimeMs(reading.cameraTimeMs, clockOffsetMs, o.clock.wallMs());
      if (reading.state === 'inactive') end(reading.sensor, atMs);
      else start(reading, atMs);
    },
    close: () => {
      for (const { quiet } of active.values()) quiet.abort();
      active.clear();
    },
  };
}

/** The only channel of a device, or the one whose video source the notification names. Pure. */
export function channelOf({ sourceTokens }: SensorReading, channels: SourceChannels): number | null {
  const [only, ...more] = channels;
  if (only !== undefined && more.length === 0) return only.channel;
  return channels.find(({ sourceToken }) => sourceTokens.includes(sourceToken))?.channel ?? null;
}

/** The camera's time of an event on the agent's clock, or now when it cannot be true. Pure. */
export function eventTimeMs(cameraTimeMs: number | null, clockOffsetMs: number, nowMs: number): number {
  const atMs = cameraTimeMs === null ? nowMs : cameraTimeMs - clockOffsetMs;
  return Math.abs(nowMs - atMs) > plausibleDelayMs ? nowMs : Math.min(atMs, nowMs);
}
