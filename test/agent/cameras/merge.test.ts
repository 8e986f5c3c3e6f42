import { inventoryHash, inventoryOf } from '@gantry/agent/cameras/inventory-document.js';
import { keysOf, urlKey } from '@gantry/agent/cameras/identity-keys.js';
import { mergeSeen } from '@gantry/agent/cameras/merge.js';
import type { SeenDevice, SiteDevice } from '@gantry/agent/cameras/site-device.js';
import { inventoryCamera } from '@gantry/protocol/camera.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const stream = (url: string) => ({
  role: 'main' as const,
  video: 'h264' as const,
  audio: null,
  width: 640,
  height: 360,
  frameRate: 15,
  url,
});

interface Given {
  ip: string;
  endpoint?: string;
  mac?: string;
  serial?: string;
  channels?: number;
  access?: SeenDevice['access'];
}

function onvif({ ip, endpoint, mac, serial, channels = 1, access = 'ready' }: Given): SeenDevice {
  const place = `${ip}:80`;
  return {
    kind: 'onvif',
    keys: keysOf({
      endpoint: endpoint ?? null,
      macs: mac === undefined ? [] : [mac],
      manufacturer: 'Acme',
      model: 'One',
      serial: serial ?? null,
    }),
    fallbackKey: urlKey('agt', `onvif://${place}`),
    host: ip,
    place,
    onvifUrls: [`http://${place}/onvif/device_service`],
    url: null,
    name: null,
    manufacturer: 'Acme',
    model: 'One',
    firmware: null,
    serial: serial ?? null,
    clockOffsetMs: null,
    access,
    accessReason: access === 'ready' ? null : 'It wants a login.',
    channels:
      access === 'ready'
        ? Array.from({ length: channels }, (_, index) => ({
            channel: index + 1,
            streams: [stream(`rtsp://${ip}/${index + 1}`)],
            snapshotUrl: null,
          }))
        : [],
  };
}

function generic(ip: string, path: string, access: SeenDevice['access'] = 'ready'): SeenDevice {
  const url = `rtsp://${ip}/${path}`;
  return {
    ...onvif({ ip, access }),
    kind: 'generic',
    keys: [],
    fallbackKey: urlKey('agt', url),
    place: `${ip}:554`,
    onvifUrls: [],
    url,
  };
}

/** Looks one after the other; what was seen during the same look answers at the place where it was seen. */
function lookAt(devices: readonly SiteDevice[], ...seen: SeenDevice[]): SiteDevice[] {
  const seenAt = new Map<string, string>();
  let now = [...devices];
  for (const one of seen) {
    const merged = mergeSeen(now, one, (device) => {
      const place = seenAt.get(device.deviceId);
      return place !== undefined && place !== one.place;
    });
    now = merged.devices;
    seenAt.set(merged.device.deviceId, one.place);
  }
  return now;
}

const localIds = (devices: readonly SiteDevice[]) =>
  devices.flatMap(({ channels }) => channels.map(({ localId }) => localId));

const first = { endpoint: 'e-1', mac: 'acca8e000001', serial: 'SN-0001' };
const second = { endpoint: 'e-2', mac: 'acca8e000002', serial: 'SN-0002' };

