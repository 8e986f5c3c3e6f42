import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { FaultProxy } from '../support/fault-proxy.js';
import { signIn } from '../support/api.js';
import type { Program } from '../support/program.js';
import { toldGaps, type Stack } from '../support/stack.js';
import { accountOf, type CameraFindings } from './account.js';
import { growthOf, sampleOf, type Growth, type Sample } from './growth.js';
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
  /** All of the site, from the first moment of the soak until the commit that ended it. */
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
  const cameraIds = (await stack.cameras()).map(({ id }) => id);
  const beganAtMs = Date.now();
  for (let round = 0; round < o.rounds; round += 1) {
    const beganMs = Date.now();
    const fault = faults[round % faults.length] as SoakFault;
    counted[fault] = (counted[fault] ?? 0) + 1;
    await acts[fault]();
    o.say(`round ${round + 1}: ${fault} for ${Date.now() - beganMs} ms`);
    while (Date.now() - beganMs < o.everyMs) {
      await wait(Math.min(2_000, o.everyMs));
      readAcknowledged(stack.agent());
      samples.agent.push(...sampleOf(stack.agent()));
      samples.registry.push(...sampleOf(stack.registry()));
    }
  }
  const { endedAtMs } = await settled(stack);
  // In this order: what is answered after the rows were read is in none of them.
  readAcknowledged(stack.agent());
  const [segments, gaps] = [await stack.segments(), await toldGaps(stack)];
  const soaked = { fromMs: beganAtMs, toMs: endedAtMs };
  // Nobody had switched a camera off before: a gap that says so hides one that stopped by itself.
  const causes = gaps.filter(({ cause }) => cause !== 'disabled');
  const known = new Set(segments.map(({ id }) => id));
  const corrupt: string[] = [];
  for (const segment of segments) {
    if ((await digestOf(stack, segment)) !== segment.sha256) corrupt.push(segment.id);
  }
  return {
    faults: counted,
    cameras: cameraIds.map((id) => accountOf(id, segments, causes, soaked)),
    segments: segments.length,
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !known.has(id)),
    doubled: doubledIn(segments),
    corrupt,
    agent: growthOf(samples.agent),
    registry: growthOf(samples.registry),
  };
}

/** Switches the cameras off, and waits until the last segment and the last gap have arrived. */
export async function settled(stack: Stack): Promise<{ endedAtMs: number }> {
  // Whoever is idle as long as a soak takes is signed out.
  const api = await signIn(stack.url, stack.admin.email, stack.admin.password);
  const { at } = await api.post<{ at: string }>(`/tenants/${stack.tenants.customerId}:disable`, {});
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const off = new Set(
      (await toldGaps(stack)).flatMap(({ cause, toMs, cameraId }) =>
        cause === 'disabled' && toMs === null ? [cameraId] : [],
      ),
    );
    const isEmpty = spoolIsEmpty(join(stack.folder, 'agent', 'spool'));
    if ((isEmpty && off.size === stack.site.cameras.length) || Date.now() > deadlineMs)
      return { endedAtMs: Date.parse(at) };
    await wait(500);
  }
}

const spoolIsEmpty = (folder: string): boolean => readdirSync(folder).every((name) => !name.endsWith('.mp4'));

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
