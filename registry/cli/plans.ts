import { z } from 'zod';
import { findPlan, findTenant, plan } from './find.js';
import { wholeNumber } from './keys.js';
import { everything, showList } from './lists.js';
import { show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

export async function listPlans(flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(client, '/plans', {}, plan);
  await showList(flags.json, items, ['PLAN', 'ID', 'KEPT', 'RECORDS'], (one) => [
    one.name,
    one.id,
    `${one.retentionDays} days`,
    `${one.mode}, ${one.stream} stream`,
  ]);
}

export async function createPlan(
  name: string,
  flags: ClientFlags & { tenant?: string; days?: string; mode?: string; stream?: string },
): Promise<void> {
  if (flags.days === undefined) throw new UsageError('Say how long recordings are kept: --days 30');
  const client = await openClient(flags, process.env);
  const which = flags.tenant ?? client.scope?.id;
  if (which === undefined) throw new UsageError('Say whose plan it is: --tenant ID|NAME');
  const tenantId = (await findTenant(client, 'any', which)).id;
  const body = {
    tenantId,
    name,
    retentionDays: wholeNumber(flags.days, '--days'),
    mode: flags.mode,
    stream: flags.stream,
  };
  const made = await client.post('/plans', body, plan);
  show(flags.json, made, `Created ${made.name}  ${made.id}`);
}

interface PlanChanges {
  name?: string;
  days?: string;
  mode?: string;
  stream?: string;
}

/** Cameras that have it keep their recording settings; those bound from now on take the new ones. */
export async function editPlan(which: string, flags: ClientFlags & PlanChanges): Promise<void> {
  const { name, days, mode, stream } = flags;
  if ([name, days, mode, stream].every((value) => value === undefined))
    throw new UsageError('Say what changes, such as --name Short or --days 7.');
  const client = await openClient(flags, process.env);
  const { id, version } = await findPlan(client, which);
  const retentionDays = days === undefined ? undefined : wholeNumber(days, '--days');
  const changed = await client.patch(
    `/plans/${id}`,
    { body: { name, retentionDays, mode, stream }, version },
    plan,
  );
  show(flags.json, changed, `Changed ${changed.name}  ${id}`);
}

export async function deletePlan(which: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, name, version } = await findPlan(client, which);
  await client.delete(`/plans/${id}`, { version }, z.unknown());
  show(flags.json, { id, deleted: true }, `Deleted ${name}.`);
}
