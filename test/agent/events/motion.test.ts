import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import { until } from '../../support/until.js';
import { startGantry, type RunningGantry } from '../support/gantry.js';
import { startSmallRegistry, type SmallRegistry } from '../support/small-registry.js';

let folder: string;
let registry: SmallRegistry;
let camera: VirtualCamera;
let gantry: RunningGantry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-motion-'));
  registry = await startSmallRegistry();
  camera = await startVirtualCamera({ address: '127.0.72.73', discovery: { interfaces: ['127.0.0.1'] } });
  const login = join(folder, 'login.txt');
  await writeFile(login, `admin:${camera.password}\n`);
  const data = join(folder, 'data');
  gantry = startGantry(
    [
      ...['up', '--json', '--data', data, '--scan', '127.0.72.73/32'],
      ...['--login', `file:${login}`, '--join', registry.joinToken],
    ],
    { GANTRY_HEARTBEAT_MS: '200' },
  );
});
afterEach(async () => {
  await gantry.stop('SIGTERM');
  await camera.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a registered camera that sees something move', () => {
  it('tells the registry when it begins and ends, under its own id', async () => {
    const { cameraId } = await until(() => [...registry.cameras.values()][0], {
      timeoutMs: 60_000,
      what: 'a registration',
    });
    const events = () => registry.of('event').map(({ kind, cameraId: id }) => `${kind} ${id}`);
    await until(
      () => {
        camera.motion(1, false);
        camera.motion(1, true);
        return events().includes(`motion_started ${cameraId}`);
      },
      { timeoutMs: 60_000, everyMs: 250, what: 'the motion' },
    );
    camera.motion(1, false);
    await until(() => events().includes(`motion_ended ${cameraId}`), { what: 'its end' });
    expect(gantry.output()).not.toContain(camera.password);
  });
});
