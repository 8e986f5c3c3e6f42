import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { dataFolderOf } from '../config.js';
import { agentStatus, type CameraStatus } from '../setup/shapes.js';
import { askAgent, askAgentForBytes } from './local-client.js';
import { readCameraUrls, readLogins } from './secret.js';
import { camerasText } from './status.js';
import { UsageError } from './usage-error.js';

/** `gantry cameras list` */
export async function list(flags: { data?: string; json?: boolean }): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const { cameras } = await askAgent(root, { method: 'GET', path: '/v1/status' }, agentStatus);
  process.stdout.write(flags.json ? `${JSON.stringify({ v: 1, cameras })}\n` : camerasText(cameras));
}

/** `gantry cameras show`: one camera by its id, address or name. */
export async function show(name: string, flags: { data?: string; json?: boolean }): Promise<void> {
  const camera = await findCamera(dataFolderOf(flags.data, process.env), name);
  if (flags.json) return void process.stdout.write(`${JSON.stringify({ v: 1, camera })}\n`);
  for (const [key, value] of Object.entries(camera)) {
    const text = typeof value === 'string' ? value : value === null ? '-' : JSON.stringify(value);
    process.stdout.write(`${key.padEnd(20)} ${text}\n`);
  }
}

/** `gantry snapshot`: a picture taken now. */
export async function snapshot(name: string, flags: { data?: string; out: string }): Promise<void> {
  if (flags.out === '-' && process.stdout.isTTY)
    throw new UsageError('A picture is nothing for a terminal. Name a file: --out picture.jpg');
  const root = dataFolderOf(flags.data, process.env);
  const { localId } = await findCamera(root, name);
  const jpeg = await askAgentForBytes(root, `/v1/cameras/${encodeURIComponent(localId)}/snapshot`);
  if (flags.out !== '-') return writeFile(flags.out, jpeg);
  await new Promise<void>((written) => process.stdout.write(jpeg, () => written()));
}

async function findCamera(root: string, name: string): Promise<CameraStatus> {
  const { cameras } = await askAgent(root, { method: 'GET', path: '/v1/status' }, agentStatus);
  const found = cameras.filter(({ localId, cameraId, address, name: called }) =>
    [localId, cameraId, address, address.split(':')[0], called].includes(name),
  );
  const [camera] = found;
  if (camera !== undefined && found.length === 1) return camera;
  const why = found.length > 1 ? `means ${found.length} cameras` : 'is no camera of this agent';
  throw new UsageError(`${name} ${why}. Take the id of: gantry cameras list`);
}

/** `gantry cameras add`: the running agent keeps the address and looks at it at once. */
export async function add(source: string, flags: { data?: string }): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  for (const url of await readCameraUrls(source)) {
    const request = { method: 'POST', path: '/v1/cameras', body: { url } } as const;
    const { added } = await askAgent(root, request, z.object({ added: z.boolean() }));
    process.stderr.write(added ? 'Added; see: gantry cameras list\n' : 'This address was there already.\n');
  }
}

/** `gantry cameras login`: the running agent tries the logins at once. */
export async function login(flags: { login: string; data?: string; camera?: string }): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  for (const given of await readLogins(flags.login)) {
    const body = { ...given, name: flags.camera ?? given.name };
    await askAgent(root, { method: 'POST', path: '/v1/logins', body }, z.object({}));
  }
  process.stderr.write('Kept; cameras are asked now, see: gantry cameras list\n');
}
