import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logins, openCredentials, type CredentialStore } from '@gantry/agent/cameras/credentials.js';
import { openInventory, type Inventory } from '@gantry/agent/cameras/inventory.js';
import { openManualAddresses, type ManualAddresses } from '@gantry/agent/cameras/manual-addresses.js';
import { openSealedFile } from '@gantry/agent/cameras/sealed-file.js';
import { systemClock } from '@gantry/agent/clock.js';
import { createClosing, type Closing } from '@gantry/agent/closing.js';
import { exchange } from '@gantry/agent/http.js';
import { createLog } from '@gantry/agent/log.js';
import { wireSurvey } from '@gantry/agent/wire-cameras.js';
import { wirePictures } from '@gantry/agent/wire-pictures.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import { openOperations } from '../../support/cameras/device-service.js';
import { until } from '../../support/until.js';

let folder: string;
const cameras: VirtualCamera[] = [];
const log = createLog({ level: 'silent' });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-survey-'));
});
afterEach(async () => {
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
  await rm(folder, { recursive: true, force: true });
});

async function plugIn(o: Parameters<typeof startVirtualCamera>[0]): Promise<VirtualCamera> {
  const camera = await startVirtualCamera(o);
  cameras.push(camera);
  return camera;
}

const site = (camera: VirtualCamera) => ({ username: camera.username, password: camera.password });
const range = ['127.0.70.64/28'];

interface Site {
  inventory: Inventory;
  credentials: CredentialStore;
  manual: ManualAddresses;
  /** One more look at the site, as after a restart of the agent. */
  look(): Promise<void>;
}

async function openSite(): Promise<Site> {
  const onDamaged = (why: string) => expect.unreachable(why);
  const path = (name: string) => join(folder, name);
  const inventory = await openInventory({
    path: path('inventory.json'),
    onDamaged,
    onChange: () => undefined,
    onWriteFailed: (error) => expect.unreachable(String(error)),
  });
  const credentials = await openCredentials(
    await openSealedFile(path('logins'), path('key'), logins),
    onDamaged,
  );
  const manual = await openManualAddresses(path('addresses.json'), onDamaged);
  return {
    inventory,
    credentials,
    manual,
    async look() {
      const closing: Closing = createClosing({ clock: systemClock, log, limitMs: 5_000 });
      const survey = wireSurvey({
        agentId: 'agt_1',
        scanRanges: range,
        rescanMs: 3_600_000,
        inventory,
        credentials,
        manual,
        listenMs: 400,
        onLogin: () => undefined,
        onSurveyed: () => undefined,
        closing,
        clock: systemClock,
        log,
      });
      await survey.first;
      await closing.close();
    },
  };
}

const shown = ({ inventory }: Site) =>
  inventory.announced()?.cameras.map(({ kind, address, access }) => ({ kind, address, access }));

