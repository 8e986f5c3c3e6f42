import { readFile } from 'node:fs/promises';

/** A process by number and start: numbers are reused, the pair is not. */
export interface ProcessStart {
  pid: number;
  /** Clock ticks from boot to the start, field 22 of /proc/PID/stat. */
  startTicks: number;
  /** Names one boot of the machine: ticks count anew after it. */
  bootId: string;
}

/** What runs under a process number now; null when nothing does (or only a zombie). Linux. */
export async function readProcess(
  pid: number,
): Promise<{ command: string; start: ProcessStart; startedAtMs: number } | null> {
  try {
    const [stat, bootId, system] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile('/proc/stat', 'utf8'),
    ]);
    // The command stands in parentheses and may contain anything, parentheses and blanks included.
    const command = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    const startTicks = Number(fields[19]);
    const bootSeconds = Number(/^btime (\d+)$/m.exec(system)?.[1]);
    // USER_HZ is 100 on every Linux that Node runs on.
    return {
      command,
      start: { pid, startTicks, bootId: bootId.trim() },
      startedAtMs: (bootSeconds + startTicks / 100) * 1000,
    };
  } catch {
    return null;
  }
}

export async function isRunning(start: ProcessStart): Promise<boolean> {
  const found = await readProcess(start.pid);
  return found?.start.startTicks === start.startTicks && found.start.bootId === start.bootId;
}
