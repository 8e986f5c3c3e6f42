import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainFaults, recordOf, type SignedRecord } from '@gantry/protocol/evidence.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import { until } from '../../support/until.js';
import { startGantry, type RunningGantry } from '../support/gantry.js';
import { startSmallRegistry, wanted, type SmallRegistry } from '../support/small-registry.js';
import { gapsTold, holesIn, piecesOf, sharedIn, storyOf } from './account.js';

let folder: string;
let registry: SmallRegistry;
let camera: VirtualCamera;
let gantry: RunningGantry | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-account-'));
  registry = await startSmallRegistry();
  camera = await startVirtualCamera({ address: '127.0.76.61', discovery: { interfaces: ['127.0.0.1'] } });
  await writeFile(join(folder, 'login.txt'), `admin:${camera.password}\n`);
});
afterEach(async () => {
  await gantry?.stop('SIGKILL');
  await camera.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

function start(): RunningGantry {
  const login = `file:${join(folder, 'login.txt')}`;
  const site = ['--data', join(folder, 'data'), '--scan', '127.0.76.61/32', '--login', login];
  gantry = startGantry(['up', '--json', ...site, '--join', registry.joinToken], {
    GANTRY_HEARTBEAT_MS: '300',
  });
  return gantry;
}
const patience = { timeoutMs: 60_000 };

describe('an agent that goes through a bad day', () => {
  it('can tell of every second since it knew its camera, and its chain of evidence is whole', async () => {
    const first = start();
    const [localId, { cameraId }] = await until(() => [...registry.cameras][0], {
      ...patience,
      what: 'a registration',
    });
    const more = async (what: string) => {
      const before = registry.segments.length;
      await until(() => registry.segments.length > before + 1, { ...patience, what });
    };
    registry.desire(1, 1, [wanted(localId, cameraId, true)]);
    await more('footage');

    await camera.faults.unplug();
    await until(() => gapsTold(registry).some(({ cause }) => cause === 'camera_unreachable'), {
      ...patience,
      what: 'the gap of the camera',
    });
    await camera.faults.plug();
    await more('footage after the camera was away');

    await first.stop('SIGKILL');
    // Two agents never measure one clock alike.
    registry.aheadMs = -400;
    start();
    await more('footage after the agent was away');
    // What is desired is sent once, to those who listen.
    await until(() => registry.of('birth').length > 1, { ...patience, what: 'the second agent’s birth' });

    registry.desire(1, 2, [wanted(localId, cameraId, false)]);
    await until(() => gapsTold(registry).some(({ cause, toMs }) => cause === 'disabled' && toMs === null), {
      ...patience,
      what: 'the gap of the switch-off',
    });
    // One that is under way by now may tell of the moment before the last segment was kept.
    const heard = registry.of('heartbeat').length + 1;
    const isEmpty = ({ spool }: { spool: { segments: number } }) => spool.segments === 0;
    await until(() => registry.of('heartbeat').slice(heard).some(isEmpty), {
      ...patience,
      what: 'an empty spool',
    });

    const { segments } = registry;
    const pieces = piecesOf(segments, gapsTold(registry));
    expect(holesIn(pieces)).toEqual([]);
    expect(sharedIn(pieces)).toEqual([]);
    const story = storyOf(pieces.slice(pieces.findIndex(({ what }) => what === 'footage')));
    console.info(story);
    expect(story).toMatch(/^footage .*camera_unreachable .*footage .*agent_offline .*footage$/);
    const open = gapsTold(registry).filter(({ toMs }) => toMs === null);
    const endMs = Math.max(...pieces.map(({ toMs }) => toMs));
    expect(open.map(({ fromMs, clockOffsetMs }) => fromMs + clockOffsetMs)).toEqual([endMs]);

    const links: SignedRecord[] = segments
      .toSorted((a, b) => a.startedAtMs - b.startedAtMs)
      .map((meta) => {
        const { previous = null, signature = '' } = meta.evidence ?? {};
        return { statement: 'recorded', record: recordOf(meta, previous), signature };
      });
    expect(await chainFaults(links, () => registry.publicKey())).toEqual([]);
  }, 120_000);
});
