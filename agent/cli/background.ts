import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { systemClock } from '../clock.js';
import { dataFolderOf } from '../config.js';
import { dataFolder, makeDataFolder } from '../data-folder.js';
import type { Progress } from '../progress.js';
import { approvalLines } from './approval.js';
import { exitCodes } from './exit-codes.js';
import { say, show } from './output.js';
import { progressLines } from './progress-lines.js';
import { qrSizeOf } from './qr.js';
import type { UpFlags } from './up.js';
import { UsageError } from './usage-error.js';

const lookEveryMs = 100;

/**
 * `gantry up --no-wait`: the same agent as a process of its own, whose output goes to `agent.log` in the data folder.
 * Ends when the box is enrolled, or shows the code that a person has to approve; with the agent's own exit code when
 * it ended before that.
 */
export async function upInBackground(flags: UpFlags): Promise<void> {
  if (flags.login.includes('-'))
    throw new UsageError(
      'Standard input ends with this command. Put the logins into a file: --login file:PATH',
    );
  const folder = dataFolder(dataFolderOf(flags.data, process.env));
  await makeDataFolder(folder);
  const log = await open(folder.backgroundLog, 'w', 0o600);
  const [program = '', ...given] = process.argv.slice(1);
  const args = given.filter((word) => word !== '--no-wait' && word !== '--json');
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended: number | null = null;
  child.once('exit', (code) => {
    ended = code ?? exitCodes.failure;
  });
  child.once('error', () => {
    ended = exitCodes.failure;
  });
  await log.close();
  for (;;) {
    const isOver = ended !== null;
    const lines = (await readFile(folder.backgroundLog, 'utf8')).split('\n');
    const reached = lines
      .map(stepOf)
      .find((step) => step?.step === 'enrolled' || step?.step === 'needs_approval');
    if (reached && !isOver) {
      child.unref();
      return tell(reached, child.pid ?? 0, flags, folder.backgroundLog);
    }
    if (isOver) return giveUp(lines, ended ?? exitCodes.failure);
    await systemClock.sleep(lookEveryMs);
  }
}

/** Null for a line of the log, and for one that is not whole yet. */
function stepOf(line: string): Progress | null {
  try {
    const value = JSON.parse(line) as { step?: unknown };
    return typeof value.step === 'string' ? (value as Progress) : null;
  } catch {
    return null;
  }
}

function tell(reached: Progress, pid: number, flags: UpFlags, logPath: string): void {
  const screen = { isTty: process.stdout.isTTY, columns: process.stdout.columns ?? 80 };
  const lines =
    reached.step === 'needs_approval'
      ? approvalLines(reached, qrSizeOf(flags.qr), screen)
      : progressLines(reached);
  show(flags.json, { pid, log: logPath, ...reached }, `${lines.join('\n')}\n`);
  const data = flags.data === undefined ? '' : ` --data ${flags.data}`;
  if (!flags.json)
    say(`Runs in the background (process ${pid}); its log: ${logPath}. Next: gantry wait${data}`);
}

function giveUp(lines: readonly string[], code: number): void {
  const why = lines.findLast((line) => line.startsWith('gantry: ')) ?? 'gantry: the agent ended at once';
  process.stderr.write(`${why}\n`);
  process.exitCode = code;
}
