import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readStored, writeDurably } from '../store.js';

/**
 * A process that outlives us is recognised by its id, its start time and the boot it was started in: an id alone
 * is reused by the kernel.
 */
const processRecord = z.strictObject({ pid: z.int().min(2), startTicks: z.string(), bootId: z.string() });
type ProcessRecord = z.infer<typeof processRecord>;

const recordSuffix = '.pid';
const gonePollMs = 20;
const gonePatienceMs = 5_000;

/** Null where there is no /proc (macOS): there an orphan ends by itself when the bridge it reads from is gone. */
async function identify(pid: number): Promise<ProcessRecord | null> {
  try {
    const [stat, bootId] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field, the name in brackets, may hold spaces and brackets itself; start time is field 22 (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startTicks = fields[19];
    return startTicks === undefined || fields[0] === 'Z' ? null : { pid, startTicks, bootId: bootId.trim() };
  } catch {
    return null;
  }
}

/** Notes a started process in `folder`, so that a later agent can end it. Returns how to strike the note out. */
export async function noteProcess(folder: string, name: string, pid: number): Promise<() => Promise<void>> {
  const path = join(folder, `${name}${recordSuffix}`);
  const identity = await identify(pid);
  if (identity) await writeDurably(path, JSON.stringify(identity));
  return () => rm(path, { force: true });
}

/**
 * Ends every ffmpeg that a killed agent left behind under `folder` (one folder per camera) and waits until each is
 * gone. Processes that merely got the same id are left alone.
 *
 * @returns how many were ended.
 */
export async function reapOrphans(folder: string): Promise<number> {
  let reaped = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (!name.endsWith(recordSuffix)) continue;
    const path = join(folder, name);
    const noted = await readStored(path, processRecord);
    if (noted.kind === 'value' && (await end(noted.value))) reaped += 1;
    await rm(path, { force: true });
  }
  return reaped;
}

async function end(noted: ProcessRecord): Promise<boolean> {
  const isAlive = async (): Promise<boolean> => {
    const found = await identify(noted.pid);
    return found?.startTicks === noted.startTicks && found.bootId === noted.bootId;
  };
  if (!(await isAlive())) return false;
  // Nobody reads its segment list any more: its files are salvaged, an orderly end would gain nothing.
  try {
    process.kill(noted.pid, 'SIGKILL');
  } catch {
    return false;
  }
  const deadlineMs = performance.now() + gonePatienceMs;
  // A process stuck in the kernel (a dead network disk) must not keep the agent from starting.
  while (performance.now() < deadlineMs && (await isAlive())) {
    await new Promise((resolve) => setTimeout(resolve, gonePollMs));
  }
  return true;
}
