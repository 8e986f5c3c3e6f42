import {
  camerasAt,
  startSensorListening,
  type SensorChange,
  type SensorSource,
} from '@gantry/agent/events/sensor-listening.js';
import { createLog } from '@gantry/agent/log.js';
import { cameraId, newId, type CameraId } from '@gantry/protocol/ids.js';
import { beforeEach, describe, expect, it } from 'vitest';

const camera = (seed: number): CameraId =>
  cameraId.parse(newId('camera', 1_000_000, (bytes) => bytes.fill(seed)));
const [door, yard] = [camera(1), camera(2)];

let sources: SensorSource[];
let open: { deviceId: string; key: string; onChange: (change: SensorChange) => void }[];
let told: string[];

beforeEach(() => {
  sources = [];
  open = [];
  told = [];
});

const start = () =>
  startSensorListening({
    sources: () => sources,
    listen({ deviceId, key }, onChange) {
      const entry = { deviceId, key, onChange };
      open.push(entry);
      return {
        close: () => {
          open = open.filter((one) => one !== entry);
          return Promise.resolve();
        },
      };
    },
    tell: (kind, id, detail) => told.push(`${kind} ${id === door ? 'door' : 'yard'}: ${detail}`),
    log: createLog({ level: 'silent' }),
  });

const shown = () => open.map(({ deviceId, key }) => `${deviceId}/${key}`);

describe('hearing sensors', () => {
  it('subscribes once per device, anew only where something changed, and to nobody at the end', async () => {
    const listening = start();
    sources = [
      { deviceId: 'a', key: '1', cameras: new Map([[1, door]]) },
      { deviceId: 'b', key: '1', cameras: new Map([[1, yard]]) },
    ];
    listening.changed();
    listening.changed();
    expect(shown()).toEqual(['a/1', 'b/1']);
    sources = [{ deviceId: 'b', key: '2', cameras: new Map([[1, yard]]) }];
    listening.changed();
    expect(shown()).toEqual(['b/2']);
    await listening.close();
    expect(shown()).toEqual([]);
    listening.changed();
    expect(shown()).toEqual([]);
  });

  it('tells the registry of the camera at whose source it happened', () => {
    const listening = start();
    sources = [
      {
        deviceId: 'nvr',
        key: '1',
        cameras: new Map([
          [1, door],
          [2, yard],
        ]),
      },
    ];
    listening.changed();
    const [stream] = open;
    stream?.onChange({ kind: 'motion', active: true, channel: 2 });
    stream?.onChange({ kind: 'motion', active: false, channel: 2 });
    stream?.onChange({ kind: 'tamper', active: true, channel: 7 });
    stream?.onChange({ kind: 'digital_input', active: true, channel: null });
    expect(told).toEqual(['motion_started yard: Motion began.', 'motion_ended yard: Motion ended.']);
  });

  it.each([
    [new Map([[1, door]]), null, [door]],
    [
      new Map([
        [1, door],
        [2, yard],
      ]),
      null,
      [],
    ],
    [
      new Map([
        [1, door],
        [2, yard],
      ]),
      1,
      [door],
    ],
    [new Map<number, CameraId>(), 1, []],
  ])('of cameras %j a change at channel %s concerns %j', (cameras, channel, expected) => {
    expect(camerasAt(cameras, channel)).toEqual(expected);
  });
});
