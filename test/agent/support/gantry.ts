import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The agent's command as users run it: built by `tsc -b`. */
const program = fileURLToPath(new URL('../../../agent/dist/cli/main.js', import.meta.url));

export interface RunningGantry {
  /** Lines on standard output so far. */
  lines(): string[];
  /** Names of the steps of `up --json` so far. */
  steps(): string[];
  /** Standard output and error. */
  output(): string;
  pid: number;
  /** Sends a signal; resolves with the exit code once the process is gone (null: killed by a signal). */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  exited: Promise<number | null>;
}

export function startGantry(
  args: string[],
  environment: Record<string, string> = {},
  input = '',
): RunningGantry {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, NO_COLOR: '1', GANTRY_LOCAL_PORT: '0', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const lines = () => stdout.split('\n').filter((line) => line !== '');
  return {
    lines,
    steps: () => lines().map((line) => (JSON.parse(line) as { step: string }).step),
    output: () => stdout + stderr,
    pid: child.pid ?? 0,
    stop(signal) {
      child.kill(signal);
      return exited;
    },
    exited,
  };
}

/** Runs the command to its end. */
export async function runGantry(
  args: string[],
  environment: Record<string, string> = {},
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const gantry = startGantry(args, environment, input);
  const code = await gantry.exited;
  const stdout = gantry.lines().join('\n');
  return { code, stdout, stderr: gantry.output().slice(stdout.length) };
}
