import { comparePositions } from '@gantry/protocol/state.js';
import { systemClock } from '../clock.js';
import { dataFolderOf } from '../config.js';
import { dataFolder } from '../data-folder.js';
import type { AgentStatus, CameraStatus } from '../setup/shapes.js';
import { stateOf } from './camera-state.js';
import { exitCodes } from './exit-codes.js';
import { askStatus } from './local-client.js';
import { show } from './output.js';
import { readPin } from './pin.js';
import { qrLines } from './qr.js';
import { table } from './table.js';
import { UsageError } from './usage-error.js';

const watchEveryMs = 1_000;

export interface StatusFlags {
  data?: string;
  json?: boolean;
  watch?: boolean;
  problems?: boolean;
  all?: boolean;
  local?: boolean;
}

/** `gantry status`: one screen of what the running agent says of itself; with `--watch` again at every change. */
export async function status(flags: StatusFlags): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  if (flags.local) return showLocal(root, flags);
  const onlyProblems = flags.problems === true && flags.all !== true;
  let said = '';
  for (;;) {
    const answer = await askStatus(root);
    const cameras = onlyProblems ? answer.cameras.filter(hasProblem) : answer.cameras;
    if (onlyProblems) process.exitCode = cameras.length > 0 ? exitCodes.partial : exitCodes.ok;
    const text = flags.json
      ? `${JSON.stringify({ ...answer, cameras })}\n`
      : statusText({ ...answer, cameras }, Date.now(), answer.cameras.length);
    if (text !== said)
      process.stdout.write(said !== '' && process.stdout.isTTY ? `\x1b[H\x1b[2J${text}` : text);
    said = text;
    if (!flags.watch) return;
    await systemClock.sleep(watchEveryMs);
  }
}

/** `gantry status --local`: where the on-site page is, for a phone; the PIN in the fragment is never sent. */
async function showLocal(root: string, flags: StatusFlags): Promise<void> {
  const { pageUrl } = await askStatus(root);
  if (pageUrl === null)
    throw new UsageError('No on-site page is served. Switch it on: gantry set localPort=7080');
  const pin = await readPin(dataFolder(root));
  const url = `${pageUrl}#p=${pin}`;
  const screen = { isTty: process.stdout.isTTY, columns: process.stdout.columns ?? 80 };
  show(flags.json, { url, pin }, `${[url, `PIN ${pin}`, ...qrLines(url, 'auto', screen)].join('\n')}\n`);
}

/** Somebody should look at it: no login, no stream, refused by the registry, or it should record and does not. Pure. */
export function hasProblem({ access, cameraId, registration, recorder }: CameraStatus): boolean {
  if (access !== 'ready' || registration === 'conflict') return true;
  if (registration !== null && cameraId === null) return true;
  return recorder !== null && recorder.state !== 'recording' && recorder.state !== 'stopped';
}

/** The status as text for a person. `known`: how many cameras there are in all. Pure. */
export function statusText(s: AgentStatus, nowMs: number, known = s.cameras.length): string {
  const connection =
    s.uplink.kind === 'connected'
      ? `connected to ${s.registryUrl}`
      : `offline: ${s.uplink.detail ?? 'connecting'}`;
  const { stored, notPermitted, rejected, damaged } = s.uploads;
  const uploads = [
    `${stored} stored`,
    ...(notPermitted > 0 ? [`${notPermitted} not permitted`] : []),
    ...(rejected + damaged > 0 ? [`${rejected + damaged} given up`] : []),
    s.spool.segments === 0
      ? 'nothing waits'
      : `${s.spool.segments} wait (${(s.spool.sizeBytes / 1e6).toFixed(1)} MB)`,
  ];
  const isApplied = comparePositions(s.accepted, s.applied) === 0;
  const lines = [
    `${s.agentName}  ${connection}, as ${s.integratorName} (${s.agentId})`,
    `uploads     ${uploads.join(', ')}`,
    ...(isApplied ? [] : ['changing    the cameras to what the registry wants now']),
    ...(s.pageUrl === null ? [] : [`on site     ${s.pageUrl} (PIN and QR code: gantry status --local)`]),
    ...(s.ffmpegProblem === null ? [] : [`problem     ${s.ffmpegProblem}`]),
  ];
  const shown = s.cameras.length;
  const left =
    shown === known ? '' : `${shown} of ${known} shown because of --problems; all: gantry status\n`;
  const cameras = shown === 0 && known > 0 ? '' : camerasText(s.cameras, nowMs);
  return `${lines.join('\n')}\n\n${cameras}${left}`;
}

/** One line per camera. Pure. */
export function camerasText(cameras: AgentStatus['cameras'], nowMs: number): string {
  if (cameras.length === 0) return 'No cameras found yet.\n';
  return table(
    ['CAMERA', 'ADDRESS', 'MODEL', 'ID', 'STATE', 'WHY'],
    cameras.map((camera) => {
      const { state, why } = stateOf(camera, nowMs);
      const model = camera.model ?? (camera.kind === 'generic' ? 'RTSP (generic)' : '');
      return [camera.name, camera.address, model, camera.localId, state, why];
    }),
  );
}
