import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface RunningProcess {
  pid: number;
  parentPid: number;
  command: string[];
  /** Where it works; Postgres works in its data folder and does not name it on its command line. */
  folder: string;
}

/** Every process of this machine that still runs (zombies have ended), from /proc. */
export function runningProcesses(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The program's name stands in parentheses and may hold blanks: fields count from the last one on.
        const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z' || state === 'X') return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1);
        const folder = readlinkSync(`/proc/${name}/cwd`);
        return [{ pid: Number(name), parentPid: Number(parentPid), command, folder }];
      } catch {
        // It ended between the two looks, or is none of ours to look into.
        return [];
      }
    });
}

/** Processes that work in `folder` or name it on their command line: what a stack may leave behind. */
export const processesOf = (folder: string): RunningProcess[] =>
  runningProcesses().filter(
    (process) =>
      process.folder.startsWith(folder) || process.command.some((argument) => argument.includes(folder)),
  );

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1_024;
}
