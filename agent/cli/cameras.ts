import { z } from 'zod';
import { dataFolderOf } from '../config.js';
import { agentStatus } from '../setup/shapes.js';
import { askAgent } from './local-client.js';
import { readCameraUrls, readLogins } from './secret.js';
import { camerasText } from './status.js';

/** `gantry cameras list` */
export async function list(flags: { data?: string; json?: boolean }): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const { cameras } = await askAgent(root, { method: 'GET', path: '/v1/status' }, agentStatus);
  process.stdout.write(flags.json ? `${JSON.stringify({ v: 1, cameras })}\n` : camerasText(cameras));
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
