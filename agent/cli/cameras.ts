import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { dataFolderOf } from '../config.js';
import { agentStatus, type CameraStatus } from '../setup/shapes.js';
import { stateOf } from './camera-state.js';
import { askAgent, askAgentForBytes } from './local-client.js';
import { say, show as showResult } from './output.js';
import { readCameraUrls, readLogins, readPassword, type GivenLogin } from './secret.js';
import { camerasText } from './status.js';
import { UsageError } from './usage-error.js';

export interface CameraFlags {
  data?: string;
  json?: boolean;
}

/** `gantry cameras list` */
export async function list(flags: CameraFlags): Promise<void> {
  const cameras = await camerasOf(dataFolderOf(flags.data, process.env));
  showResult(flags.json, { cameras }, camerasText(cameras, Date.now()));
}

/** `gantry cameras show`: one camera by its id, address or name. */
export async function show(name: string, flags: CameraFlags): Promise<void> {
  const camera = await findCamera(dataFolderOf(flags.data, process.env), name);
  showResult(flags.json, { camera }, cameraText(camera, Date.now()));
}

/** Everything known of one camera, for a person. Pure. */
export function cameraText(camera: CameraStatus, nowMs: number): string {
  const { state, why } = stateOf(camera, nowMs);
  const streams = camera.streams.map(({ role, video, audio, width, height, frameRate }) => [
    role,
    [
      video,
      width && height ? `${width} × ${height}` : '',
      frameRate ? `${frameRate} fps` : '',
      audio ?? 'no sound',
    ]
      .filter(Boolean)
      .join(', '),
  ]);
  const clock = camera.clockAheadMs ?? null;
  const lines = [
    ['name', camera.name],
    ['state', [state, why].filter(Boolean).join(': ')],
    ['address', camera.address],
    ['model', camera.model ?? (camera.kind === 'generic' ? 'RTSP (generic)' : 'unknown')],
    ['id', camera.localId],
    ['registry', camera.cameraId ?? camera.registrationDetail ?? 'has not answered yet'],
    ...streams,
    ...(clock === null ? [] : [['clock', `${(clock / 1_000).toFixed(1)} s against the registry's`]]),
    ...(camera.hasDefaultLogin
      ? [['login', 'a password that anybody can look up: change it on the camera']]
      : []),
  ];
  return lines.map(([key = '', value]) => `${key.padEnd(10)} ${value}\n`).join('');
}

/** `gantry snapshot`: a picture taken now. */
export async function snapshot(name: string, flags: CameraFlags & { out: string }): Promise<void> {
  if (flags.out === '-' && process.stdout.isTTY)
    throw new UsageError('A picture is nothing for a terminal. Name a file: --out picture.jpg');
  if (flags.out === '-' && flags.json)
    throw new UsageError('Standard output holds the picture or the JSON. Name a file: --out picture.jpg');
  const root = dataFolderOf(flags.data, process.env);
  const { localId } = await findCamera(root, name);
  const jpeg = await askAgentForBytes(root, `/v1/cameras/${encodeURIComponent(localId)}/snapshot`);
  if (flags.out === '-') {
    await new Promise<void>((written) => process.stdout.write(jpeg, () => written()));
    return;
  }
  await writeFile(flags.out, jpeg);
  if (!flags.json) say(`Wrote ${flags.out} (${Math.ceil(jpeg.byteLength / 1_024)} KiB).`);
  showResult(flags.json, { localId, out: flags.out, sizeBytes: jpeg.byteLength }, '');
}

/** The cameras of the running agent. */
export async function camerasOf(root: string): Promise<CameraStatus[]> {
  return (await askAgent(root, { method: 'GET', path: '/v1/status' }, agentStatus)).cameras;
}

/** The one camera that is called so. Throws UsageError when there is none, or several. */
export async function findCamera(root: string, name: string): Promise<CameraStatus> {
  return pickCamera(await camerasOf(root), name);
}

/** By id, address, host or name. Pure. */
export function pickCamera(cameras: readonly CameraStatus[], name: string): CameraStatus {
  const found = cameras.filter(({ localId, cameraId, address, name: called }) =>
    [localId, cameraId, address, address.split(':')[0], called].includes(name),
  );
  const [camera] = found;
  if (camera !== undefined && found.length === 1) return camera;
  const why = found.length > 1 ? `means ${found.length} cameras` : 'is no camera of this agent';
  throw new UsageError(`${name} ${why}. Take the id of: gantry cameras list`);
}

/** `gantry cameras add`: the running agent keeps the address and looks at it at once. */
export async function add(source: string, flags: CameraFlags): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const urls = await readCameraUrls(source);
  let added = 0;
  for (const url of urls) {
    const request = { method: 'POST', path: '/v1/cameras', body: { url } } as const;
    const answer = await askAgent(root, request, z.object({ added: z.boolean() }));
    if (answer.added) added += 1;
    if (!flags.json)
      say(answer.added ? 'Added; see: gantry cameras list' : 'This address was there already.');
  }
  showResult(flags.json, { given: urls.length, added }, '');
}

/** `gantry cameras login`: the running agent tries the logins at once. */
export async function login(
  names: readonly string[],
  flags: CameraFlags & { login?: string; user: string; password?: string; camera?: string },
): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const given = await givenLogins(flags);
  const wanted = [...names, ...(flags.camera === undefined ? [] : [flags.camera])];
  for (const name of await targetsOf(root, wanted)) {
    for (const one of given) {
      const body = { ...one, name: name ?? one.name };
      await askAgent(root, { method: 'POST', path: '/v1/logins', body }, z.object({}));
    }
  }
  if (!flags.json) say('Kept; cameras are asked now, see: gantry cameras list');
  showResult(flags.json, { logins: given.length }, '');
}

async function givenLogins(flags: {
  login?: string;
  user: string;
  password?: string;
}): Promise<GivenLogin[]> {
  if (flags.login !== undefined) return readLogins(flags.login);
  if (flags.password === undefined)
    throw new UsageError('Give --login file:PATH, or --user NAME --password file:PATH.');
  return [{ name: null, username: flags.user, password: await readPassword(flags.password) }];
}

/** Ids of the cameras that were named; an address the agent does not know yet stays as it is; null: the whole site. */
async function targetsOf(root: string, names: readonly string[]): Promise<(string | null)[]> {
  if (names.length === 0) return [null];
  const cameras = await camerasOf(root);
  return names.map((name) => {
    const isAddress = /^[\w-]+(\.[\w-]+)+(:\d{1,5})?$/.test(name);
    return isAddress ? name : pickCamera(cameras, name).localId;
  });
}
