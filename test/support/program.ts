import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { until } from './until.js';

export interface ProgramOptions {
  /** `[file, ...arguments]`, started with this process's Node. */
  command: readonly [string, ...string[]];
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Network namespace to run in (`ip netns`). */
  namespace?: string;
  onLine?: (line: string) => void;
}

/** One of our programs as a real process: everything it printed, and ways to end it. */
export interface Program {
  readonly process: ChildProcess;
  /** Lines of standard output and standard error, oldest first; the last 5,000 are kept. */
  readonly lines: readonly string[];
  readonly output: readonly string[];
  /** Resolves with the first line that matches, also one printed before; rejects when the program ends first. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Exit code, or the signal's name; pending while the program runs. */
  readonly ended: Promise<number | NodeJS.Signals>;
  running(): boolean;
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export function startProgram({ command, env, cwd, namespace, onLine }: ProgramOptions): Program {
  const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
  const [file, ...args] = [...inside, process.execPath, ...command];
  const child = spawn(file as string, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd ? { cwd } : {}),
  });
  const lines: string[] = [];
  const output: string[] = [];
  let end: number | NodeJS.Signals | null = null;
  const keep = (list: string[]) => (line: string) => {
    list.push(line);
    if (list.length > 5_000) list.shift();
  };
  const keepLine = keep(lines);
  const keepOutput = keep(output);
  createInterface({ input: child.stdout }).on('line', (line) => {
    keepOutput(line);
    keepLine(line);
    onLine?.(line);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    keepLine(line);
    onLine?.(line);
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('error', (error) => {
      keepLine(error.message);
      resolve((end = 127));
    });
    // `close` comes after the last line was read, `exit` may come before.
    child.once('close', (code, signal) => resolve((end = signal ?? code ?? 1)));
  });
  const running = () => end === null;

  return {
    process: child,
    lines,
    output,
    ended,
    running,
    waitFor: (pattern, timeoutMs = 30_000) =>
      until(
        () => {
          for (const line of lines) {
            const match = pattern.exec(line);
            if (match) return match;
          }
          if (!running()) throw new Error(`${command[0]} ended (${end}) before ${pattern}:\n${tail(lines)}`);
          return null;
        },
        { timeoutMs, what: `${pattern} from ${command.join(' ')}` },
      ).catch((error: unknown) => {
        throw new Error(`${(error as Error).message}\n${tail(lines)}`, { cause: error });
      }),
    end: (signal = 'SIGTERM') => {
      if (running()) child.kill(signal);
      return ended;
    },
  };
}

const tail = (lines: readonly string[]): string => lines.slice(-40).join('\n');
