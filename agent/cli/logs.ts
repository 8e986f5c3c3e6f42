import { systemClock } from '../clock.js';
import { dataFolderOf } from '../config.js';
import { logLines } from '../setup/shapes.js';
import { findCamera } from './cameras.js';
import { askAgent } from './local-client.js';

const lookEveryMs = 500;

/** `gantry logs`: the last lines of the running agent, with `-f` also those that come. */
export async function logs(flags: {
  data?: string;
  json?: boolean;
  follow?: boolean;
  camera?: string;
}): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const camera = flags.camera === undefined ? null : await findCamera(root, flags.camera);
  const marks = camera
    ? [camera.localId, camera.cameraId, camera.address.split(':')[0]].flatMap((mark) => mark ?? [])
    : null;
  let next = 0;
  for (;;) {
    const answer = await askAgent(root, { method: 'GET', path: `/v1/logs?after=${next}` }, logLines);
    // A number that fell: the agent was started again and counts anew.
    next = answer.next;
    for (const line of answer.lines.filter((text) => isAbout(text, marks)))
      process.stdout.write(`${flags.json ? versioned(line) : readable(line)}\n`);
    if (!flags.follow) return;
    await systemClock.sleep(lookEveryMs);
  }
}

/** Null: about anything. Pure. */
export const isAbout = (line: string, marks: readonly string[] | null): boolean =>
  marks === null || marks.some((mark) => line.includes(`"${mark}`));

const levels: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** A JSON line of the log for a person: time, level, message, then what belongs to it. Pure. */
export function readable(line: string): string {
  try {
    const { level, time, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
    const more = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return [String(time), (levels[Number(level)] ?? 'log').padEnd(5), String(msg), ...more].join(' ');
  } catch {
    return line;
  }
}

const versioned = (line: string): string => line.replace(/^\{/, '{"v":1,');
