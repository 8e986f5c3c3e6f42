import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { normaliseEndpoint, normaliseMac } from '@gantry/agent/device-ids.js';
import { createLog } from '@gantry/agent/log.js';
import { readOnvifDevice, type ReadOptions } from '@gantry/agent/onvif/read.js';
import { fetchSnapshot } from '@gantry/agent/onvif/snapshot.js';
import type { VirtualCameraOptions } from '../../support/cameras/camera-options.js';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';

const cameras: VirtualCamera[] = [];
afterEach(async () => {
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
});

async function camera(given: Partial<VirtualCameraOptions> = {}): Promise<VirtualCamera> {
  const started = await startVirtualCamera({ address: '127.0.51.1', discovery: false, ...given });
  cameras.push(started);
  return started;
}

const read = (of: VirtualCamera, given: Partial<ReadOptions> = {}) =>
  readOnvifDevice({
    urls: [of.onvifUrl ?? ''],
    address: of.address,
    credentials: { username: of.username, password: of.password },
    mayConnect: (host) => host === of.address,
    timeoutMs: 2_000,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    ...given,
  });

describe('reading an ONVIF device', () => {
  it('tells who it is, which streams it has and where its picture is', async () => {
    const device = await camera();
    const reading = await read(device);
    const { identity } = device;
    expect(reading).toMatchObject({
      outcome: 'ready',
      manufacturer: identity.manufacturer,
      model: identity.model,
      firmware: identity.firmware,
      serial: identity.serial,
      hardwareId: '1.0',
      macs: [normaliseMac(identity.mac)],
      endpoint: normaliseEndpoint(identity.endpoint),
      name: identity.name,
    });
    expect(reading.channels).toHaveLength(1);
    expect(reading.channels[0]?.streams).toMatchObject([
      { role: 'main', url: device.rtspUrl('main'), video: 'h264', audio: 'pcmu' },
      { role: 'sub', url: device.rtspUrl('sub'), video: 'h264' },
    ]);
    expect(reading.channels[0]?.snapshotUrl).toBe(device.snapshotUrl);
    expect(Math.abs(reading.clockOffsetMs ?? Number.NaN)).toBeLessThan(2_000);
    expect(device.counters.failedLogins).toBe(0);
  });

  it.each<[string, Partial<VirtualCameraOptions>]>([
    ['WS-UsernameToken only, refused with 400', { onvifLogin: 'ws-security', notAuthorizedStatus: 400 }],
    ['WS-UsernameToken only, refused with 401', { onvifLogin: 'ws-security', notAuthorizedStatus: 401 }],
    ['WS-UsernameToken only, refused with 500', { onvifLogin: 'ws-security', notAuthorizedStatus: 500 }],
    ['HTTP Digest MD5', { onvifLogin: 'http', httpAuth: 'digest' }],
    ['HTTP Digest SHA-256', { onvifLogin: 'http', httpAuth: 'digest-sha256' }],
    ['HTTP Digest, MD5 and SHA-256 offered', { onvifLogin: 'http', httpAuth: 'digest-both' }],
    ['either', { onvifLogin: 'either' }],
    ['no login', { onvifLogin: 'http', httpAuth: 'none' }],
  ])('logs in by %s, without one wrong attempt', async (_name, options) => {
    const device = await camera(options);
    expect((await read(device)).outcome).toBe('ready');
    expect(device.counters.failedLogins).toBe(0);
  });

  it.each<[string, Partial<VirtualCameraOptions>]>([
    ['WS-UsernameToken', { onvifLogin: 'ws-security' }],
    ['HTTP Digest', { onvifLogin: 'http' }],
    ['either', { onvifLogin: 'either' }],
  ])('spends one attempt on a wrong password and says so (%s)', async (_name, options) => {
    const device = await camera(options);
    const reading = await read(device, { credentials: { username: 'admin', password: 'wrong' } });
    expect(reading.outcome).toBe('needs_login');
    expect(reading.detail).toBe('The camera refused this user name and password.');
    expect(device.counters.failedLogins).toBe(1);
  });

  it('asks for a login when none was given, and sends none', async () => {
    const device = await camera();
    const reading = await read(device, { credentials: null });
    expect(reading).toMatchObject({ outcome: 'needs_login', channels: [] });
    expect(reading.detail).toMatch(/wants a user name and password/);
    expect(device.counters.failedLogins).toBe(0);
  });

  it.each([-3_600_000, 86_400_000 * 400])(
    'logs in to a camera whose clock is %d ms off (Q42)',
    async (aheadMs) => {
      const device = await camera({ onvifLogin: 'ws-security', createdWindowMs: 5_000 });
      device.faults.clockAhead(aheadMs);
      const reading = await read(device);
      expect(reading.outcome).toBe('ready');
      expect(Math.abs((reading.clockOffsetMs ?? 0) - aheadMs)).toBeLessThan(2_000);
    },
  );

  it('renews an aged nonce without counting as a wrong login', async () => {
    let nowMs = 0;
    const device = await camera({ onvifLogin: 'http', nonceLifetimeMs: 25, monotonicMs: () => (nowMs += 5) });
    expect((await read(device)).outcome).toBe('ready');
    expect(device.counters.failedLogins).toBe(0);
  });

  it('dials and returns the address that answered, whatever the camera says (Q52)', async () => {
    const device = await camera();
    device.faults.lieAboutHost('192.168.1.99');
    const asked: string[] = [];
    const reading = await read(device, {
      urls: [`http://192.168.1.99:${device.onvifPort}/onvif/device_service`],
      mayConnect: (host) => {
        asked.push(host);
        return host === device.address;
      },
    });
    expect(reading.outcome).toBe('ready');
    expect(JSON.stringify(reading)).not.toContain('192.168.1.99');
    expect(new Set(asked)).toEqual(new Set([device.address]));
  });

  it('takes the video sources of a recorder for channels (Q55)', async () => {
    const device = await camera({ channels: 14 });
    const reading = await read(device);
    expect(reading.channels.map(({ channel }) => channel)).toEqual(
      Array.from({ length: 14 }, (_, i) => i + 1),
    );
    expect(reading.channels[9]?.streams[0]?.url).toBe(device.rtspUrl('main', 10));
  });

  it('reads H.265 from Media2', async () => {
    const device = await camera({ video: 'h265', media2: true });
    const reading = await read(device);
    expect(reading.channels[0]?.streams.map(({ video }) => video)).toEqual(['h265', 'h264']);
  });

  it('dials nothing it may not', async () => {
    const device = await camera();
    const reading = await read(device, { mayConnect: () => false });
    expect(reading.outcome).toBe('unreachable');
    expect(reading.detail).toMatch(/outside the ranges/);
    expect(device.counters.soapRequests).toEqual({});
  });

  it('goes on to the next address when the first is dead (Q12)', async () => {
    const device = await camera();
    const reading = await read(device, { urls: ['http://127.0.51.1:9/x', device.onvifUrl ?? ''] });
    expect(reading.outcome).toBe('ready');
  });

  it('calls a camera that is not there unreachable', async () => {
    const device = await camera();
    await device.faults.unplug();
    expect((await read(device)).outcome).toBe('unreachable');
  });

  it.each(['garbage', 'echo', 'truncated', 'html', 'endless'] as const)(
    'calls a device that answers with %s no ONVIF device, within its time',
    async (fault) => {
      const device = await camera();
      device.faults.answer(fault);
      const reading = await read(device, { timeoutMs: 500 });
      expect(['not_onvif', 'unreachable']).toContain(reading.outcome);
    },
  );

  it.each(['stall', 'trickle'] as const)(
    'gives up on a device that answers by %s when its time is over',
    async (fault) => {
      const device = await camera();
      if (fault === 'stall') device.faults.stall(true);
      else device.faults.trickle(1);
      const reading = await read(device, { timeoutMs: 300 });
      expect(reading.outcome).toBe('unreachable');
    },
  );

  it('stops when it is told to', async () => {
    const device = await camera();
    device.faults.stall(true);
    const reading = await read(device, { timeoutMs: 60_000, signal: AbortSignal.timeout(50) });
    expect(reading).toMatchObject({
      outcome: 'unreachable',
      detail: 'Reading the camera was stopped before its end.',
    });
  });
});

