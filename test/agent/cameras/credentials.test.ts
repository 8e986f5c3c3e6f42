import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logins, openCredentials } from '@gantry/agent/cameras/credentials.js';
import { openSealedFile } from '@gantry/agent/cameras/sealed-file.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-logins-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = () => join(folder, 'logins.sealed');
const keyPath = () => join(folder, 'seal.key');
const damages: string[] = [];
const open = async () =>
  openCredentials(await openSealedFile(path(), keyPath(), logins), (why) => void damages.push(why));

const site = { username: 'admin', password: 'canary-4711' };
const own = { username: 'view', password: 'canary-4712' };
const target = (more: object = {}) => ({
  deviceId: 'd-1',
  names: ['10.0.0.1', 'cam-1'],
  inSiteRange: true,
  ...more,
});

describe('camera logins', () => {
  it('are tried where a person chose, then the site login, and that only within its ranges', async () => {
    const store = await open();
    await store.addSiteLogin(site, false);
    await store.choose('10.0.0.1', own, false);
    expect(store.candidates(target())).toEqual([own, site]);
    expect(store.candidates(target({ inSiteRange: false }))).toEqual([own]);
    expect(store.candidates(target({ names: ['10.0.0.2'], inSiteRange: false }))).toEqual([]);
  });

  it('are tried once per device, over restarts, and again when a person gives them again', async () => {
    const store = await open();
    await store.addSiteLogin(site, false);
    await store.refused('d-1', site);
    const restarted = await open();
    await restarted.addSiteLogin(site, false);
    expect(restarted.candidates(target())).toEqual([]);
    expect(restarted.candidates(target({ deviceId: 'd-2' }))).toEqual([site]);
    await restarted.addSiteLogin(site, true);
    expect(restarted.candidates(target())).toEqual([site]);
  });

  it('that a device let in have a second try: a busy camera refuses good ones too (Q60)', async () => {
    const store = await open();
    await store.addSiteLogin(site, false);
    await store.accepted('d-1', site);
    await store.refused('d-1', site);
    expect(store.candidates(target())).toEqual([site]);
    await store.refused('d-1', site);
    expect(store.candidates(target())).toEqual([]);
  });

  it('that a device let in come first from then on', async () => {
    const store = await open();
    await store.addSiteLogin(site, false);
    await store.addSiteLogin(own, false);
    await store.accepted('d-1', site);
    const restarted = await open();
    expect(restarted.provenFor('d-1')).toEqual(site);
    expect(restarted.candidates(target())).toEqual([site, own]);
  });

  it('lie sealed on the disk, with the key in a file of its own, both for this user only', async () => {
    const store = await open();
    await store.addSiteLogin(site, false);
    expect(await readFile(path(), 'latin1')).not.toMatch(/canary|admin/);
    for (const file of [path(), keyPath()]) expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('that were tampered with are reported and not used', async () => {
    const store = await open();
    await store.addSiteLogin(site, false);
    const sealed = await readFile(path());
    sealed[40] = (sealed[40] ?? 0) ^ 1;
    await writeFile(path(), sealed);
    damages.length = 0;
    expect((await open()).candidates(target())).toEqual([]);
    expect(damages).toHaveLength(1);
  });
});
