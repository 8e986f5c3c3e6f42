import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { FaultProxy } from '../support/fault-proxy.js';
import { signIn } from '../support/api.js';
import { residentBytes } from '../support/processes.js';
import type { Program } from '../support/program.js';
import { toldGaps, type Stack, type StoredSegment, type ToldGap } from '../support/stack.js';
import { digestOf, doubledIn, storedSegmentOf } from './kill-rounds.js';

const run = promisify(execFile);

export const soakFaults = [
  'camera_freeze',
  'camera_kill',
  'agent_kill',
  'registry_kill',
  'link_cut',
  'disk_full',
  'broker_drop',
] as const;
export type SoakFault = (typeof soakFaults)[number];

export interface SoakFindings {
  faults: Partial<Record<SoakFault, number>>;
  cameras: CameraFindings[];
  segments: number;
  /** Answered as stored. */
  acknowledged: number;
  /** Answered as stored, and without a row. */
  lost: string[];
  doubled: string[];
  corrupt: string[];
  agent: Growth;
  registry: Growth;
}

export interface CameraFindings {
  cameraId: string;
  recordedMs: number;
  /** Missing time by its cause. */
  missingMs: Record<string, number>;
  /** Missing time that is in no gap. */
  unexplainedMs: number;
}

/** Medians of the first and the last third of the samples. */
export interface Growth {
  residentMb: [first: number, last: number];
  descriptors: [first: number, last: number];
}

/** Gives the agent a disk of its own that a soak can fill; null where nothing can be mounted. */
export async function mountSmallDisk(folder: string, sizeMb: number): Promise<(() => Promise<void>) | null> {
  await mkdir(folder, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder]);
  } catch {
    return null;
  }
  return async () => {
    await run('umount', ['-l', folder]);
  };
}

/**
 * Lets cameras be recorded while something breaks again and again, and accounts for every second afterwards. The
 * agent reaches the registry through `proxy`; `disk` is its own file system, null: it is not filled.
 */
export async function runSoak(
  stack: Stack,
  proxy: FaultProxy,
  o: {
    rounds: number;
    everyMs: number;
    faultMs: number;
    faults: readonly SoakFault[];
    disk: string | null;
    random: () => number;
    say: (line: string) => void;
  },
): Promise<SoakFindings> {
  const acknowledged = new Set<string>();
  /** Often enough: a program keeps its last 5,000 lines only. */
  const readAcknowledged = (agent: Program): void => {
    for (const id of agent.lines.flatMap(storedSegmentOf)) acknowledged.add(id);
  };
  const samples: { agent: Sample[]; registry: Sample[] } = { agent: [], registry: [] };
  const counted: SoakFindings['faults'] = {};
  const someCamera = () => {
    const camera = stack.site.cameras[Math.floor(o.random() * stack.site.cameras.length)];
    if (!camera) throw new Error('the site has no camera');
    return camera;
  };
  const acts: Record<SoakFault, () => Promise<void>> = {
    async camera_freeze() {
      const camera = someCamera();
      camera.faults.stall('media');
      await wait(o.faultMs);
      camera.faults.stall(false);
    },
    async camera_kill() {
      const camera = someCamera();
      await camera.faults.unplug();
      await wait(o.faultMs);
      await camera.faults.plug();
    },
    async agent_kill() {
      await stack.agent().end('SIGKILL');
      readAcknowledged(stack.agent());
      await wait(o.faultMs / 4);
      await stack.startAgent();
    },
    async registry_kill() {
      await stack.registry().end('SIGKILL');
      await wait(o.faultMs / 4);
      await stack.startRegistry();
    },
    async link_cut() {
      proxy.cut();
      await wait(o.faultMs);
      proxy.restore();
    },
    async disk_full() {
      if (o.disk === null) return;
      const filler = join(o.disk, 'filler');
      await fill(filler, o.disk);
      await wait(o.faultMs);
      await rm(filler, { force: true });
    },
    async broker_drop() {
      proxy.drop();
      await wait(o.faultMs / 4);
    },
  };
  const faults = o.faults.filter((fault) => fault !== 'disk_full' || o.disk !== null);
  for (let round = 0; round < o.rounds; round += 1) {
    const beganMs = Date.now();
    const fault = faults[round % faults.length] as SoakFault;
    counted[fault] = (counted[fault] ?? 0) + 1;
    await acts[fault]();
    o.say(`round ${round + 1}: ${fault} for ${Date.now() - beganMs} ms`);
    while (Date.now() - beganMs < o.everyMs) {
      await wait(Math.min(2_000, o.everyMs));
      readAcknowledged(stack.agent());
      samples.agent.push(sampleOf(stack.agent()));
      samples.registry.push(sampleOf(stack.registry()));
    }
  }
  const { segments, gaps } = await settled(stack);
  readAcknowledged(stack.agent());
  const known = new Set(segments.map(({ id }) => id));
  const corrupt: string[] = [];
  for (const segment of segments) {
    if ((await digestOf(stack, segment)) !== segment.sha256) corrupt.push(segment.id);
  }
  return {
    faults: counted,
    cameras: [...new Set(segments.map(({ cameraId }) => cameraId))].map((id) =>
      accountOf(id, segments, gaps),
    ),
    segments: segments.length,
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !known.has(id)),
    doubled: doubledIn(segments),
    corrupt,
    agent: growthOf(samples.agent),
    registry: growthOf(samples.registry),
  };
}

