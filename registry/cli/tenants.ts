import { z } from 'zod';
import { agreed, ask } from './ask.js';
import { findTenant, tenant, type Tenant } from './find.js';
import { everything, showList } from './lists.js';
import { details, mention, print, say, show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';
import { watchStopping } from './watch.js';

/** Which commands these are: `org` is about integrators, `customer` about customers. */
export type Kind = 'integrator' | 'customer';
type Flags = ClientFlags & { yes?: true };

const switched = z.object({
  tenant,
  changed: z.boolean(),
  at: z.string().nullable(),
  hadBeenOff: z.object({
    total: z.number(),
    cameras: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
  impact: z.object({ cameras: z.number(), recording: z.number(), users: z.number() }).nullable(),
});

export async function listTenants(
  kind: Kind,
  flags: Flags & { text?: string; parent?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const above = flags.parent ?? client.scope?.id;
  const parent = above === undefined ? undefined : (await findTenant(client, 'any', above)).id;
  const items = everything(client, '/tenants', { kind, text: flags.text, parent }, tenant);
  await showList(flags.json, items, ['NAME', 'ID', 'CAMERAS', 'STATUS'], (one) => [
    one.name,
    one.id,
    `${one.cameras.recording}/${one.cameras.total}`,
    one.statusLine,
  ]);
}

/** Everything one sees, each below its parent. */
export async function showTree(flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const all: Tenant[] = [];
  for await (const one of everything(client, '/tenants', {}, tenant)) all.push(one);
  if (flags.json) return all.forEach(print);
  const seen = new Set(all.map(({ id }) => id));
  const below = (parent: string | null, depth: number): string[] =>
    all
      .filter(({ parentId }) => (parentId !== null && seen.has(parentId) ? parentId : null) === parent)
      .flatMap((one) => [
        `${'  '.repeat(depth)}${one.name}  ${one.kind}, ${one.statusLine}`,
        ...below(one.id, depth + 1),
      ]);
  say(below(null, 0).join('\n'));
}

export async function createTenant(
  kind: Kind,
  name: string,
  flags: Flags & { email?: string; parent?: string },
): Promise<void> {
  if (flags.email === undefined)
    throw new UsageError('Say where it is reached: --email office@bakery.example');
  const client = await openClient(flags, process.env);
  const above = flags.parent ?? client.scope?.id;
  const parentId = above === undefined ? undefined : (await findTenant(client, 'any', above)).id;
  const made = await client.post('/tenants', { kind, name, email: flags.email, parentId }, tenant);
  show(flags.json, made, `Created ${made.name}  ${made.id}`);
}

export async function showTenant(kind: Kind, which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const found = await findTenant(client, kind, which);
  const { id, name, statusLine: status, cameras, parentId } = found;
  const shown = {
    id,
    name,
    status,
    parent: parentId,
    recording: `${cameras.recording} of ${cameras.total} cameras`,
  };
  show(flags.json, found, details(shown));
}

/** What `edit` may change, by its flag: the field of the API. */
const editable = {
  name: 'name',
  email: 'email',
  company: 'companyName',
  phone: 'phone',
  timeZone: 'timeZone',
  reference: 'externalRef',
} as const;
type Edits = Partial<Record<keyof typeof editable, string>>;

/** Changes what is written down about a tenant; an empty text takes away what need not be there. */
export async function editTenant(kind: Kind, which: string, flags: Flags & Edits): Promise<void> {
  const body = Object.fromEntries(
    (Object.keys(editable) as (keyof Edits)[]).flatMap((flag) => {
      const text = flags[flag];
      return text === undefined ? [] : [[editable[flag], text === '' ? null : text]];
    }),
  );
  if (Object.keys(body).length === 0)
    throw new UsageError('Say what changes, such as --phone "+49 30 1234".');
  const client = await openClient(flags, process.env);
  const { id, version } = await findTenant(client, kind, which);
  const changed = await client.patch(`/tenants/${id}`, { body, version }, tenant);
  show(flags.json, changed, `Changed ${changed.name}  ${id}`);
}

/** Switches a tenant off; asks first when a person sits in front of it. */
export async function disableTenant(
  kind: Kind,
  which: string,
  flags: Flags & { reason?: string; watch?: true },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const found = await findTenant(client, kind, which);
  const trial = await client.post(`/tenants/${found.id}:disable?dryRun=true`, {}, switched);
  const { cameras, users } = trial.impact ?? { cameras: 0, users: 0 };
  const question = `${found.name}: ${cameras} cameras will stop, ${users} users will be signed out.`;
  if (!(await agreed(question, flags))) return mention('Nothing was changed.');
  const reason = flags.reason === undefined ? {} : { reason: flags.reason };
  const done = await client.post(`/tenants/${found.id}:disable`, reason, switched);
  if (flags.watch) await watchStopping(client, found.id, { json: flags.json });
  const undo = `gantry-registry ${kind === 'customer' ? 'customer' : 'org'} enable ${found.id}`;
  const told = done.changed
    ? `Disabled ${found.name} at ${done.at}. Undo: ${undo}`
    : `${found.name} was disabled already.`;
  show(flags.json, done, told);
}

/** Switches a tenant on, with all its cameras unless they should stay as they were. */
export async function enableTenant(
  kind: Kind,
  which: string,
  flags: Flags & { cameras?: string },
): Promise<void> {
  if (flags.cameras !== undefined && flags.cameras !== 'all' && flags.cameras !== 'previous') {
    throw new UsageError('--cameras is all or previous.');
  }
  const client = await openClient(flags, process.env);
  const found = await findTenant(client, kind, which);
  const done = await client.post(
    `/tenants/${found.id}:enable`,
    { cameras: flags.cameras ?? 'all' },
    switched,
  );
  const told = done.changed
    ? `Enabled ${found.name} at ${done.at}: ${done.tenant.statusLine}`
    : `${found.name} was enabled already.`;
  show(flags.json, done, told);
  if (done.hadBeenOff.total > 0 && !flags.json) {
    const names = done.hadBeenOff.cameras.map((camera) => `  ${camera.id}  ${camera.name}`).join('\n');
    mention(`Cameras that had been off one by one (${done.hadBeenOff.total}):\n${names}`);
  }
}

export async function moveTenant(kind: Kind, which: string, flags: Flags & { to?: string }): Promise<void> {
  if (flags.to === undefined) throw new UsageError('Say below whom: --to ID|NAME');
  const client = await openClient(flags, process.env);
  const found = await findTenant(client, kind, which);
  const parent = await findTenant(client, 'any', flags.to);
  if (!(await agreed(`${found.name} moves below ${parent.name}, with all it has.`, flags))) {
    return mention('Nothing was changed.');
  }
  const moved = z.looseObject({ tenant });
  const done = await client.post(`/tenants/${found.id}:move`, { parentId: parent.id }, moved);
  show(flags.json, done, `Moved ${found.name} below ${parent.name}.`);
}

const deletionNumbers = z.record(z.string(), z.number());
const operation = z.looseObject({ id: z.string(), state: z.string() });

/** Deletes a tenant with all it has; a person types the word, a script says `--confirm Delete`. */
export async function deleteTenant(
  kind: Kind,
  which: string,
  flags: Flags & { confirm?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const found = await findTenant(client, kind, which);
  const numbers = await client.delete(`/tenants/${found.id}?dryRun=true`, { body: {} }, deletionNumbers);
  const listed = Object.entries(numbers).map(([what, count]) => `  ${what}  ${count}`);
  if (flags.confirm === undefined) mention(`${found.name} goes for good, with:\n${listed.join('\n')}`);
  const confirm = flags.confirm ?? (await ask('Type Delete to delete it: '));
  if (confirm !== 'Delete')
    throw new UsageError('Nothing was deleted. Confirm with the exact word: --confirm Delete');
  const begun = await client.delete(`/tenants/${found.id}`, { body: { confirm } }, operation);
  show(flags.json, begun, `Deleting ${found.name}: gantry-registry op show ${begun.id}`);
}