describe('fetching a picture', () => {
  const fetch = (of: VirtualCamera, password = of.password) =>
    fetchSnapshot({
      url: of.snapshotUrl ?? '',
      credentials: { username: of.username, password },
      mayConnect: () => true,
      timeoutMs: 2_000,
    });

  it.each(['none', 'basic', 'digest', 'digest-sha256', 'digest-both', 'basic-and-digest'] as const)(
    'works with login %s',
    async (httpAuth) => {
      const device = await camera({ httpAuth });
      const snapshot = await fetch(device);
      expect(snapshot.ok && Buffer.from(snapshot.jpeg).subarray(0, 2).toString('hex')).toBe('ffd8');
      expect(device.counters.failedLogins).toBe(0);
    },
  );

  it('tries a wrong login once', async () => {
    const device = await camera();
    expect(await fetch(device, 'wrong')).toEqual({
      ok: false,
      detail: 'The camera refuses pictures to this login.',
      refused: true,
    });
    expect(device.counters.failedLogins).toBe(1);
  });

  it.each(['html', 'garbage', 'truncated', 'echo', 'endless'] as const)(
    'refuses %s for a picture (Q54)',
    async (fault) => {
      const device = await camera({ httpAuth: 'none' });
      device.faults.answer(fault);
      expect((await fetch(device)).ok).toBe(false);
    },
  );
});
