import { readdir, readFile } from 'node:fs/promises';

/** What a process and everything it started has used up and holds. */
export interface Usage {
  pids: number[];
  /** User and system time so far. */
  cpuSeconds: number;
  /** Memory, pages shared between several processes counted in parts (PSS). */
  memoryBytes: number;
}

/** USER_HZ on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Of the processes `roots` with all below them, from /proc. */
export async function usageOf(roots: readonly number[]): Promise<Usage> {
  const all = await readProcesses();
  const pids = withDescendants(roots, all);
  const cpuSeconds = all
    .filter((one) => pids.includes(one.pid))
    .reduce((sum, one) => sum + one.ticks / ticksPerSecond, 0);
  const sizes = await Promise.all(pids.map(proportionalBytes));
  return { pids, cpuSeconds, memoryBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

const withDescendants = (roots: readonly number[], all: readonly { pid: number; parent: number }[]) => {
  const pids = [...roots];
  for (const pid of pids) pids.push(...all.filter((one) => one.parent === pid).map((one) => one.pid));
  return pids;
};

/** Everything that runs below a process. */
export async function descendantsOf(pid: number): Promise<number[]> {
  return withDescendants([pid], await readProcesses()).slice(1);
}

async function readProcesses(): Promise<{ pid: number; parent: number; ticks: number }[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    names.map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')),
  );
  return texts.flatMap((text) => {
    if (text === '') return [];
    // The command stands in parentheses and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [
      {
        pid: Number.parseInt(text, 10),
        parent: Number(fields[1]),
        ticks: Number(fields[11]) + Number(fields[12]),
      },
    ];
  });
}

async function proportionalBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024;
}

/** CPU time per second of watching, and the memory at its end; rejects when a process ended or came meanwhile. */
export async function watchUsage(
  roots: readonly number[],
  durationMs: number,
): Promise<{ cpuSecondsPerSecond: number; memoryBytes: number; processes: number }> {
  const [before, startedMs] = [await usageOf(roots), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  const [after, endedMs] = [await usageOf(roots), performance.now()];
  if (before.pids.join() !== after.pids.join())
    throw new Error('the processes changed while they were watched');
  return {
    cpuSecondsPerSecond: (after.cpuSeconds - before.cpuSeconds) / ((endedMs - startedMs) / 1_000),
    memoryBytes: after.memoryBytes,
    processes: after.pids.length,
  };
}
