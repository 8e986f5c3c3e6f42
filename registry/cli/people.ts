import { z } from 'zod';
import { agreed } from './ask.js';
import type { Client } from './client.js';
import { findRole, requireTenant, tenantMeant } from './find.js';
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
  const query = { tenant: await tenantMeant(client, flags.tenant), text: flags.text };
  await showList(
    flags.json,
    everything(client, '/users', query, user),
    ['E-MAIL', 'ID', 'NAME', 'STATE'],
    (one) => [one.email, one.id, one.name, stateOf(one)],
  );
}

export async function showUser(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id } = await findUser(client, which);
  const found = await client.get(`/users/${id}`, user);
  const { email, name, tenantId: tenant, lastSignInAt: signedIn } = found;
  show(
    flags.json,
    found,
    details({ id, email, name, tenant, state: stateOf(found), 'last sign-in': signedIn }),
  );
}

interface PlaceFlags {
  tenant?: string;
  role?: string[];
  guard?: true;
  owner?: boolean;
}

const rolesOf = async (client: Client, named: readonly string[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const one of named) ids.push((await findRole(client, one)).id);
  return ids;
};

/** The place that somebody gets in a tenant, as the API takes it. */
const newPlace = async (client: SignedInClient, email: string, flags: PlaceFlags) => ({
  tenantId: await requireTenant(client, flags.tenant),
  email,
  family: flags.guard ? 'guard' : 'admin',
  owner: flags.owner ?? false,
  roleIds: await rolesOf(client, flags.role ?? []),
});

/** Invites somebody: by letter, by a link to hand over, or with a password to hand over. */
export async function createUser(
  email: string,
  flags: Flags & PlaceFlags & { name?: string; link?: true; password?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const made = await client.post(
    '/users',
    {
      ...(await newPlace(client, email, flags)),
      name: flags.name ?? email.split('@', 1)[0],
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

/** Gives somebody who is a user already a place in another tenant. */
export async function addPlace(email: string, flags: Flags & PlaceFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const added = await client.post('/users/memberships', await newPlace(client, email, flags), user);
  show(flags.json, added, `${added.email} has a place in ${added.tenantId} now.`);
}

/** Changes a person, or their place in the tenant that is named; `roles` false takes all roles away. */
export async function editUser(
  which: string,
  flags: Flags & PlaceFlags & { name?: string; email?: string; admin?: true; roles?: boolean },
): Promise<void> {
  if (flags.guard && flags.admin) throw new UsageError('Somebody is a guard or an administrator, not both.');
  const client = await openClient(flags, process.env);
  const family = flags.guard ? 'guard' : flags.admin ? 'admin' : undefined;
  const roleIds =
    flags.role === undefined ? (flags.roles === false ? [] : undefined) : await rolesOf(client, flags.role);
  const changes = { name: flags.name, email: flags.email, family, owner: flags.owner, roleIds };
  if (Object.values(changes).every((value) => value === undefined)) {
    throw new UsageError('Say what changes, such as --name "Ana Lee" or --role Watchers.');
  }
  const tenantId = flags.tenant === undefined ? undefined : await requireTenant(client, flags.tenant);
  const { id, version } = await findUser(client, which);
  const changed = await client.patch(`/users/${id}`, { body: { ...changes, tenantId }, version }, user);
  show(flags.json, changed, `Changed ${changed.email}  ${id}`);
}

/** Makes a new activation link, by letter or to be handed over; the one before ends. */
export async function inviteUser(which: string, flags: Flags & { link?: true }): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, email } = await findUser(client, which);
  const delivery = flags.link ? 'display' : 'email';
  const made = z.object({ link: z.string().nullable() });
  const { link } = await client.post(`/users/${id}/activation-links`, { delivery }, made);
  show(flags.json, { id, email, link }, link ?? `A letter with a link is on its way to ${email}.`);
}

export async function resetSecondFactor(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, email } = await findUser(client, which);
  if (!(await agreed(`${email} signs in with the password alone until they set up another one.`, flags))) {
    return mention('Nothing was changed.');
  }
  await client.delete(`/users/${id}/second-factor`, {}, z.unknown());
  show(flags.json, { id, secondFactor: null }, `${email} has no second factor any more.`);
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
