import { createHash } from 'node:crypto';
import type { CredentialStore } from './cameras/credentials.js';
import type { Inventory } from './cameras/inventory.js';
import type { Clock } from './clock.js';
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

/** Puts together what hears the cameras' sensors. */
export function wireEvents(o: {
  scanRanges: readonly string[];
  inventory: Inventory;
  credentials: CredentialStore;
  /** Video sources of a device by its first service URL; absent when it was not read in this run. */
  videoSources: ReadonlyMap<string, SourceChannels>;
  tell: SensorListeningOptions['tell'];
  closing: Closing;
  clock: Clock;
  random: () => number;
  log: Log;
}): SensorListening {
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
  const listening = startSensorListening({
    sources,
    tell: o.tell,
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
        onState: (state) => log.debug({ deviceId, state: state.kind }, 'sensors of a camera'),
        clock,
        random,
        log,
      });
    },
  });
  o.closing.add('sensors', () => listening.close());
  return listening;
}
