import { loadConfig, dataFolderOf } from '../config.js';
import { createLog } from '../log.js';
import { createLogTail } from '../log-tail.js';
import { runAgent } from '../main.js';
import type { Progress } from '../progress.js';
import { approvalEvent, createApprovalDisplay } from './approval.js';
import { parseDuration } from './duration.js';
import { progressLines } from './progress-lines.js';
import { qrSizeOf, type QrSize } from './qr.js';
import { readCameraUrls, readJoinToken, readLogins } from './secret.js';

export interface UpFlags {
  join?: string;
  registry?: string;
  qr: string;
  data?: string;
  scan: string[];
  camera: string[];
  login: string[];
  timeout?: string;
  json?: boolean;
}

/** A token is known at once to be good or not; a person may take any time to approve a code. */
const tokenTimeoutMs = 600_000;
const keptLogLines = 2_000;

/** `gantry up`: runs the agent in the foreground; one line per step on standard output. */
export async function up(flags: UpFlags): Promise<void> {
  const environment = process.env;
  const config = await loadConfig({
    dataFolder: dataFolderOf(flags.data, environment),
    environment,
    scanRanges: flags.scan,
    registryUrl: flags.registry,
  });
  const joinSource = flags.join ?? environment['GANTRY_JOIN_TOKEN'];
  const timeoutMs = flags.timeout === undefined ? null : parseDuration(flags.timeout);
  const join = joinSource === undefined || joinSource === '' ? null : await readJoinToken(joinSource);
  const say = createSpeaker({ json: flags.json === true, qr: qrSizeOf(flags.qr) });
  // Standard output belongs to the command's result (ux.md §7).
  const logTail = createLogTail(keptLogLines, { write: (line) => void process.stderr.write(line) });
  await runAgent({
    config,
    join,
    cameraUrls: (await Promise.all(flags.camera.map(readCameraUrls))).flat(),
    logins: (await Promise.all(flags.login.map(readLogins))).flat(),
    onProgress: say,
    log: createLog({ level: config.logLevel, destination: logTail }),
    logTail,
    enrolTimeoutMs: timeoutMs ?? (join === null ? null : tokenTimeoutMs),
    connectTimeoutMs: timeoutMs,
  });
}

/** Prints each step: lines for a person, or one object per line. A list of cameras that did not change is not repeated. */
function createSpeaker(o: { json: boolean; qr: QrSize }): (progress: Progress) => void {
  const { stdout } = process;
  const screen = {
    isTty: stdout.isTTY,
    columns: stdout.columns ?? 80,
    write: (text: string) => void stdout.write(text),
  };
  const approval = createApprovalDisplay(screen, o.qr, Date.now);
  let said = '';
  return (progress) => {
    if (progress.step === 'needs_approval' && !o.json) return approval.show(progress);
    approval.end();
    const event = progress.step === 'needs_approval' ? approvalEvent(progress) : progress;
    const text = o.json ? JSON.stringify({ v: 1, ...event }) : progressLines(progress).join('\n');
    if (progress.step === 'found' && text === said) return;
    if (progress.step === 'found') said = text;
    stdout.write(`${text}\n`);
  };
}
