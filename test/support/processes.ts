import { readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  pid: number;
  parentPid: number;
  command: string[];
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
        return [{ pid: Number(name), parentPid: Number(parentPid), command }];
      } catch {
        // It ended between the two looks.
        return [];
      }
    });
}

/** Processes whose command line names `folder`: the ffmpegs of an agent, the Postgres of a registry. */
export const processesOf = (program: string, folder: string): RunningProcess[] =>
  runningProcesses().filter(
    ({ command }) => command[0]?.endsWith(program) && command.some((argument) => argument.includes(folder)),
  );

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1_024;
}
