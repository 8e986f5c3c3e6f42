import { cp, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemClock } from '@gantry/agent/clock.js';
import { salvageCamera } from '@gantry/agent/recorder/salvage.js';
import type { FinishedSegment } from '@gantry/agent/recorder/spec.js';
import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { newCameraId, pictureSizes, probe, quietLog, seams, setUpRig, type Rig } from './rig.js';

const withRig = async (
  options: Parameters<typeof setUpRig>[0],
  story: (rig: Rig) => Promise<void>,
): Promise<void> => {
  const rig = await setUpRig(options);
  try {
    await story(rig);
    await rig.stopAll();
    expect(await rig.ffmpegs()).toEqual([]);
  } finally {
    await rig.close();
  }
};

describe.concurrent('a recorder', () => {
  it('hands over contiguous readable segments, and the open one at the stop', async () => {
    await withRig({}, async (rig) => {
      const beganMs = Date.now();
      const recorder = rig.record();
      await until(() => rig.segments.length >= 3, { timeoutMs: 60_000, what: 'three segments' });
      expect(recorder.status()).toMatchObject({ state: 'recording', reason: null });
      const taken = rig.segments.length;
      const stoppedAtMs = Date.now();
      await recorder.stop();
      expect(rig.segments.length).toBeGreaterThan(taken);
      expect(recorder.status()).toMatchObject({ state: 'stopped', reason: 'desired_off' });

      expect(new Set(rig.segments.map((segment) => segment.sessionId)).size).toBe(1);
      expect(seams(rig.segments)).toEqual(rig.segments.slice(1).map(() => 0));
      const last = rig.segments.at(-1);
      const endMs = (last?.startedAtMs ?? 0) + (last?.durationMs ?? 0);
      expect(endMs).toBeGreaterThan(stoppedAtMs - 5_000);
      expect(endMs).toBeLessThan(Date.now() + 1_000);
      expect(rig.segments[0]?.startedAtMs).toBeGreaterThan(beganMs - 1_000);
      for (const segment of rig.segments) {
        const { streams, videoMs } = await probe(segment.file);
        expect(streams.map(({ codec }) => codec)).toEqual(['h264', 'aac']);
        expect(streams[1]?.sampleRate).toBe(8_000);
        expect(Math.abs(videoMs - segment.durationMs)).toBeLessThan(150);
        expect(segment).toMatchObject({ video: 'h264', audio: 'aac' });
      }
      // Neither record nor note is left when all is handed over.
      expect(await readdir(join(rig.folder, recorder.spec.cameraId))).toEqual([]);
    });
  });

  it('records H.265 under the tag players know, and copies AAC', async () => {
    await withRig({ video: 'h265', audio: 'aac' }, async (rig) => {
      const recorder = rig.record();
      await until(() => rig.segments[0], { timeoutMs: 60_000, what: 'a segment' });
      await recorder.stop();
      for (const segment of rig.segments) {
        const { streams } = await probe(segment.file);
        expect(streams.map(({ codec, tag }) => [codec, tag])).toEqual([
          ['hevc', 'hvc1'],
          ['aac', 'mp4a'],
        ]);
      }
    });
  });

  it('goes on in a new session when the camera was cut off', async () => {
    await withRig({ audio: null }, async (rig) => {
      rig.record();
      await until(() => rig.segments[0], { timeoutMs: 60_000, what: 'the first segment' });
      await rig.camera.faults.unplug();
      const lost = await until(() => rig.statuses.find(({ state }) => state === 'retrying'), {
        what: 'a retry',
      });
      expect(['source_closed', 'camera_unreachable']).toContain(lost.reason);
      const before = rig.segments.length;
      await rig.camera.faults.plug();
      await until(() => rig.segments.length > before + 1, {
        timeoutMs: 60_000,
        what: 'segments after the return',
      });
      expect(new Set(rig.segments.map((segment) => segment.sessionId)).size).toBeGreaterThan(1);
    });
  });

  it('begins a new file with the first picture of another size, so that each can be played', async () => {
    await withRig({ audio: null }, async (rig) => {
      rig.record({ segmentSeconds: 60 });
      await until(() => rig.statuses.at(-1)?.state === 'recording', { timeoutMs: 60_000, what: 'recording' });
      rig.camera.faults.shrinkPicture(true);
      const interruption = await until(() => rig.statuses.find(({ reason }) => reason !== null), {
        timeoutMs: 60_000,
        what: 'the change',
      });
      expect(interruption).toMatchObject({
        reason: 'picture_changed',
        detail: 'the camera’s picture changed from 640 × 360 to 320 × 180',
      });
      await until(() => rig.statuses.at(-1)?.state === 'recording', {
        timeoutMs: 60_000,
        what: 'recording again',
      });
      await rig.stopAll();
      const sizes = await Promise.all(rig.segments.map(({ file }) => pictureSizes(file)));
      expect(sizes).toEqual([['640x360'], ['320x180']]);
    });
  });

  it('begins a new session when the clock of the box is set, as ffmpeg times what arrives by it', async () => {
    await withRig({ audio: null }, async (rig) => {
      rig.record({ segmentSeconds: 60 });
      await until(() => rig.statuses.at(-1)?.state === 'recording', { timeoutMs: 60_000, what: 'recording' });
      rig.aheadMs = 3_600_000;
      await until(() => rig.statuses.some(({ reason }) => reason === 'clock_drift'), { what: 'the change' });
      await until(() => rig.statuses.at(-1)?.state === 'recording', {
        timeoutMs: 60_000,
        what: 'recording again',
      });
      await rig.stopAll();
      const after = rig.segments.at(-1);
      expect(Math.abs((after?.startedAtMs ?? 0) - rig.aheadMs - Date.now())).toBeLessThan(30_000);
      expect(Math.abs((after?.clockOffsetMs ?? 0) + rig.aheadMs)).toBeLessThan(1_000);
    });
  });

  it('gives up a frozen camera after 10 s without a byte, keeps what came, and starts again', async () => {
    await withRig({ audio: null }, async (rig) => {
      const recorder = rig.record({ segmentSeconds: 60 });
      await until(() => recorder.status().state === 'recording', { timeoutMs: 60_000, what: 'recording' });
      const frozenAtMs = Date.now();
      rig.camera.faults.stall('media');
      await until(() => rig.statuses.find(({ reason }) => reason === 'source_silent'), {
        timeoutMs: 60_000,
        what: 'silence',
      });
      const kept = await until(() => rig.segments[0], { what: 'the footage before the freeze' });
      // The freeze is no footage: the segment ends where the pictures ended.
      expect(Math.abs(kept.startedAtMs + kept.durationMs - frozenAtMs)).toBeLessThan(1_500);
      rig.camera.faults.stall(false);
      await until(() => recorder.status().state === 'recording', {
        timeoutMs: 60_000,
        what: 'recording again',
      });
      await recorder.stop();
    });
  });

  it('loses less than 1.5 s when its ffmpeg is killed', async () => {
    await withRig({ audio: 'pcma' }, async (rig) => {
      const recorder = rig.record({ segmentSeconds: 60 });
      const recordingSince = await until(() => rig.statuses.find(({ state }) => state === 'recording'), {
        timeoutMs: 60_000,
      });
      await until(() => Date.now() > recordingSince.sinceMs + 2_500, { what: 'some footage' });
      const [pid] = await rig.ffmpegs();
      // Never a default here: 0 is our own process group.
      if (pid === undefined) throw new Error('no ffmpeg is running');
      const killedAtMs = Date.now();
      process.kill(pid, 'SIGKILL');
      const torn = await until(() => rig.segments[0], { what: 'the torn file' });
      const lostMs = killedAtMs - (torn.startedAtMs + torn.durationMs);
      console.info(`killed ffmpeg: lost ${lostMs} ms of ${torn.durationMs + lostMs} ms`);
      expect(Math.abs(lostMs)).toBeLessThan(1_500);
      const { videoMs, streams } = await probe(torn.file);
      expect(streams).toHaveLength(2);
      expect(Math.abs(videoMs - torn.durationMs)).toBeLessThan(150);
      await recorder.stop();
    });
  });

  it('parks after two refused logins and starts at once when the login changes', async () => {
    await withRig({}, async (rig) => {
      const { password } = rig.login;
      rig.login.password = 'not this one';
      const recorder = rig.record();
      await until(() => recorder.status().state === 'parked', { what: 'parking' });
      expect(recorder.status().reason).toBe('auth_failed');
      rig.login.password = password;
      recorder.credentialsChanged();
      await until(() => recorder.status().state === 'recording', { timeoutMs: 60_000, what: 'recording' });
      expect(recorder.status()).toMatchObject({ reason: null, detail: null });
    });
  });

  it('says that a camera without a free session is busy', async () => {
    await withRig({}, async (rig) => {
      rig.camera.faults.refuseSessions(true);
      const recorder = rig.record();
      await until(() => recorder.status().reason === 'busy', { what: 'busy' });
      expect(recorder.status().state).toBe('retrying');
    });
  });

  it('hands over what a full disk kept back as soon as there is room, and killed at any moment places the rest alike', async () => {
    await withRig({ audio: null }, async (rig) => {
      const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      const cameraId = newCameraId();
      const scratch = join(dirname(rig.folder), 'kills');
      const refused: number[] = [];
      const kills: { folder: string; taken: FinishedSegment[] }[] = [];
      /** What a killed agent would leave at this moment. */
      const killNow = async (): Promise<void> => {
        const folder = join(scratch, String(kills.length), cameraId);
        await cp(join(rig.folder, cameraId), folder, { recursive: true });
        kills.push({ folder, taken: [...rig.segments] });
      };
      const recorder = rig.record({ cameraId }, async (segment) => {
        await killNow();
        if (refused.length < 2) {
          refused.push(segment.sequence);
          throw full;
        }
        await rig.onSegment(segment);
        await killNow();
      });
      await until(() => rig.segments.length >= 3, {
        timeoutMs: 30_000,
        what: 'what was kept back, and more',
      });
      expect(recorder.status().state).toBe('recording');
      await recorder.stop();
      expect(refused).toEqual([0, 0]);
      expect(rig.segments.map(({ sequence }) => sequence)).toEqual(rig.segments.map((_one, index) => index));
      expect(seams(rig.segments)).toEqual(rig.segments.slice(1).map(() => 0));

      for (const { folder, taken } of kills) {
        const found = [...taken];
        await salvageCamera(folder, {
          onSegment: async (segment) => void found.push(segment),
          registryNowMs: Date.now,
          clock: systemClock,
          log: quietLog,
        });
        found.sort((one, other) => one.sequence - other.sequence);
        expect(seams(found)).toEqual(found.slice(1).map(() => 0));
        for (const [index, { startedAtMs }] of found.entries()) {
          expect(Math.abs(startedAtMs - (rig.segments[index]?.startedAtMs ?? 0))).toBeLessThan(500);
        }
      }
      expect(kills.length).toBeGreaterThanOrEqual(8);
    });
  });

  it('keeps a segment nobody can take now and hands it over at the next attempt', async () => {
    await withRig({ audio: null }, async (rig) => {
      const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      const refused: FinishedSegment[] = [];
      const recorder = rig.record({}, (segment) => {
        refused.push(segment);
        return Promise.reject(full);
      });
      await until(() => refused.length >= 2, { timeoutMs: 60_000, what: 'two finished segments' });
      await recorder.stop();
      expect(rig.segments).toEqual([]);
      expect(new Set(refused.map(({ sequence }) => sequence))).toEqual(new Set([0]));
      const second = rig.record({ cameraId: recorder.spec.cameraId });
      const [listed] = refused;
      await until(() => rig.segments.length >= 2, { what: 'the segments of before' });
      await second.stop();
      expect({ ...rig.segments[0], file: '' }).toEqual({ ...listed, file: '' });
      const ofBefore = rig.segments.filter(({ sessionId }) => sessionId === listed?.sessionId);
      expect(seams(ofBefore)).toEqual(ofBefore.slice(1).map(() => 0));
    });
  });
});
