import { loadConfig, dataFolderOf } from '../config.js';
import { createLog } from '../log.js';
import { runAgent } from '../main.js';
import type { Progress } from '../progress.js';
import { parseDuration } from './duration.js';
import { progressLines } from './progress-lines.js';
import { readCameraUrls, readJoinToken, readLogins } from './secret.js';

export interface UpFlags {
  join?: string;
  data?: string;
  scan: string[];
  camera: string[];
  login: string[];
  timeout?: string;
  json?: boolean;
}

const defaultEnrolTimeoutMs = 600_000;

/** `gantry up`: runs the agent in the foreground; one line per step on standard output. */
export async function up(flags: UpFlags): Promise<void> {
  const environment = process.env;
  const config = await loadConfig({
    dataFolder: dataFolderOf(flags.data, environment),
    environment,
    scanRanges: flags.scan,
  });
  const joinSource = flags.join ?? environment['GANTRY_JOIN_TOKEN'];
  const timeoutMs = flags.timeout === undefined ? null : parseDuration(flags.timeout);
  let said = '';
  const say = (progress: Progress) => {
    const text = flags.json ? JSON.stringify({ v: 1, ...progress }) : progressLines(progress).join('\n');
    if (progress.step === 'found' && text === said) return;
    if (progress.step === 'found') said = text;
    process.stdout.write(`${text}\n`);
  };
  await runAgent({
    config,
    join: joinSource === undefined || joinSource === '' ? null : await readJoinToken(joinSource),
    cameraUrls: (await Promise.all(flags.camera.map(readCameraUrls))).flat(),
    logins: (await Promise.all(flags.login.map(readLogins))).flat(),
    onProgress: say,
    log: createLog({ level: config.logLevel }),
    enrolTimeoutMs: timeoutMs ?? defaultEnrolTimeoutMs,
    connectTimeoutMs: timeoutMs,
  });
}