describe('the inventory', () => {
  it.each<[string, SeenDevice, SeenDevice]>([
    ['a second look', onvif({ ip: '10.0.0.1', ...first }), onvif({ ip: '10.0.0.1', ...first })],
    ['another IP address', onvif({ ip: '10.0.0.1', ...first }), onvif({ ip: '10.0.0.9', ...first })],
    [
      'an endpoint that changes with a restart',
      onvif({ ip: '10.0.0.1', ...first }),
      onvif({ ip: '10.0.0.1', ...first, endpoint: 'e-9' }),
    ],
    [
      'more keys after the login',
      onvif({ ip: '10.0.0.1', endpoint: 'e-1', access: 'needs_login' }),
      onvif({ ip: '10.0.0.1', ...first }),
    ],
    [
      'fewer keys than before',
      onvif({ ip: '10.0.0.1', ...first }),
      onvif({ ip: '10.0.0.4', mac: first.mac }),
    ],
    [
      'no key before the login',
      onvif({ ip: '10.0.0.1', access: 'needs_login' }),
      onvif({ ip: '10.0.0.1', ...first }),
    ],
    ['the same RTSP address', generic('10.0.0.5', 'main'), generic('10.0.0.5', 'main')],
    ['a person who tells the path', generic('10.0.0.5', '', 'needs_login'), generic('10.0.0.5', 'main')],
  ])('takes %s for the same camera', (_what, before, after) => {
    const known = lookAt([], before);
    const again = lookAt(known, after);
    expect(again).toHaveLength(1);
    expect(localIds(again)).toEqual(localIds(known));
    expect(again[0]).toMatchObject({ host: after.host, access: after.access });
  });

  it.each<[string, SeenDevice, SeenDevice]>([
    ['different cameras', onvif({ ip: '10.0.0.1', ...first }), onvif({ ip: '10.0.0.2', ...second })],
    [
      'one serial on two units with their own MACs',
      onvif({ ip: '10.0.0.1', ...first }),
      onvif({ ip: '10.0.0.2', ...second, serial: first.serial }),
    ],
    [
      'one MAC on two units with their own endpoints',
      onvif({ ip: '10.0.0.1', ...first }),
      onvif({ ip: '10.0.0.2', ...second, mac: first.mac }),
    ],
    [
      'one fake serial and nothing else',
      onvif({ ip: '10.0.0.1', serial: 'SN-7777' }),
      onvif({ ip: '10.0.0.2', serial: 'SN-7777' }),
    ],
    [
      'one MAC at two addresses at once',
      onvif({ ip: '10.0.0.1', mac: first.mac }),
      onvif({ ip: '10.0.0.2', mac: first.mac }),
    ],
    ['two RTSP addresses of one host', generic('10.0.0.5', 'ch1'), generic('10.0.0.5', 'ch2')],
  ])('never merges %s', (_what, one, other) => {
    const site = lookAt([], one, other);
    expect(site).toHaveLength(2);
    expect(new Set(localIds(site)).size).toBe(2);
    expect(lookAt(site, one, other).map(({ host }) => host)).toEqual(site.map(({ host }) => host));
    expect(localIds(lookAt(site, one, other))).toEqual(localIds(site));
  });

  it('does not give a newcomer the key that a camera living elsewhere bears', () => {
    const [, newcomer] = lookAt(
      [],
      onvif({ ip: '10.0.0.1', ...first }),
      onvif({ ip: '10.0.0.2', ...second, mac: first.mac }),
    );
    expect(newcomer?.keys.map(({ kind }) => kind)).toEqual(['endpoint', 'serial']);
  });

  it('follows two cameras that swap their addresses', () => {
    const site = lookAt([], onvif({ ip: '10.0.0.1', ...first }), onvif({ ip: '10.0.0.2', ...second }));
    const swapped = lookAt(site, onvif({ ip: '10.0.0.2', ...first }), onvif({ ip: '10.0.0.1', ...second }));
    expect(localIds(swapped)).toEqual(localIds(site));
    expect(swapped.map(({ host }) => host)).toEqual(['10.0.0.2', '10.0.0.1']);
  });

  it('lists the channels of one device as cameras of their own', () => {
    const site = lookAt([], onvif({ ip: '10.0.0.1', ...first, channels: 4 }));
    const cameras = inventoryOf(site);
    expect(new Set(cameras.map(({ channel }) => channel))).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(cameras.map(({ localId }) => localId)).size).toBe(4);
    for (const camera of cameras) expect(inventoryCamera.parse(camera)).toEqual(camera);
  });

  it('keeps the streams of a camera that just wants another login', () => {
    const site = lookAt([], onvif({ ip: '10.0.0.1', ...first }));
    const locked = lookAt(site, onvif({ ip: '10.0.0.1', ...first, access: 'needs_login' }));
    expect(locked[0]?.channels[0]?.streams).toHaveLength(1);
  });

  it('gives the same names again to a box that lost its inventory', () => {
    const seen = [onvif({ ip: '10.0.0.1', ...first, channels: 2 }), onvif({ ip: '10.0.0.2', ...second })];
    expect(localIds(lookAt([], ...seen))).toEqual(localIds(lookAt([], ...seen)));
  });

  it('is told without URLs, and its hash knows neither order nor URLs', () => {
    const seen = [
      onvif({ ip: '10.0.0.1', ...first }),
      onvif({ ip: '10.0.0.2', ...second }),
      generic('10.0.0.3', 'x?pw=secret'),
    ];
    const there = inventoryOf(lookAt([], ...seen));
    const back = inventoryOf(lookAt([], ...seen.toReversed()));
    expect(inventoryHash(there)).toBe(inventoryHash(back));
    expect(inventoryHash(there)).not.toBe(inventoryHash(there.slice(1)));
    expect(JSON.stringify(there)).not.toMatch(/rtsp:|secret/);
  });

  it('looked at again in any order, neither grows nor renames', () => {
    const unit = fc.record({
      ip: fc.integer({ min: 1, max: 30 }).map((last) => `10.0.0.${last}`),
      hasEndpoint: fc.boolean(),
      hasMac: fc.boolean(),
    });
    const site = fc.uniqueArray(unit, { selector: ({ ip }) => ip, minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(site, fc.boolean(), (units, isReversed) => {
        const seen = units.map(({ ip, hasEndpoint, hasMac }) => {
          const tail = ip.slice(7).padStart(2, '0');
          return onvif({
            ip,
            ...(hasEndpoint ? { endpoint: `e-${tail}` } : {}),
            ...(hasMac ? { mac: `acca8e0100${tail}` } : {}),
          });
        });
        const before = lookAt([], ...seen);
        expect(before).toHaveLength(units.length);
        expect(localIds(lookAt(before, ...(isReversed ? seen.toReversed() : seen)))).toEqual(
          localIds(before),
        );
      }),
    );
  });
});
