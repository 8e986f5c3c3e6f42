import { createAbsences, movedUrls } from '@gantry/agent/cameras/absences.js';
import type { SiteDevice } from '@gantry/agent/cameras/site-device.js';
import { describe, expect, it } from 'vitest';

const minute = 60_000;

function device(o: Partial<SiteDevice> = {}): SiteDevice {
  return {
    deviceId: 'dev-1',
    kind: 'onvif',
    keys: [{ kind: 'serial', value: 'acme|x|1' }],
    host: '192.168.1.20',
    place: '192.168.1.20:80',
    alsoAt: [],
    onvifUrls: ['http://192.168.1.20/onvif/device_service'],
    url: null,
    name: 'Door',
    manufacturer: null,
    model: null,
    firmware: null,
    serial: null,
    clockOffsetMs: null,
    access: 'unreachable',
    accessReason: null,
    channels: [
      { localId: 'cam-1', givenName: null, channel: 1, streams: [], snapshotUrl: null, registration: null },
    ],
    ...o,
  };
}

describe('a device that does not answer', () => {
  it('is searched for after three minutes, and every ten after that', () => {
    const absences = createAbsences();
    const gone = [device()];
    const searched = Array.from({ length: 30 }, (_, at) =>
      absences.due(gone, at * minute).length > 0 ? [at] : [],
    ).flat();
    expect(searched).toEqual([3, 13, 23]);
  });

  it('begins anew when it answered in between', () => {
    const absences = createAbsences();
    absences.due([device()], 0);
    absences.due([device({ access: 'ready' })], 2 * minute);
    expect(absences.due([device()], 3 * minute)).toEqual([]);
    expect(absences.due([device()], 5 * minute)).toEqual([]);
    expect(absences.due([device()], 6 * minute)).toHaveLength(1);
  });

  it.each([
    ['it has no id but its address', device({ keys: [{ kind: 'url', value: 'a'.repeat(64) }] })],
    ['it has no services that could say who it is', device({ kind: 'generic', onvifUrls: [] })],
  ])('is not searched for when %s', (_why, gone) => {
    const absences = createAbsences(0);
    absences.due([gone], 0);
    expect(absences.due([gone], minute)).toEqual([]);
  });

  it('is asked for the same services at another address', () => {
    expect(movedUrls(['http://192.168.1.20:8000/onvif/device_service', 'nonsense'], '192.168.1.9')).toEqual([
      'http://192.168.1.9:8000/onvif/device_service',
    ]);
  });
});
