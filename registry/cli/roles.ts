import { z } from 'zod';
import type { Client } from './client.js';
import { findCamera, findRole, requireTenant, tenantMeant } from './find.js';
import { everything, showList } from './lists.js';
import { details, show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

const role = z.looseObject({
  id: z.string(),
  tenantId: z.string(),
  name: z.string(),
  family: z.string(),
  allCameras: z.array(z.string()),
  cameras: z.array(z.object({ cameraId: z.string(), permissions: z.array(z.string()) })),
  members: z.number(),
  version: z.number(),
});

export async function listRoles(flags: ClientFlags & { tenant?: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(client, '/roles', { tenant: await tenantMeant(client, flags.tenant) }, role);
  await showList(flags.json, items, ['ROLE', 'ID', 'FAMILY', 'ON ALL CAMERAS', 'SINGLE CAMERAS'], (one) => [
    one.name,
    one.id,
    one.family,
    one.allCameras.join(', ') || '—',
    String(one.cameras.length),
  ]);
}

export async function showRole(which: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id } = await findRole(client, which);
  const found = await client.get(`/roles/${id}`, role);
  const { name, family, tenantId: tenant, members } = found;
  const shown = details({ id, name, tenant, family, members, 'on all cameras': found.allCameras.join(', ') });
  const single = found.cameras.map(({ cameraId, permissions }) => `${cameraId}  ${permissions.join(', ')}`);
  show(flags.json, found, [shown, ...single].join('\n'));
}

interface Grants {
  may?: string[];
  camera?: string[];
  cameraMay?: string[];
}

/** What a role allows, as the API takes it; what is not named stays as it is. `none` stands for no permission. */
async function grantsOf(client: Client, { may, camera, cameraMay = ['view'] }: Grants) {
  const cameras = [];
  for (const one of camera ?? []) {
    cameras.push({ cameraId: (await findCamera(client, one)).id, permissions: cameraMay });
  }
  return {
    allCameras: may?.filter((permission) => permission !== 'none'),
    cameras: camera === undefined ? undefined : cameras,
  };
}

export async function createRole(
  name: string,
  flags: ClientFlags & Grants & { tenant?: string; guard?: true },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const tenantId = await requireTenant(client, flags.tenant);
  const family = flags.guard ? 'guard' : 'admin';
  // A role about single cameras is about them only, unless it says otherwise.
  const may = flags.may ?? (flags.camera === undefined ? ['view'] : ['none']);
  const made = await client.post(
    '/roles',
    { tenantId, name, family, ...(await grantsOf(client, { ...flags, may })) },
    role,
  );
  show(flags.json, made, `Created ${made.name}  ${made.id}`);
}

/** Changes a role; whoever has it may what it says with their next request. */
export async function editRole(
  which: string,
  flags: ClientFlags & Grants & { name?: string },
): Promise<void> {
  if (flags.name === undefined && flags.may === undefined && flags.camera === undefined) {
    throw new UsageError('Say what changes, such as --may view clip or --camera "Dock door".');
  }
  const client = await openClient(flags, process.env);
  const { id } = await findRole(client, which);
  const { version } = await client.get(`/roles/${id}`, role);
  const body = { name: flags.name, ...(await grantsOf(client, flags)) };
  const changed = await client.patch(`/roles/${id}`, { body, version }, role);
  show(flags.json, changed, `Changed ${changed.name}  ${id}`);
}

export async function deleteRole(which: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, name } = await findRole(client, which);
  const { version } = await client.get(`/roles/${id}`, role);
  await client.delete(`/roles/${id}`, { version }, z.unknown());
  show(flags.json, { id, deleted: true }, `Deleted ${name}.`);
}
