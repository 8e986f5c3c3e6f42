import { randomFillSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  copyFile,
  mkdtemp,
  mkdir,
  readFile,
  readdir,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@gantry/agent/clock.js';
import { readMp4 } from '@gantry/agent/recorder/mp4.js';
import { noteProcess, reapOrphans } from '@gantry/agent/recorder/orphans.js';
import { salvageAll, salvageCamera } from '@gantry/agent/recorder/salvage.js';
import { segmentFile } from '@gantry/agent/recorder/segment-files.js';
import type { FinishedSegment } from '@gantry/agent/recorder/spec.js';
import { inspect } from '@gantry/agent/recorder/whole-fragments.js';
import { openSpool } from '@gantry/agent/spool/spool.js';
import { newId } from '@gantry/protocol/ids.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgram } from '../../support/program.js';
import { until } from '../../support/until.js';
import { unsigned } from '../spool/spooling.js';
import { newCameraId, newSessionId, probe, quietLog, seams, setUpRig, type Rig } from './rig.js';

let rig: Rig;
let sample: FinishedSegment;
let scratch: string;
/** An agent that measures another clock offset than the one before it, as a new agent does. */
const now = { registryNowMs: () => Date.now() + 185, clock: systemClock, log: quietLog };

beforeAll(async () => {
  rig = await setUpRig({ rtspAuth: 'none' });
  scratch = await mkdtemp(join(tmpdir(), 'gantry-salvage-'));
  const recorder = rig.record({ segmentSeconds: 4 });
  sample = await until(() => rig.segments[0], { timeoutMs: 60_000, what: 'a segment to tear' });
  await recorder.stop();
});
afterAll(async () => {
  await rig.close();
  await rm(scratch, { recursive: true, force: true });
});

const readerOf = (bytes: Buffer) => async (position: number, length: number) =>
  bytes.subarray(position, position + length);

describe('a torn file', () => {
  it('is read up to its last whole fragment wherever it was cut', async () => {
    const bytes = await readFile(sample.file);
    const whole = await readMp4(readerOf(bytes), bytes.length);
    expect(whole).toMatchObject({ video: 'h264', audio: 'aac', torn: false });
    expect(whole.fragments).toBeGreaterThanOrEqual(4);
    expect(Math.abs(whole.durationUs / 1_000 - sample.durationMs)).toBeLessThan(150);
    let before = 0;
    for (let size = 0; size <= bytes.length; size += 997) {
      const torn = await readMp4(readerOf(bytes.subarray(0, size)), size);
      expect(torn.wholeBytes).toBeLessThanOrEqual(size);
      expect(torn.wholeBytes).toBeGreaterThanOrEqual(before);
      before = torn.wholeBytes;
    }
  });

  it('ends before the bytes that a full disk left out, even when later ones follow them', async () => {
    const bytes = await readFile(sample.file);
    const whole = await readMp4(readerOf(bytes), bytes.length);
    for (let missing = 1; missing < bytes.length; missing += 4_999) {
      for (let at = 1; at + missing < bytes.length; at += 49_999) {
        const holed = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + missing)]);
        const { wholeBytes, torn } = await readMp4(readerOf(holed), holed.length);
        expect(torn).toBe(true);
        expect(wholeBytes).toBeLessThanOrEqual(at);
        expect(wholeBytes).toBeLessThan(whole.wholeBytes);
      }
    }
  });

  it('ends before a leap of its own times', async () => {
    const bytes = await readFile(sample.file);
    const { durationUs } = await readMp4(readerOf(bytes), bytes.length);
    const short = await readMp4(readerOf(bytes), bytes.length, durationUs - 1);
    expect(short.torn).toBe(true);
    expect(durationUs - short.durationUs).toBeLessThanOrEqual(1_100_000);
    expect(short.durationUs).toBeGreaterThan(0);
  });

  it('never upsets the parser, whatever its bytes are', async () => {
    const bytes = await readFile(sample.file);
    for (let round = 0; round < 200; round += 1) {
      const spoilt = Buffer.from(bytes.subarray(0, 6_000));
      for (let hit = 0; hit < 20; hit += 1) {
        const [at = 0, value = 0] = randomFillSync(new Uint16Array(2));
        spoilt[at % spoilt.length] = value & 255;
      }
      const content = await readMp4(readerOf(spoilt), spoilt.length);
      expect(content.wholeBytes).toBeLessThanOrEqual(spoilt.length);
    }
  });

  it('is cut and placed where its session left off, and an empty one is removed', async () => {
    const [cameraId, session] = [newCameraId(), newSessionId()];
    const folder = join(scratch, 'placed', cameraId);
    await mkdir(folder, { recursive: true });
    const torn = join(folder, `${session}-000003.mp4`);
    await copyFile(sample.file, torn);
    await truncate(torn, Math.floor((await readFile(sample.file)).length * 0.7));
    await writeFile(join(folder, `${session}-000004.mp4`), 'ftyp');
    await writeFile(
      join(folder, `${session}.json`),
      JSON.stringify({
        sessionId: session,
        cameraId,
        startedAtMs: 1_700_000_000_000,
        clockOffsetMs: 400,
        video: 'h264',
        audio: 'aac',
        next: { sequence: 3, mediaOffsetUs: 12_345_678 },
        listed: [],
      }),
    );
    const taken: FinishedSegment[] = [];
    const onSegment = async (segment: FinishedSegment): Promise<void> => {
      expect((await inspect(segment.file)).wholeBytes).toBe((await readFile(segment.file)).length);
      const { videoMs } = await probe(segment.file);
      expect(Math.abs(videoMs - segment.durationMs)).toBeLessThan(150);
      taken.push(segment);
      await rm(segment.file);
    };
    expect(await salvageAll(join(scratch, 'placed'), { onSegment, ...now })).toBe(1);
    expect(taken[0]).toMatchObject({
      sequence: 3,
      startedAtMs: 1_700_000_012_346,
      clockOffsetMs: 400,
      mediaOffsetUs: 12_345_678,
    });
    expect(await readdir(folder)).toEqual([]);
    expect(await salvageAll(join(scratch, 'nowhere'), { onSegment, ...now })).toBe(0);
  });

  it('starts where its session left off although an earlier one was kept back by a full disk', async () => {
    const [cameraId, session] = [newCameraId(), newSessionId()];
    const folder = join(scratch, 'kept-back', cameraId);
    await mkdir(folder, { recursive: true });
    for (const sequence of [3, 27]) await copyFile(sample.file, join(folder, segmentFile(session, sequence)));
    const startedAtMs = 1_700_000_000_000;
    const listed = {
      sequence: 3,
      startedAtMs: startedAtMs + 30_000,
      durationMs: 10_000,
      mediaOffsetUs: 30_000_000,
    };
    await writeFile(
      join(folder, `${session}.json`),
      JSON.stringify({
        sessionId: session,
        cameraId,
        startedAtMs,
        clockOffsetMs: 400,
        video: 'h264',
        audio: 'aac',
        next: { sequence: 27, mediaOffsetUs: 270_000_000 },
        listed: [{ ...listed, clockOffsetMs: 400 }],
      }),
    );
    const taken: FinishedSegment[] = [];
    const onSegment = async (segment: FinishedSegment): Promise<void> => {
      taken.push(segment);
      await rm(segment.file);
    };
    expect(await salvageAll(join(scratch, 'kept-back'), { onSegment, ...now })).toBe(2);
    expect(taken).toMatchObject([
      listed,
      { sequence: 27, startedAtMs: startedAtMs + 270_000, clockOffsetMs: 400, mediaOffsetUs: 270_000_000 },
    ]);
  });

  it('keeps no other back when it cannot be read, and no camera from being recorded', async () => {
    const [cameraId, session] = [newCameraId(), newSessionId()];
    const folder = join(scratch, 'bad-sector', cameraId);
    await mkdir(folder, { recursive: true });
    for (const sequence of [0, 1]) await copyFile(sample.file, join(folder, segmentFile(session, sequence)));
    const taken: number[] = [];
    const onSegment = async ({ file, sequence }: FinishedSegment): Promise<void> => {
      if (sequence === 0) throw Object.assign(new Error('i/o error, read'), { code: 'EIO' });
      taken.push(sequence);
      await rm(file);
    };
    expect(await salvageCamera(folder, { onSegment, ...now })).toBe(1);
    expect(taken).toEqual([1]);
    expect(await readdir(folder)).toEqual([segmentFile(session, 0)]);
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    await expect(salvageCamera(folder, { ...now, onSegment: () => Promise.reject(full) })).rejects.toBe(full);
  });

  it('waits until it can be taken, and is placed by its own age when its record is lost', async () => {
    const [cameraId, session] = [newCameraId(), newSessionId()];
    const folder = join(scratch, 'aged', cameraId);
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${session}-000000.mp4`);
    await copyFile(sample.file, file);
    await truncate(file, Math.floor((await readFile(file)).length * 0.9));
    // The agent was away for an hour.
    const nowMs = Date.now() - 3_600_000;
    await utimes(file, nowMs / 1_000, nowMs / 1_000);
    const taken: FinishedSegment[] = [];
    const onSegment = async (segment: FinishedSegment): Promise<void> => {
      taken.push(segment);
    };
    const refuse = (): Promise<void> => Promise.reject(new Error('the disk is full'));
    expect(await salvageAll(join(scratch, 'aged'), { onSegment: refuse, ...now })).toBe(0);
    await salvageAll(join(scratch, 'aged'), { onSegment, ...now });
    const [segment] = taken;
    expect(segment).toMatchObject({ cameraId, sessionId: session, video: 'h264', audio: 'aac' });
    expect(Math.abs((segment?.startedAtMs ?? 0) + (segment?.durationMs ?? 0) - nowMs)).toBeLessThan(2_000);
  });

  it('that waited while the agent was updated is placed with the offset measured now', async () => {
    const [cameraId, session] = [newCameraId(), newSessionId()];
    const folder = join(scratch, 'updated', cameraId);
    await mkdir(folder, { recursive: true });
    await copyFile(sample.file, join(folder, `${session}-000000.mp4`));
    const span = { startedAtMs: 1_700_000_000_000, durationMs: 4_000, mediaOffsetUs: 0 };
    await writeFile(
      join(folder, `${session}.json`),
      // As versions before the offset was noted wrote it.
      JSON.stringify({
        sessionId: session,
        cameraId,
        startedAtMs: 1_700_000_000_000,
        video: 'h264',
        audio: 'aac',
        next: { sequence: 1, mediaOffsetUs: 4_000_000 },
        listed: [{ sequence: 0, ...span }],
      }),
    );
    const taken: FinishedSegment[] = [];
    const onSegment = async (segment: FinishedSegment): Promise<void> => {
      taken.push(segment);
      await rm(segment.file);
    };
    await salvageAll(join(scratch, 'updated'), { onSegment, ...now });
    expect(taken).toEqual([expect.objectContaining(span)]);
    expect(Math.abs((taken[0]?.clockOffsetMs ?? 0) - 185)).toBeLessThan(50);
  });
});

const program = fileURLToPath(new URL('../../dist/agent/recorder/killed-agent.js', import.meta.url));

describe('an agent killed while it records', () => {
  it.runIf(existsSync(program))('loses nothing finished and less than 1.5 s of what was open', async () => {
    const cameraId = newCameraId();
    const [folder, spoolFolder] = [join(scratch, 'killed'), join(scratch, 'killed-spool')];
    await mkdir(folder);
    const agent = startProgram({
      command: [program, rig.camera.rtspUrl(), folder, spoolFolder, cameraId, '400'],
    });
    await agent.waitFor(/spooled 1/);
    // Well inside the third segment.
    await agent.waitFor(/spooled 2/);
    const orphan = (await readdir(join(folder, cameraId))).find((name) => name.endsWith('.pid'));
    const { pid } = JSON.parse(await readFile(join(folder, cameraId, orphan ?? ''), 'utf8')) as {
      pid: number;
    };
    const file = await until(async () =>
      (await readdir(join(folder, cameraId))).find((name) => name.endsWith('3.mp4')),
    );
    await until(async () => (await inspect(join(folder, cameraId, file))).fragments > 0, {
      what: 'an open fragment',
    });
    const killedAtMs = Date.now();
    await agent.end('SIGKILL');
    expect(existsSync(`/proc/${pid}`)).toBe(true);

    expect(await reapOrphans(folder)).toBe(1);
    expect(await reapOrphans(folder)).toBe(0);
    await until(() => !existsSync(`/proc/${pid}`), { what: 'the end of the orphan' });
    const random = (bytes: Uint8Array): Uint8Array => randomFillSync(bytes);
    const spool = await openSpool({
      folder: spoolFolder,
      maxBytes: 1e9,
      newSegmentId: () => newId('segment', Date.now(), random),
      chain: unsigned,
      checkDisk: async () => undefined,
      onLost: async (event) => expect.fail(`lost ${JSON.stringify(event)}`),
      log: quietLog,
    });
    const onSegment = async (segment: FinishedSegment): Promise<void> => {
      await spool.add(segment);
    };
    expect(await salvageAll(folder, { onSegment, ...now })).toBeGreaterThanOrEqual(1);
    const found: FinishedSegment[] = [];
    for (let next = spool.next(new Set()); next; next = spool.next(new Set()))
      found.push({ ...next.meta, audio: null, file: next.file });
    found.sort((a, b) => a.sequence - b.sequence);
    expect(found[0]?.sequence).toBe(0);
    expect(seams(found)).toEqual(found.slice(1).map(() => 0));
    const offsets = new Set(found.map(({ clockOffsetMs }) => clockOffsetMs));
    expect([...offsets]).toEqual([expect.closeTo(400, -1)]);
    const last = found.at(-1);
    const lostMs = killedAtMs - (last?.startedAtMs ?? 0) - (last?.durationMs ?? 0);
    console.info(`killed agent: lost ${lostMs} ms`);
    expect(lostMs).toBeLessThan(1_500);
    for (const { file } of found) expect((await probe(file)).streams).toHaveLength(1);
    await spool.close();
  });

  it('leaves a process alone that merely has the same id', async () => {
    const folder = await mkdtemp(join(scratch, 'reused-'));
    await noteProcess(folder, 'note', process.pid);
    const path = join(folder, 'note.pid');
    const noted = JSON.parse(await readFile(path, 'utf8')) as { startTicks: string };
    await writeFile(path, JSON.stringify({ ...noted, startTicks: '1' }));
    expect(await reapOrphans(folder)).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});
