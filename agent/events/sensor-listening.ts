import type { CameraId } from '@gantry/protocol/ids.js';
import type { Log } from '../log.js';

/** A device whose sensors are to be heard. `key` changes with whatever needs a new subscription: address, login. */
export interface SensorSource {
  deviceId: string;
  key: string;
  /** Registered cameras by their channel. */
  cameras: ReadonlyMap<number, CameraId>;
}

/** One change of a sensor; `channel` is null when the device did not say at which of its video sources. */
export interface SensorChange {
  kind: 'motion' | 'tamper' | 'digital_input' | 'line_crossing';
  active: boolean;
  channel: number | null;
}

export interface SensorListeningOptions {
  sources: () => readonly SensorSource[];
  /** Subscribes to one device until closed. */
  listen: (source: SensorSource, onChange: (change: SensorChange) => void) => { close(): Promise<void> };
  /** Tells the registry; `kind` is for example `motion_started`. */
  tell: (kind: string, cameraId: CameraId, detail: string) => void;
  log: Log;
}

/** Hears the sensors of every registered camera of a device that takes subscriptions. */
export interface SensorListening {
  /** Devices, logins or registrations may have changed: only what did is subscribed anew. */
  changed(): void;
  close(): Promise<void>;
}

const words: Record<SensorChange['kind'], string> = {
  motion: 'Motion',
  tamper: 'Tampering',
  digital_input: 'Digital input',
  line_crossing: 'Line crossing',
};

export function startSensorListening(o: SensorListeningOptions): SensorListening {
  const heard = new Map<string, { key: string; stream: { close(): Promise<void> } }>();
  const ending = new Set<Promise<void>>();
  let isClosed = false;

  const end = (deviceId: string): void => {
    const stream = heard.get(deviceId)?.stream;
    heard.delete(deviceId);
    if (!stream) return;
    const ended = stream.close().catch((error: unknown) => {
      o.log.warn({ err: error, deviceId }, 'a subscription did not end in order');
    });
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
  };
  const take = (deviceId: string, { kind, active, channel }: SensorChange): void => {
    const cameras = o.sources().find((source) => source.deviceId === deviceId)?.cameras ?? new Map();
    for (const cameraId of camerasAt(cameras, channel)) {
      o.tell(
        `${kind}_${active ? 'started' : 'ended'}`,
        cameraId,
        `${words[kind]} ${active ? 'began' : 'ended'}.`,
      );
    }
  };
  return {
    changed() {
      if (isClosed) return;
      const wanted = new Map(o.sources().map((source) => [source.deviceId, source]));
      for (const [deviceId, { key }] of heard) if (wanted.get(deviceId)?.key !== key) end(deviceId);
      for (const source of wanted.values()) {
        const { deviceId, key } = source;
        if (heard.has(deviceId)) continue;
        heard.set(deviceId, { key, stream: o.listen(source, (change) => take(deviceId, change)) });
      }
    },
    async close() {
      isClosed = true;
      for (const deviceId of heard.keys()) end(deviceId);
      await Promise.all(ending);
    },
  };
}

/** A change without a channel concerns a device's only camera, or cannot be told to one of several. Pure. */
export function camerasAt(cameras: ReadonlyMap<number, CameraId>, channel: number | null): CameraId[] {
  if (channel !== null) return [cameras.get(channel)].flatMap((cameraId) => cameraId ?? []);
  return cameras.size === 1 ? [...cameras.values()] : [];
}
