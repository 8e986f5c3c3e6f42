import { z } from 'zod';
import { agreed } from './ask.js';
import type { Client } from './client.js';
import { findAgent, findCamera, findPlan, findTenant } from './find.js';
import { everything, showList } from './lists.js';
import { details, mention, show } from './output.js';
import { PartlyDone } from './partly-done.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

const named = z.object({ id: z.string(), name: z.string() });
const camera = z.looseObject({
  id: z.string(),
  name: z.string(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  address: z.string(),
  agent: named,
  enabled: z.boolean(),
  status: z.object({ chip: z.string(), sentence: z.string() }),
  customer: named.nullable(),
});

type Flags = ClientFlags & { yes?: true };
export type Filter = {
  unbound?: true;
  customer?: string;
  agent?: string;
  plan?: string;
  state?: string;
  text?: string;
};

/** The filter as the API's query takes it: ids for names, the scope where no customer is named. */
export async function queryOf(client: Client & { scope?: { id: string } | undefined }, filter: Filter) {
  const { customer = client.scope?.id, agent, plan, state, text } = filter;
  return {
    customer: customer === undefined ? undefined : (await findTenant(client, 'any', customer)).id,
    agent: agent === undefined ? undefined : (await findAgent(client, agent)).id,
    plan: plan === undefined ? undefined : (await findPlan(client, plan)).id,
    state,
    text,
    unbound: filter.unbound ? 'true' : undefined,
  };
}

export async function listCameras(flags: Flags & Filter): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(client, '/cameras', await queryOf(client, flags), camera);
  await showList(flags.json, items, ['CAMERA', 'ID', 'CUSTOMER', 'STATUS'], (one) => [
    one.name,
    one.id,
    one.customer?.name ?? '—',
    one.status.sentence,
  ]);
}

export async function showCamera(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id } = await findCamera(client, which);
  const found = await client.get(`/cameras/${id}`, camera);
  const shown = {
    id,
    name: found.name,
    model: [found.manufacturer, found.model].filter(Boolean).join(' '),
    address: found.address,
    agent: found.agent.name,
    customer: found.customer?.name ?? 'none: it waits in the inbox',
    status: found.status.sentence,
  };
  show(flags.json, found, details(shown));
}

const outcomes = z.looseObject({
  items: z.array(z.looseObject({ id: z.string(), outcome: z.string(), detail: z.string().optional() })),
});

/** Tells what became of each camera; throws {@link PartlyDone} when some were left as they are for a reason. */
function tellOutcomes(flags: Flags, done: z.infer<typeof outcomes>, past: string): void {
  const left = done.items.filter(({ detail }) => detail !== undefined);
  const changed = done.items.length - left.length;
  show(flags.json, done, `${past} ${changed} of ${done.items.length} cameras.`);
  if (left.length === 0) return;
  throw new PartlyDone(left.map(({ id, detail }) => `  ${id}  ${detail}`).join('\n'));
}

export const findCameraIds = async (client: Client, which: readonly string[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const one of which) ids.push((await findCamera(client, one)).id);
  return ids;
};

/** Puts new hardware in the place of a camera: its id, binding and footage stay. */
export async function replaceCamera(which: string, flags: Flags & { by?: string }): Promise<void> {
  if (flags.by === undefined) throw new UsageError('Say which camera takes its place: --by ID|NAME');
  const client = await openClient(flags, process.env);
  const old = await findCamera(client, which);
  const by = await findCamera(client, flags.by);
  if (!(await agreed(`${by.name} takes the place of ${old.name}; the id ${by.id} goes.`, flags))) {
    return mention('Nothing was changed.');
  }
  const done = await client.post(`/cameras/${old.id}:replace`, { byCameraId: by.id }, z.looseObject({}));
  show(flags.json, done, `${old.name} has new hardware.`);
}

/** Hardware that was taken down may register again, as a camera of its own. */
export async function forgetReplaced(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, name } = await findCamera(client, which);
  const answer = z.looseObject({ forgotten: z.boolean() });
  const done = await client.post(`/cameras/${id}:forgetReplaced`, {}, answer);
  const said = done.forgotten
    ? `The former hardware of ${name} may be used again: it comes into the inbox as a camera of its own.`
    : `${name} has had no other hardware.`;
  show(flags.json, done, said);
}

/** `bind`, `unbind`, `enable`, `disable`, `setPlan`: one request for all that are named. */
export async function changeCameras(
  act: { verb: 'bind' | 'unbind' | 'enable' | 'disable' | 'setPlan'; past: string },
  which: readonly string[],
  flags: Flags & { customer?: string; plan?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const more: Record<string, string> = {};
  if (act.verb === 'bind') {
    if (flags.customer === undefined) throw new UsageError('Say whose they become: --customer ID|NAME');
    more['customerId'] = (await findTenant(client, 'customer', flags.customer)).id;
  }
  if (act.verb === 'bind' || act.verb === 'setPlan') {
    if (flags.plan === undefined) throw new UsageError('Say by which plan they record: --plan ID|NAME');
    more['planId'] = (await findPlan(client, flags.plan)).id;
  }
  const ids = await findCameraIds(client, which);
  const stops = act.verb === 'unbind' || act.verb === 'disable';
  if (stops && !(await agreed(`${ids.length} cameras stop recording.`, flags))) {
    return mention('Nothing was changed.');
  }
  await changeMany(client, act, { ids, ...more }, flags);
}

/** One request for all; tells what became of each. Throws {@link PartlyDone}. */
export async function changeMany(
  client: Client,
  { verb, past }: { verb: string; past: string },
  body: object,
  flags: Flags,
): Promise<void> {
  tellOutcomes(flags, await client.post(`/cameras:${verb}`, body, outcomes), past);
}
