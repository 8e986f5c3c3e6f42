import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { openLedger, type Ledger } from '@gantry/agent/gaps/ledger.js';
import { inspect } from '@gantry/agent/recorder/whole-fragments.js';
import { newId } from '@gantry/protocol/ids.js';
import { until } from '../../support/until.js';
import { probe, quietLog, setUpRig } from './rig.js';

/** A real small disk; only root may mount one. */
let disk: string | null = null;
let elsewhere: string;
beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'gantry-beside-'));
  const folder = await mkdtemp(join(tmpdir(), 'gantry-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
    disk = folder;
  } catch {
    await rm(folder, { recursive: true, force: true });
  }
});
afterAll(async () => {
  await rm(elsewhere, { recursive: true, force: true });
  if (!disk) return;
  execFileSync('umount', [disk], { stdio: 'ignore' });
  await rm(disk, { recursive: true, force: true });
});

/** The account of the gaps, on a disk with room. */
const openTestLedger = (): Promise<Ledger> =>
  openLedger({
    path: join(elsewhere, 'gaps.json'),
    alivePath: join(elsewhere, 'alive.json'),
    aliveEveryMs: 60_000,
    registryNowMs: Date.now,
    clockOffsetMs: () => 0,
    newGapId: () => newId('gap', Date.now(), (bytes) => randomFillSync(bytes)),
    onChange: () => undefined,
    clock: systemClock,
    log: quietLog,
  });

describe('a full disk', () => {
  it('costs what did not fit, which is a gap of the disk, and recording goes on once there is room', async (context) => {
    if (!disk) return context.skip('mounting a small disk needs root');
    const rig = await setUpRig({ audio: null }, disk);
    const ledger = await openTestLedger();
    try {
      const recorder = rig.record(
        { segmentSeconds: 60 },
        async (segment) => {
          await rig.onSegment(segment);
          ledger.footage(segment);
        },
        (cameraId, status) => ledger.observe([{ cameraId, ...status }]),
      );
      await until(() => recorder.status().state === 'recording', { timeoutMs: 60_000, what: 'recording' });
      const { bavail, bsize } = await statfs(disk);
      await writeFile(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - 64 * 1024));
      const full = await until(() => rig.statuses.find(({ reason }) => reason === 'disk_full'), {
        timeoutMs: 60_000,
        what: 'a full disk',
      });
      expect(full.state).toBe('retrying');
      await rm(join(disk, 'ballast'));
      await until(() => recorder.status().state === 'recording', {
        timeoutMs: 60_000,
        what: 'recording again',
      });
      await recorder.stop();
      const [torn, next] = rig.segments;
      if (!torn || !next) throw new Error('one session before the full disk and one after it');
      expect(next.sessionId).not.toBe(torn.sessionId);
      // What came before the disk was full is there and can be read to its end.
      const { videoMs } = await probe(torn.file);
      expect(Math.abs(videoMs - torn.durationMs)).toBeLessThan(2);
      expect((await inspect(torn.file)).torn).toBe(false);
      const tornToMs = torn.startedAtMs + torn.clockOffsetMs + torn.durationMs;
      const gaps = ledger.untold(10).filter(({ fromMs }) => fromMs + torn.clockOffsetMs >= tornToMs);
      const { startedAtMs, clockOffsetMs } = next;
      expect(gaps[0]).toMatchObject({
        cause: 'disk_full',
        fromMs: tornToMs,
        toMs: startedAtMs + clockOffsetMs,
      });
    } finally {
      await ledger.close();
      await rig.close();
    }
    return undefined;
  });
});
