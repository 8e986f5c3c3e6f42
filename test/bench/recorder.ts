import { recorderLine } from '@gantry/agent/recorder/recorder-line.js';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/until.js';
import type { Bench, Stage } from './bench.js';
import { compare, type Comparison, type Sample, type Variant } from './harness.js';
import { startBenchProgram, startCameras, type CameraOffer, type RecorderReport } from './programs.js';
import { watchUsage } from './usage.js';

const audio = 'aac';
const segmentSeconds = 5;

type Watched = Awaited<ReturnType<typeof watchUsage>>;

export const recorder: Bench = {
  name: 'recorder',
  what: 'CPU and memory of our recorders and bridge against one plain ffmpeg per camera on the same streams',
  async *run(stage) {
    for (const count of stage.smoke ? [2] : [16, 64]) yield* compareRecorders(stage, count);
  },
};

async function* compareRecorders(stage: Stage, count: number): AsyncGenerator<Comparison> {
  const watchMs = stage.smoke ? 2_000 : 20_000;
  const rounds = { rounds: stage.smoke ? 1 : 5, warmup: 0 };
  const cameras = await startCameras(stage, { cameras: count, audio, picturesPerTick: 1 });
  const memory: Record<'ours' | 'peer', number[]> = { ours: [], peer: [] };
  const processes: Record<'ours' | 'peer', number> = { ours: 0, peer: 0 };

  const watched = (
    role: 'ours' | 'peer',
    label: string,
    record: (folder: string, watch: (roots: number[]) => Promise<Watched>) => Promise<() => Promise<void>>,
  ): Variant => ({
    label,
    run: async (): Promise<Sample> => {
      const folder = await mkdtemp(join(stage.folder, `${role}-`));
      let seen: Watched | null = null;
      const check = await record(folder, async (roots) => (seen = await watchUsage(roots, watchMs)));
      const { cpuSecondsPerSecond, memoryBytes, processes: alive } = seen as unknown as Watched;
      memory[role].push(memoryBytes / count / 1e6);
      processes[role] = alive;
      return {
        cost: (cpuSecondsPerSecond / count) * 1_000,
        check: async () => {
          await check();
          await rm(folder, { recursive: true });
        },
      };
    },
  });

  const labels = { ours: 'agent/recorder + agent/rtsp', peer: 'one plain ffmpeg per camera' };
  const cpu = await compare({
    name: `recorder CPU, ${count} cameras of 0.4 Mbit/s`,
    unit: 'ms of CPU per camera and second',
    ...rounds,
    variants: {
      ours: watched('ours', labels.ours, (folder, watch) => recordOurs(cameras, folder, watchMs, watch)),
      peer: watched('peer', labels.peer, (folder, watch) => recordPlain(cameras, folder, watchMs, watch)),
    },
    budgets: [{ of: 'peer', atMost: 0.15 }],
  });
  cpu.notes.push(`${processes.ours} processes against ${processes.peer}`);
  yield cpu;
  const told = (role: 'ours' | 'peer'): Variant => {
    const costs = [...memory[role]];
    return { label: labels[role], run: async () => ({ cost: costs.shift() as number, check: () => {} }) };
  };
  yield await compare({
    name: `recorder memory, ${count} cameras`,
    unit: 'MB (PSS) per camera',
    ...rounds,
    variants: { ours: told('ours'), peer: told('peer') },
    budgets: [{ of: 'peer', atMost: 0.05 }],
  });
}

/** Resolves, everything stopped again, with the check of what was recorded. */
async function recordOurs(
  cameras: readonly CameraOffer[],
  folder: string,
  watchMs: number,
  watch: (roots: number[]) => Promise<unknown>,
): Promise<() => Promise<void>> {
  await mkdir(join(folder, 'taken'));
  const program = startBenchProgram('recorders', { cameras, audio, segmentSeconds, folder });
  try {
    await program.waitFor(/^recording$/, 60_000);
    await watch([program.process.pid as number]);
    await program.end();
  } finally {
    await program.end('SIGKILL');
  }
  const reports = JSON.parse(program.output.at(-1) ?? '') as RecorderReport[];
  return async () => {
    assert.equal(reports.length, cameras.length);
    for (const { sessions, durationMs } of reports) {
      assert.equal(sessions, 1);
      assert.ok(durationMs >= watchMs, `${durationMs} ms recorded while watched for ${watchMs} ms`);
    }
  };
}

/** The same recorder line on the camera itself, as shell scripts do it: no bridge, the login in the URL. */
async function recordPlain(
  cameras: readonly CameraOffer[],
  folder: string,
  watchMs: number,
  watch: (roots: number[]) => Promise<unknown>,
): Promise<() => Promise<void>> {
  const running: ChildProcess[] = [];
  const folders: string[] = [];
  try {
    for (const [i, camera] of cameras.entries()) {
      const own = join(folder, String(i));
      await mkdir(own);
      folders.push(own);
      const output = join(own, '%06d.mp4');
      const line = recorderLine({ url: camera.urlWithLogin, video: 'h264', audio, segmentSeconds, output });
      const argv = [...line.inputOptions, '-i', line.input, ...line.outputOptions, line.output];
      running.push(spawn(process.env['FFMPEG_PATH'] ?? 'ffmpeg', argv, { stdio: 'ignore' }));
    }
    const hasMedia = async (own: string) => {
      const [first] = await readdir(own);
      return first !== undefined && (await stat(join(own, first))).size > 10_000;
    };
    await until(async () => (await Promise.all(folders.map(hasMedia))).every(Boolean), {
      timeoutMs: 60_000,
      what: 'media of every camera',
    });
    await watch(running.map((child) => child.pid as number));
  } finally {
    const ended = running.filter((child) => child.exitCode === null).map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGINT');
    await Promise.all(ended);
  }
  return async () => {
    for (const own of folders) {
      const durationMs = await durationOf(own);
      assert.ok(durationMs >= watchMs, `${durationMs} ms recorded while watched for ${watchMs} ms`);
    }
  };
}

async function durationOf(folder: string): Promise<number> {
  let totalMs = 0;
  for (const name of await readdir(folder)) {
    const entries = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0'];
    const { stdout } = await promisify(execFile)('ffprobe', [...entries, join(folder, name)]);
    totalMs += Number(stdout) * 1_000;
  }
  return totalMs;
}
