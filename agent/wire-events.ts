import { createHash } from 'node:crypto';
import type { CredentialStore } from './cameras/credentials.js';
import type { Inventory } from './cameras/inventory.js';
import type { Clock } from './clock.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { Closing } from './closing.js';
import {
  startSensorListening,
  type SensorListening,
  type SensorListeningOptions,
  type SensorSource,
} from './events/sensor-listening.js';
import type { Log } from './log.js';
import { startEvents } from './onvif/events.js';
import type { SourceChannels } from './onvif/sensors.js';
import { reachOf } from './wire-cameras.js';

export interface Sensors extends SensorListening {
  /** Whether this camera's sensors are heard at the moment. */
  hears(cameraId: CameraId): boolean;
}

/** Puts together what hears the cameras' sensors. */
export function wireEvents(o: {
  scanRanges: readonly string[];
  inventory: Inventory;
  credentials: CredentialStore;
  /** Video sources of a device by its first service URL; absent when it was not read in this run. */
  videoSources: ReadonlyMap<string, SourceChannels>;
  tell: SensorListeningOptions['tell'];
  /** Something moved at a camera, or ceased to. */
  onMotion: (cameraId: CameraId, isActive: boolean) => void;
  closing: Closing;
  clock: Clock;
  random: () => number;
  log: Log;
}): Sensors {
  const { clock, random, log } = o;
  const sources = (): SensorSource[] =>
    o.inventory.devices().flatMap((device) => {
      const cameras = new Map(
        device.channels.flatMap(({ channel, registration }) =>
          registration?.cameraId ? [[channel, registration.cameraId] as const] : [],
        ),
      );
      const tokens = o.videoSources.get(device.onvifUrls[0] ?? '');
      if (device.access !== 'ready' || cameras.size === 0 || tokens === undefined) return [];
      const depends = [device.onvifUrls, o.credentials.provenFor(device.deviceId), tokens];
      const key = createHash('sha256').update(JSON.stringify(depends)).digest('hex');
      return [{ deviceId: device.deviceId, key, cameras }];
    });
  const subscribed = new Set<string>();
  const listening = startSensorListening({
    sources,
    tell(kind, cameraId, detail) {
      const motion = /^(?:motion|line_crossing)_(started|ended)$/.exec(kind);
      if (motion) o.onMotion(cameraId, motion[1] === 'started');
      o.tell(kind, cameraId, detail);
    },
    log,
    listen({ deviceId }, onChange) {
      const device = o.inventory.devices().find((one) => one.deviceId === deviceId);
      return startEvents({
        urls: device?.onvifUrls ?? [],
        address: device?.host ?? '',
        credentials: o.credentials.provenFor(deviceId),
        mayConnect: reachOf(o.scanRanges).mayConnect,
        channels: o.videoSources.get(device?.onvifUrls[0] ?? '') ?? [],
        onEvent: onChange,
        onState(state) {
          if (state.kind === 'subscribed') subscribed.add(deviceId);
          else subscribed.delete(deviceId);
          log.debug({ deviceId, state: state.kind }, 'sensors of a camera');
        },
        clock,
        random,
        log,
      });
    },
  });
  o.closing.add('sensors', () => listening.close());
  return {
    ...listening,
    hears: (cameraId) =>
      sources().some(
        ({ deviceId, cameras }) => subscribed.has(deviceId) && [...cameras.values()].includes(cameraId),
      ),
  };
}