describe('a look at the site', () => {
  it('finds cameras with and without ONVIF, reads them with the site login, and makes no duplicate', async () => {
    const onvif = await plugIn({ address: '127.0.70.65', video: 'h265' });
    const generic = await plugIn({ kind: 'generic', address: '127.0.70.66', rtspPort: 8554 });
    const own = await openSite();
    await own.credentials.addSiteLogin(site(onvif), false);
    await own.look();
    const found = own.inventory.announced()?.cameras ?? [];
    expect(found.find(({ kind }) => kind === 'onvif')).toMatchObject({
      access: 'ready',
      streams: [
        { role: 'main', video: 'h265' },
        { role: 'sub', video: 'h264' },
      ],
    });
    expect(found.find(({ kind }) => kind === 'generic')).toMatchObject({
      access: 'ready',
      address: `${generic.address}:8554`,
      streams: [{ role: 'main', video: 'h264', audio: 'pcmu' }, { role: 'sub' }],
    });
    const restarted = await openSite();
    await restarted.look();
    expect(restarted.inventory.announced()).toEqual(own.inventory.announced());
    expect(onvif.counters.failedLogins + generic.counters.failedLogins).toBe(0);
  });

  it('tries a wrong login once for each time it is given, and the right one as soon as it is', async () => {
    const camera = await plugIn({ address: '127.0.70.67' });
    camera.faults.lockOut({ failures: 3, forMs: 600_000 });
    const own = await openSite();
    await own.credentials.addSiteLogin({ username: 'admin', password: 'wrong' }, false);
    for (let look = 0; look < 4; look += 1) await (await openSite()).look();
    expect(camera.counters.failedLogins).toBe(1);
    await (await openSite()).credentials.addSiteLogin({ username: 'admin', password: 'wrong' }, true);
    for (let look = 0; look < 3; look += 1) await (await openSite()).look();
    expect(camera.counters.failedLogins).toBe(2);
    const later = await openSite();
    expect(later.inventory.announced()?.cameras).toMatchObject([
      { access: 'needs_login', accessReason: expect.stringContaining('refused the login') as string },
    ]);
    await later.credentials.choose(camera.address, site(camera), true);
    await later.look();
    expect(later.inventory.announced()?.cameras).toMatchObject([{ access: 'ready', accessReason: null }]);
    expect(camera.counters.lockedOutRequests).toBe(0);
  });

  it('knows a camera again at another address, and says which one is gone', async () => {
    const camera = await plugIn({ address: '127.0.70.68' });
    const own = await openSite();
    await own.credentials.addSiteLogin(site(camera), false);
    await own.look();
    const before = own.inventory.cameras()[0]?.channel.localId;
    await camera.faults.moveTo('127.0.70.69');
    await own.look();
    expect(own.inventory.cameras().map(({ channel }) => channel.localId)).toEqual([before]);
    expect(own.inventory.cameras()[0]?.channel.streams[0]?.url).toContain('127.0.70.69');
    await camera.faults.unplug();
    await own.look();
    expect(shown(own)).toMatchObject([{ access: 'unreachable' }]);
    expect(own.inventory.cameras()[0]?.channel.streams).not.toEqual([]);
  });

  it('hears a camera that comes and one that goes between searches, and looks at those alone', async () => {
    const there = await plugIn({ address: '127.0.70.72' });
    const own = await openSite();
    await own.credentials.addSiteLogin(site(there), false);
    const closing = createClosing({ clock: systemClock, log, limitMs: 5_000 });
    const surveyed = { count: 0 };
    const survey = wireSurvey({
      ...own,
      agentId: 'agt_1',
      scanRanges: range,
      rescanMs: 3_600_000,
      listenMs: 300,
      onLogin: () => undefined,
      onSurveyed: () => (surveyed.count += 1),
      closing,
      clock: systemClock,
      log,
    });
    await survey.first;
    const late = await plugIn({
      address: '127.0.70.73',
      password: there.password,
      identity: { serial: 'LATE-1' },
    });
    const accessOf = (address: string) =>
      own.inventory.cameras().find(({ device }) => device.host === address)?.device.access;
    await until(() => accessOf('127.0.70.73') === 'ready', { what: 'the camera that came' });
    await late.close();
    await until(() => accessOf('127.0.70.73') === 'unreachable', { what: 'its absence' });
    expect(surveyed.count).toBe(1);
    expect(accessOf('127.0.70.72')).toBe('ready');
    await closing.close();
  });

  it('takes one camera on two networks for one, and two with one endpoint reference for two (Q04)', async () => {
    const shared = { endpoint: 'urn:uuid:5a1e0000-0000-4000-8000-000000000001' };
    const one = { ...shared, serial: 'ONE-00001', mac: '00:00:5e:00:00:01' };
    const both = await plugIn({ address: '127.0.70.74', identity: one });
    await plugIn({ address: '127.0.70.75', identity: one, password: both.password });
    const own = await openSite();
    await own.credentials.addSiteLogin(site(both), false);
    await own.look();
    expect(own.inventory.devices().map(({ access }) => access)).toEqual(['ready']);

    const other = { ...shared, serial: 'TWO-00002', mac: '00:00:5e:00:00:02' };
    await plugIn({ address: '127.0.70.76', identity: other, password: both.password });
    await own.look();
    const serials = own.inventory.devices().map(({ serial }) => serial);
    expect(serials).toHaveLength(2);
    expect(new Set(serials)).toEqual(new Set(['ONE-00001', 'TWO-00002']));
  });

  it('finds a silent camera that moved by its ids, without a person and without a wrong login', async () => {
    const camera = await plugIn({
      address: '127.0.70.70',
      onvifPort: 80,
      discovery: false,
      // Who does not say who it is without a login is found by its MAC, which loopback does not have.
      openOperations: new Set([...openOperations, 'GetDeviceInformation']),
    });
    const own = await openSite();
    await own.credentials.addSiteLogin(site(camera), false);
    const closing = createClosing({ clock: systemClock, log, limitMs: 5_000 });
    wireSurvey({
      ...own,
      agentId: 'agt_1',
      scanRanges: range,
      rescanMs: 300,
      searchAfterMs: 500,
      listenMs: 200,
      onLogin: () => undefined,
      onSurveyed: () => undefined,
      closing,
      clock: systemClock,
      log,
    });
    const only = () => own.inventory.cameras()[0];
    await until(() => only()?.device.access === 'ready', { what: 'the camera' });
    const before = only()?.channel.localId;
    await camera.faults.moveTo('127.0.70.71');
    await until(() => only()?.device.access === 'unreachable', { what: 'its absence' });
    await until(() => only()?.device.access === 'ready', { timeoutMs: 60_000, what: 'the camera again' });
    expect(only()?.device.host).toBe('127.0.70.71');
    expect(only()?.channel.streams[0]?.url).toContain('127.0.70.71');
    expect(own.inventory.cameras().map(({ channel }) => channel.localId)).toEqual([before]);
    expect(camera.counters.failedLogins).toBe(0);
    await closing.close();
  });

  it('does not lock a silent camera whose password was changed, and tries the new one as soon as it is given', async () => {
    const camera = await plugIn({ address: '127.0.70.77', onvifPort: 80, discovery: false });
    const own = await openSite();
    await own.credentials.addSiteLogin(site(camera), false);
    const closing = createClosing({ clock: systemClock, log, limitMs: 5_000 });
    const looks = { count: 0 };
    const survey = wireSurvey({
      ...own,
      agentId: 'agt_1',
      scanRanges: range,
      rescanMs: 100,
      listenMs: 100,
      onLogin: () => undefined,
      onSurveyed: () => (looks.count += 1),
      closing,
      clock: systemClock,
      log,
    });
    const access = () => own.inventory.cameras()[0]?.device.access;
    await until(() => access() === 'ready', { what: 'the camera' });
    camera.faults.changePassword('changed on the camera');
    await until(() => access() === 'needs_login', { what: 'the refusal' });
    const before = looks.count;
    await until(() => looks.count >= before + 4, { timeoutMs: 60_000, what: 'four more looks' });
    expect(camera.counters.failedLogins).toBeLessThanOrEqual(2);
    const pictures = wirePictures({
      ...own,
      scanRanges: range,
      registryUrl: 'http://127.0.0.1:9',
      tokens: { current: () => Promise.reject(new Error('nothing is handed in')) },
      exchange,
      recording: { openStream: () => expect.unreachable('no stream is asked for') },
      closing,
      clock: systemClock,
      log,
    });
    const { signal } = new AbortController();
    expect(await pictures.take(own.inventory.cameras()[0]?.channel.localId ?? '', signal)).toEqual({
      ok: false,
      detail: expect.stringContaining('refused the login') as string,
    });
    expect(camera.counters.failedLogins).toBeLessThanOrEqual(2);
    await own.credentials.addSiteLogin({ username: camera.username, password: camera.password }, true);
    survey.wake();
    await until(() => access() === 'ready', { timeoutMs: 60_000, what: 'the new login' });
    expect(camera.counters.failedLogins).toBeLessThanOrEqual(2);
    await closing.close();
  });

  it('asks for pictures once with a login that is refused, before any look has noticed', async () => {
    const camera = await plugIn({ address: '127.0.70.78', onvifPort: 80, discovery: false });
    const own = await openSite();
    await own.credentials.addSiteLogin(site(camera), false);
    await own.look();
    camera.faults.changePassword('changed on the camera');
    const closing = createClosing({ clock: systemClock, log, limitMs: 5_000 });
    const pictures = wirePictures({
      ...own,
      scanRanges: range,
      registryUrl: 'http://127.0.0.1:9',
      tokens: { current: () => Promise.reject(new Error('nothing is handed in')) },
      exchange,
      recording: { openStream: () => ({ unavailable: { kind: 'unreachable', detail: 'No video here.' } }) },
      closing,
      clock: systemClock,
      log,
    });
    const take = () =>
      pictures.take(own.inventory.cameras()[0]?.channel.localId ?? '', new AbortController().signal);
    for (let turn = 0; turn < 4; turn += 1) expect(await take()).toMatchObject({ ok: false });
    expect(camera.counters.failedLogins).toBe(1);
    const now = { username: camera.username, password: camera.password };
    await own.credentials.accepted(own.inventory.devices()[0]?.deviceId ?? '', now);
    expect(await take()).toMatchObject({ ok: true });
    await closing.close();
  });

  it('sends the site login to no address outside the ranges, and a login of its own to one a person gave', async () => {
    const camera = await plugIn({ kind: 'generic', address: '127.0.70.90' });
    const own = await openSite();
    await own.credentials.addSiteLogin(site(camera), false);
    await own.manual.add(camera.rtspUrl());
    await own.look();
    expect(shown(own)).toEqual([
      { kind: 'generic', address: `127.0.70.90:${camera.rtspPort}`, access: 'needs_login' },
    ]);
    expect(camera.counters.authenticatedRequests + camera.counters.failedLogins).toBe(0);
    await own.credentials.choose(camera.rtspUrl(), site(camera), true);
    await own.look();
    await until(() => shown(own)?.[0]?.access === 'ready', { what: 'the login' });
    expect(camera.counters.failedLogins).toBe(0);
  });
});
