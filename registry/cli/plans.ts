import { z } from 'zod';
import { findTenant } from './find.js';
import { wholeNumber } from './keys.js';
import { everything, showList } from './lists.js';
import { show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

const plan = z.looseObject({
  id: z.string(),
  name: z.string(),
  tenantId: z.string(),
  retentionDays: z.number(),
  mode: z.string(),
  stream: z.string(),
});

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
  flags: ClientFlags & { tenant?: string; days?: string; stream?: string },
): Promise<void> {
  if (flags.days === undefined) throw new UsageError('Say how long recordings are kept: --days 30');
  const client = await openClient(flags, process.env);
  const which = flags.tenant ?? client.scope?.id;
  if (which === undefined) throw new UsageError('Say whose plan it is: --tenant ID|NAME');
  const tenantId = (await findTenant(client, 'any', which)).id;
  const body = { tenantId, name, retentionDays: wholeNumber(flags.days, '--days'), stream: flags.stream };
  const made = await client.post('/plans', body, plan);
  show(flags.json, made, `Created ${made.name}  ${made.id}`);
}
