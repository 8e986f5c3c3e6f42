import { z } from 'zod';
import { agreed } from './ask.js';
import type { Client } from './client.js';
import { findRole, findTenant } from './find.js';
import { everything, showList } from './lists.js';
import { details, mention, show } from './output.js';
import { openClient, readSecret, type ClientFlags, type SignedInClient } from './sign-in.js';
import { UsageError } from './usage-error.js';

type Flags = ClientFlags & { yes?: true };

const user = z.looseObject({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  tenantId: z.string(),
  family: z.string(),
  owner: z.boolean(),
  activated: z.boolean(),
  disabledAt: z.string().nullable(),
  lastSignInAt: z.string().nullable(),
  version: z.number(),
});
type User = z.infer<typeof user>;

const stateOf = (one: User): string =>
  one.disabledAt !== null ? 'off' : one.activated ? (one.owner ? 'owner' : one.family) : 'invited';

/** Which tenant a command is about: as named, else the scope that was set. */
async function tenantOf(client: SignedInClient, named: string | undefined): Promise<string | undefined> {
  const which = named ?? client.scope?.id;
  return which === undefined ? undefined : (await findTenant(client, 'any', which)).id;
}

async function requireTenant(client: SignedInClient, named: string | undefined): Promise<string> {
  const id = await tenantOf(client, named);
  if (id === undefined) throw new UsageError('Say of which tenant: --tenant ID|NAME');
  return id;
}

/** A person by id, or by an e-mail address or name that fits exactly one. */
async function findUser(client: Client, which: string): Promise<User> {
  if (which.startsWith('usr_')) return client.get(`/users/${encodeURIComponent(which)}`, user);
  const found = new Map<string, User>();
  for await (const one of everything(client, '/users', { text: which }, user)) found.set(one.id, one);
  const all = [...found.values()];
  const same = all.filter(({ email, name }) =>
    [email, name].some((text) => text.toLowerCase() === which.toLowerCase()),
  );
  const [only, ...more] = same.length > 0 ? same : all;
  if (only === undefined) throw new UsageError(`There is no user "${which}" that you can see.`);
  if (more.length === 0) return only;
  const list = [only, ...more].slice(0, 20).map(({ id, email }) => `  ${id}  ${email}`);
  throw new UsageError(`"${which}" fits several; name one by its id:\n${list.join('\n')}`);
}

export async function listUsers(flags: Flags & { tenant?: string; text?: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const query = { tenant: await tenantOf(client, flags.tenant), text: flags.text };
  await showList(
    flags.json,
    everything(client, '/users', query, user),
    ['E-MAIL', 'ID', 'NAME', 'STATE'],
    (one) => [one.email, one.id, one.name, stateOf(one)],
  );
}

export async function showUser(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const found = await findUser(client, which);
  const { id, email, name, tenantId: tenant, lastSignInAt: signedIn } = found;
  show(
    flags.json,
    found,
    details({ id, email, name, tenant, state: stateOf(found), 'last sign-in': signedIn }),
  );
}

/** Invites somebody: by letter, by a link to hand over, or with a password to hand over. */
export async function createUser(
  email: string,
  flags: Flags & {
    tenant?: string;
    name?: string;
    role?: string[];
    guard?: true;
    owner?: true;
    link?: true;
    password?: string;
  },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const roleIds: string[] = [];
  for (const role of flags.role ?? []) roleIds.push((await findRole(client, role)).id);
  const made = await client.post(
    '/users',
    {
      tenantId: await requireTenant(client, flags.tenant),
      email,
      name: flags.name ?? email.split('@', 1)[0],
      family: flags.guard ? 'guard' : 'admin',
      owner: flags.owner ?? false,
      roleIds,
      ...(flags.link ? { activation: 'display_link' } : {}),
      ...(flags.password === undefined ? {} : { password: await readSecret(flags.password) }),
    },
    user.extend({ link: z.string().nullable() }),
  );
  const how =
    made.link ??
    (flags.password === undefined ? 'a letter with a link is on its way' : 'the password is set');
  show(flags.json, made, `Created ${made.email}  ${made.id}\n${how}`);
}

export async function switchUser(
  act: 'disable' | 'enable',
  which: string,
  flags: Flags & { reason?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const found = await findUser(client, which);
  if (act === 'disable' && !(await agreed(`${found.email} is signed out everywhere.`, flags))) {
    return mention('Nothing was changed.');
  }
  const body = flags.reason === undefined ? {} : { reason: flags.reason };
  const done = await client.post(`/users/${found.id}:${act}`, act === 'disable' ? body : undefined, user);
  show(flags.json, done, `${act === 'disable' ? 'Disabled' : 'Enabled'} ${found.email}.`);
}

export async function deleteUser(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, email, version } = await findUser(client, which);
  if (!(await agreed(`${email} loses every place that you can see.`, flags)))
    return mention('Nothing was changed.');
  await client.delete(`/users/${id}`, { version }, z.unknown());
  show(flags.json, { id, deleted: true }, `Deleted ${email}.`);
}

const role = z.looseObject({
  id: z.string(),
  name: z.string(),
  family: z.string(),
  allCameras: z.array(z.string()),
  cameras: z.array(z.unknown()),
  version: z.number(),
});

export async function listRoles(flags: Flags & { tenant?: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(client, '/roles', { tenant: await tenantOf(client, flags.tenant) }, role);
  await showList(flags.json, items, ['ROLE', 'ID', 'FAMILY', 'ON ALL CAMERAS', 'SINGLE CAMERAS'], (one) => [
    one.name,
    one.id,
    one.family,
    one.allCameras.join(', ') || '—',
    String(one.cameras.length),
  ]);
}

export async function createRole(
  name: string,
  flags: Flags & { tenant?: string; guard?: true; may?: string[] },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const tenantId = await requireTenant(client, flags.tenant);
  const family = flags.guard ? 'guard' : 'admin';
  const made = await client.post(
    '/roles',
    { tenantId, name, family, allCameras: flags.may ?? ['view'] },
    role,
  );
  show(flags.json, made, `Created ${made.name}  ${made.id}`);
}

export async function deleteRole(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, name } = await findRole(client, which);
  const { version } = await client.get(`/roles/${id}`, role);
  await client.delete(`/roles/${id}`, { version }, z.unknown());
  show(flags.json, { id, deleted: true }, `Deleted ${name}.`);
}
