import { z } from 'zod';
import type { Client } from './client.js';
import { everything } from './lists.js';
import type { SignedInClient } from './sign-in.js';
import { UsageError } from './usage-error.js';

export const tenantKinds = ['platform', 'integrator', 'customer'] as const;
export const tenant = z.looseObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(tenantKinds),
  parentId: z.string().nullable(),
  status: z.string(),
  statusLine: z.string(),
  cameras: z.object({ total: z.number(), recording: z.number() }),
  version: z.number(),
});
export type Tenant = z.infer<typeof tenant>;

export const plan = z.looseObject({
  id: z.string(),
  name: z.string(),
  tenantId: z.string(),
  retentionDays: z.number(),
  mode: z.string(),
  stream: z.string(),
  version: z.number(),
});

/** What a command acts on, by its id or by a name that fits exactly one. */
interface Kind<Item> {
  /** `customer`, as people read it. */
  what: string;
  path: string;
  prefix: string;
  item: z.ZodType<Item>;
  query: (text: string) => Record<string, string>;
}

const anything = z.looseObject({ id: z.string(), name: z.string() });

export const findTenant = (client: Client, kind: 'integrator' | 'customer' | 'any', which: string) =>
  find<Tenant>(client, which, {
    what: kind === 'any' ? 'tenant' : kind,
    path: '/tenants',
    prefix: 'ten_',
    item: tenant,
    query: (text) => (kind === 'any' ? { text } : { text, kind }),
  });

export const findCamera = (client: Client, which: string) =>
  find(client, which, {
    what: 'camera',
    path: '/cameras',
    prefix: 'cam_',
    item: anything,
    query: (text) => ({ text }),
  });

export const findAgent = (client: Client, which: string) =>
  find(client, which, { what: 'agent', path: '/agents', prefix: 'agt_', item: anything, query: () => ({}) });

export const findPlan = (client: Client, which: string) =>
  find(client, which, { what: 'plan', path: '/plans', prefix: 'pln_', item: plan, query: () => ({}) });

export const findRole = (client: Client, which: string) =>
  find(client, which, { what: 'role', path: '/roles', prefix: 'rol_', item: anything, query: () => ({}) });

/** Which tenant a command is about: as named, else the scope that was set. */
export async function tenantMeant(
  client: SignedInClient,
  named: string | undefined,
): Promise<string | undefined> {
  const which = named ?? client.scope?.id;
  return which === undefined ? undefined : (await findTenant(client, 'any', which)).id;
}

/** {@link tenantMeant}, where there must be one. */
export async function requireTenant(client: SignedInClient, named: string | undefined): Promise<string> {
  const id = await tenantMeant(client, named);
  if (id === undefined) throw new UsageError('Say of which tenant: --tenant ID|NAME');
  return id;
}

async function find<Item extends { id: string; name: string }>(
  client: Client,
  which: string,
  kind: Kind<Item>,
): Promise<Item> {
  // Plans have no page of their own: they are found in the list.
  if (which.startsWith(kind.prefix) && kind.path !== '/plans') {
    return client.get(`${kind.path}/${encodeURIComponent(which)}`, kind.item);
  }
  const fitting: Item[] = [];
  const text = which.toLowerCase();
  for await (const item of everything(client, kind.path, kind.query(which), kind.item)) {
    if (item.id === which || item.name.toLowerCase().includes(text)) fitting.push(item);
  }
  const same = fitting.filter((item) => item.id === which || item.name.toLowerCase() === text);
  const [only, ...more] = same.length > 0 ? same : fitting;
  if (only === undefined) throw new UsageError(`There is no ${kind.what} "${which}" that you can see.`);
  if (more.length === 0) return only;
  const list = [only, ...more].slice(0, 20).map((item) => `  ${item.id}  ${item.name}`);
  throw new UsageError(`"${which}" fits several; name one by its id:\n${list.join('\n')}`);
}
