import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import { until } from '../../support/until.js';
import { startSmallRegistry, wanted, type SmallRegistry } from '../support/small-registry.js';
import { runGantry, startGantry, type RunningGantry } from '../support/gantry.js';

let folder: string;
let registry: SmallRegistry;
let camera: VirtualCamera;
const running: RunningGantry[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-up-'));
  registry = await startSmallRegistry();
  camera = await startVirtualCamera({ address: '127.0.73.31', discovery: { interfaces: ['127.0.0.1'] } });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((gantry) => gantry.stop('SIGKILL')));
  await camera.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(...more: string[]): Promise<RunningGantry> {
  const login = join(folder, 'login.txt');
  await writeFile(login, `admin:${camera.password}\n`);
  const gantry = startGantry(
    [
      'up',
      '--json',
      '--data',
      join(folder, 'data'),
      '--scan',
      '127.0.73.31/32',
      '--login',
      `file:${login}`,
      ...more,
    ],
    { GANTRY_HEARTBEAT_MS: '200' },
  );
  running.push(gantry);
  return gantry;
}

describe('a box that is started with a join token', () => {
  it('enrols, finds and registers its camera, records while it is wanted, and stops when it is not', async () => {
    const gantry = await start('--join', registry.joinToken);
    // Seen first, and a moment later logged in to.
    const [localId, registered] = await until(
      () => [...registry.cameras].find(([, { camera }]) => camera.access === 'ready'),
      { timeoutMs: 60_000, what: 'a registration' },
    );
    expect(registered.camera).toMatchObject({
      kind: 'onvif',
      channel: 1,
      address: `127.0.73.31:${camera.onvifPort}`,
    });
    await until(() => registry.snapshots.length > 0, { timeoutMs: 60_000, what: 'a snapshot' });

    registry.desire(1, 1, [wanted(localId, registered.cameraId, true)]);
    await until(() => registry.segments.length >= 2, { timeoutMs: 60_000, what: 'two segments' });
    expect(registry.segments[0]).toMatchObject({ cameraId: registered.cameraId, video: 'h264' });

    registry.desire(1, 2, [wanted(localId, registered.cameraId, false)]);
    const off = await until(
      () => registry.of('reported').findLast(({ applied }) => applied.generation === 2),
      { what: 'the switch-off to be applied' },
    );
    expect(off.cameras).toMatchObject([{ state: 'stopped', reason: 'desired_off', generation: 2 }]);

    expect(await gantry.stop('SIGTERM')).toBe(0);
    await until(() => registry.of('death').length > 0, { what: 'the goodbye' });
    expect(registry.of('death').at(-1)).toMatchObject({ reason: 'stopped' });
    expect(gantry.steps()).toEqual(
      expect.arrayContaining(['key', 'enrolled', 'connected', 'found', 'registered', 'recording']),
    );
    expect(gantry.output()).not.toContain(camera.password);
  }, 90_000);

  it('is the same box after kill -9, records before it reaches the registry, and makes no duplicate', async () => {
    const first = await start('--join', registry.joinToken);
    const [localId, { cameraId }] = await until(() => [...registry.cameras][0], {
      timeoutMs: 60_000,
      what: 'a registration',
    });
    registry.desire(1, 7, [wanted(localId, cameraId, true)]);
    await until(() => registry.of('reported').some(({ applied }) => applied.generation === 7), {
      what: 'applied',
    });
    await first.stop('SIGKILL');
    registry.isAccepting = false;
    const second = await start();
    await until(() => second.lines().some((line) => line.includes('"recording":1')), {
      timeoutMs: 60_000,
      what: 'offline recording',
    });
    registry.isAccepting = true;
    await until(() => registry.of('birth').some(({ accepted }) => accepted.generation === 7), {
      timeoutMs: 30_000,
      what: 'the birth',
    });
    await until(() => registry.segments.length > 0, { timeoutMs: 60_000, what: 'the footage' });
    expect(registry.cameras.size).toBe(1);
    expect(registry.enrolments).toHaveLength(1);
  }, 90_000);

  it('keeps its secrets to itself on disk and refuses a second agent on its folder', async () => {
    const first = await start('--join', registry.joinToken);
    await until(() => registry.cameras.size > 0, { timeoutMs: 60_000, what: 'a registration' });
    const data = join(folder, 'data');
    const second = await runGantry(['up', '--data', data]);
    expect(second).toMatchObject({ code: 1 });
    expect(second.stderr).toMatch(/Another agent \(process \d+\) runs on this data folder/);

    const status = await runGantry(['status', '--json', '--data', data]);
    expect(JSON.parse(status.stdout)).toMatchObject({
      v: 1,
      agentName: 'Warehouse',
      uplink: { kind: 'connected' },
      cameras: [{ address: `127.0.73.31:${camera.onvifPort}` }],
    });
    expect((await runGantry(['cameras', 'list', '--data', data])).stdout).toContain('127.0.73.31');

    expect(await first.stop('SIGINT')).toBe(0);
    expect((await stat(join(data, 'identity', 'key.json'))).mode & 0o077).toBe(0);
    for (const file of await readdir(data, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const content = await readFile(join(file.parentPath, file.name), 'latin1');
      expect(content).not.toContain(camera.password);
    }
  });

  it('takes a camera and its login through the running agent, from files only', async () => {
    const generic = await startVirtualCamera({ kind: 'generic', address: '127.0.73.32' });
    const data = join(folder, 'data');
    const gantry = startGantry([
      'up',
      '--json',
      '--data',
      data,
      '--scan',
      '127.0.73.33/32',
      '--join',
      registry.joinToken,
    ]);
    running.push(gantry);
    await until(() => gantry.steps().includes('connected'), { what: 'the connection' });
    const [urls, login] = [join(folder, 'urls.txt'), join(folder, 'camera-login.txt')];
    await writeFile(urls, `# the yard\n${generic.rtspUrl()}\n`);
    await writeFile(login, `${generic.address},${generic.username},${generic.password}\n`);

    expect((await runGantry(['cameras', 'add', 'ftp://10.0.0.1/', '--data', data])).code).toBe(2);
    expect(await runGantry(['cameras', 'add', `file:${urls}`, '--data', data])).toMatchObject({ code: 0 });
    const camera = () => [...registry.cameras.values()][0]?.camera;
    await until(() => camera()?.access === 'needs_login', { timeoutMs: 60_000, what: 'the camera' });
    const given = await runGantry(['cameras', 'login', '--login', `file:${login}`, '--data', data]);
    expect(given.code).toBe(0);
    await until(() => camera()?.access === 'ready', { timeoutMs: 60_000, what: 'the login' });
    expect(registry.cameras.size).toBe(1);
    expect(await gantry.stop('SIGTERM')).toBe(0);
    await generic.close();
    expect(gantry.output() + given.stdout + given.stderr).not.toContain(generic.password);
    expect(JSON.stringify(registry.heard)).not.toMatch(new RegExp(`${generic.password}|rtsp:`));
  });
});
