import { systemClock } from '../clock.js';
import { dataFolderOf } from '../config.js';
import { agentStatus, type AgentStatus } from '../setup/shapes.js';
import { askAgent } from './local-client.js';
import { table } from './table.js';

const watchEveryMs = 1_000;

/** `gantry status`: one screen of what the running agent says of itself; with `--watch` again at every change. */
export async function status(flags: { data?: string; json?: boolean; watch?: boolean }): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  let said = '';
  for (;;) {
    const answer = await askAgent(root, { method: 'GET', path: '/v1/status' }, agentStatus);
    const text = flags.json ? `${JSON.stringify(answer)}\n` : statusText(answer);
    if (text !== said)
      process.stdout.write(said !== '' && process.stdout.isTTY ? `\x1b[H\x1b[2J${text}` : text);
    said = text;
    if (!flags.watch) return;
    await systemClock.sleep(watchEveryMs);
  }
}

/** The status as text for a person. Pure. */
export function statusText(s: AgentStatus): string {
  const connection =
    s.uplink.kind === 'connected'
      ? `connected to ${s.registryUrl}`
      : `offline: ${s.uplink.detail ?? 'connecting'}`;
  const waiting =
    s.spool.segments === 0 ? 'nothing waits' : `${s.spool.segments} wait (${s.spool.sizeBytes} bytes)`;
  const lines = [
    `${s.agentName}  ${connection}, as ${s.integratorName} (${s.agentId})`,
    `state       accepted ${s.accepted.epoch}.${s.accepted.generation}, applied ${s.applied.epoch}.${s.applied.generation}`,
    `uploads     ${s.uploads.stored} stored, ${s.uploads.notPermitted} not permitted, ${waiting}`,
    ...(s.ffmpegProblem === null ? [] : [`problem     ${s.ffmpegProblem}`]),
  ];
  return `${lines.join('\n')}\n\n${camerasText(s.cameras)}`;
}

/** One line per camera. Pure. */
export function camerasText(cameras: AgentStatus['cameras']): string {
  if (cameras.length === 0) return 'No cameras found yet.\n';
  return table(
    ['CAMERA', 'ADDRESS', 'MODEL', 'ID', 'STATE', 'WHY'],
    cameras.map((camera) => [
      camera.name,
      camera.address,
      camera.model ?? camera.kind,
      camera.localId,
      camera.recorder && camera.recorder.state !== 'stopped' ? camera.recorder.state : camera.access,
      camera.recorder?.detail ?? camera.accessReason ?? camera.registrationDetail ?? '',
    ]),
  );
}