/** Switches the cameras off, so that the last segment and the last gap arrive, and reads what the registry has. */
export async function settled(stack: Stack): Promise<{ segments: StoredSegment[]; gaps: ToldGap[] }> {
  // Whoever is idle as long as a soak takes is signed out.
  const api = await signIn(stack.url, stack.admin.email, stack.admin.password);
  await api.post(`/tenants/${stack.tenants.customerId}:disable`, {});
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const [segments, gaps] = [await stack.segments(), await toldGaps(stack)];
    const off = new Set(
      gaps.flatMap(({ cause, toMs, cameraId }) => (cause === 'disabled' && toMs === null ? [cameraId] : [])),
    );
    const isEmpty = spoolIsEmpty(join(stack.folder, 'agent', 'spool'));
    if ((isEmpty && off.size === stack.site.cameras.length) || Date.now() > deadlineMs) {
      return { segments, gaps };
    }
    await wait(500);
  }
}

const spoolIsEmpty = (folder: string): boolean => readdirSync(folder).every((name) => !name.endsWith('.mp4'));

/** Footage and gaps of one camera, from its first picture to its last. Pure. */
export function accountOf(
  cameraId: string,
  segments: readonly Pick<StoredSegment, 'cameraId' | 'startedAtMs' | 'durationMs'>[],
  gaps: readonly ToldGap[],
): CameraFindings {
  const footage = segments
    .filter((one) => one.cameraId === cameraId)
    .map(({ startedAtMs, durationMs }) => ({ fromMs: startedAtMs, toMs: startedAtMs + durationMs }));
  const fromMs = Math.min(...footage.map((one) => one.fromMs));
  const toMs = Math.max(...footage.map((one) => one.toMs));
  const told = gaps.filter((one) => one.cameraId === cameraId);
  const missing = without([{ fromMs, toMs }], footage);
  const missingMs: Record<string, number> = {};
  for (const gap of told) {
    const ms = lengthOf(overlap(missing, { fromMs: gap.fromMs, toMs: gap.toMs ?? toMs }));
    if (ms > 0) missingMs[gap.cause] = (missingMs[gap.cause] ?? 0) + ms;
  }
  const unexplained = without(
    missing,
    told.map((gap) => ({ fromMs: gap.fromMs, toMs: gap.toMs ?? toMs })),
  );
  return {
    cameraId,
    recordedMs: toMs - fromMs - lengthOf(missing),
    missingMs,
    unexplainedMs: lengthOf(unexplained),
  };
}

interface Span {
  fromMs: number;
  toMs: number;
}

const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - fromMs), 0);

const overlap = (spans: readonly Span[], other: Span): Span[] =>
  spans
    .map(({ fromMs, toMs }) => ({
      fromMs: Math.max(fromMs, other.fromMs),
      toMs: Math.min(toMs, other.toMs),
    }))
    .filter(({ fromMs, toMs }) => toMs > fromMs);

/** What of `spans` none of `covered` covers. */
const without = (spans: readonly Span[], covered: readonly Span[]): Span[] =>
  covered.reduce<Span[]>(
    (left, { fromMs, toMs }) =>
      left.flatMap((span) => [
        ...overlap([span], { fromMs: -Infinity, toMs: fromMs }),
        ...overlap([span], { fromMs: toMs, toMs: Infinity }),
      ]),
    [...spans],
  );

interface Sample {
  residentMb: number;
  descriptors: number;
}

function sampleOf({ process: { pid } }: Program): Sample {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return { residentMb: residentBytes(pid ?? 0) / 1_048_576, descriptors };
  } catch {
    // It was killed this moment.
    return { residentMb: NaN, descriptors: NaN };
  }
}

function growthOf(samples: readonly Sample[]): Growth {
  const good = samples.filter(({ residentMb }) => !Number.isNaN(residentMb));
  const third = Math.max(1, Math.floor(good.length / 3));
  const median = (part: readonly Sample[], key: keyof Sample): number =>
    Math.round(part.map((one) => one[key]).toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? NaN);
  const of = (key: keyof Sample): [number, number] => [
    median(good.slice(0, third), key),
    median(good.slice(-third), key),
  ];
  return { residentMb: of('residentMb'), descriptors: of('descriptors') };
}

/** Writes until the disk takes no more. */
async function fill(file: string, disk: string): Promise<void> {
  const handle = await open(file, 'w');
  const block = Buffer.alloc(1_048_576);
  try {
    for (;;) {
      const { bavail, bsize } = await statfs(disk);
      if (bavail === 0) return;
      await handle.write(block.subarray(0, Math.min(block.byteLength, bavail * bsize)));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await handle.close();
  }
}
