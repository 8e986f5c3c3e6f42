import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { setUpRig } from './rig.js';

/** A real small disk; only root may mount one. */
let disk: string | null = null;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
    disk = folder;
  } catch {
    await rm(folder, { recursive: true, force: true });
  }
});
afterAll(async () => {
  if (!disk) return;
  execFileSync('umount', [disk], { stdio: 'ignore' });
  await rm(disk, { recursive: true, force: true });
});

describe('a full disk', () => {
  it('pauses the recording with its reason, and recording goes on once there is room', async (context) => {
    if (!disk) return context.skip('mounting a small disk needs root');
    const rig = await setUpRig({ audio: null }, disk);
    try {
      const recorder = rig.record({ segmentSeconds: 60 });
      await until(() => recorder.status().state === 'recording', { timeoutMs: 20_000, what: 'recording' });
      const { bavail, bsize } = await statfs(disk);
      await writeFile(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - 64 * 1024));
      const full = await until(() => rig.statuses.find(({ reason }) => reason === 'disk_full'), {
        timeoutMs: 20_000,
        what: 'a full disk',
      });
      expect(full.state).toBe('retrying');
      await rm(join(disk, 'ballast'));
      await until(() => recorder.status().state === 'recording', {
        timeoutMs: 20_000,
        what: 'recording again',
      });
      await recorder.stop();
      expect(new Set(rig.segments.map(({ sessionId }) => sessionId)).size).toBeGreaterThanOrEqual(2);
    } finally {
      await rig.close();
    }
    return undefined;
  });
});
