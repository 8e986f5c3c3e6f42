import { z } from 'zod';
import { findPlan, findTenant } from './find.js';
import { everything, showList } from './lists.js';
import { show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

const enrolmentKey = z.looseObject({
  id: z.string(),
  name: z.string(),
  uses: z.number(),
  maxUses: z.number(),
  expiresAt: z.string(),
});
const apiKey = z.looseObject({
  id: z.string(),
  name: z.string(),
  tenantId: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});

/** Keys by which agents enrol: what `gantry up --join` takes. */
export async function listKeys(flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(client, '/enrolment-tokens', {}, enrolmentKey);
  await showList(flags.json, items, ['KEY', 'ID', 'USES', 'GOOD UNTIL'], (one) => [
    one.name,
    one.id,
    `${one.uses}/${one.maxUses}`,
    one.expiresAt,
  ]);
}

export async function createKey(
  flags: ClientFlags & {
    org?: string;
    name?: string;
    uses: string;
    expires: string;
    customer?: string;
    plan?: string;
  },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const above = flags.org ?? client.scope?.id;
  if (above === undefined) throw new UsageError('Say whose the agents become: --org ID|NAME');
  if ((flags.customer === undefined) !== (flags.plan === undefined)) {
    throw new UsageError('Their cameras are bound by --customer and --plan together.');
  }
  const autoBind =
    flags.customer === undefined || flags.plan === undefined
      ? null
      : {
          customerId: (await findTenant(client, 'customer', flags.customer)).id,
          planId: (await findPlan(client, flags.plan)).id,
        };
  const made = await client.post(
    '/enrolment-tokens',
    {
      integratorId: (await findTenant(client, 'integrator', above)).id,
      ...(flags.name === undefined ? {} : { name: flags.name }),
      maxUses: wholeNumber(flags.uses, '--uses'),
      expiresInHours: hoursOf(flags.expires),
      autoBind,
    },
    enrolmentKey.extend({ joinToken: z.string() }),
  );
  show(flags.json, made, made.joinToken);
}

export async function revokeKey(id: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  await client.delete(`/enrolment-tokens/${encodeURIComponent(id)}`, {}, z.unknown());
  show(flags.json, { id, revoked: true }, `Revoked ${id}; agents that used it stay.`);
}

/** Keys of programs, for this API. */
export async function listTokens(flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(client, '/api-keys', {}, apiKey);
  await showList(flags.json, items, ['TOKEN', 'ID', 'TENANT', 'LAST USED', 'GOOD UNTIL'], (one) => [
    one.name,
    one.id,
    one.tenantId,
    one.lastUsedAt ?? 'never',
    one.expiresAt ?? 'revoked',
  ]);
}

export async function createToken(
  name: string,
  flags: ClientFlags & { tenant?: string; expires?: string; module?: string[] },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const which = flags.tenant ?? client.scope?.id;
  if (which === undefined) throw new UsageError('Say of which tenant: --tenant ID|NAME');
  const tenantId = (await findTenant(client, 'any', which)).id;
  const expiresInDays =
    flags.expires === undefined ? undefined : Math.max(1, Math.round(hoursOf(flags.expires) / 24));
  const made = await client.post(
    '/api-keys',
    { tenantId, name, expiresInDays, modules: flags.module },
    apiKey.extend({ key: z.string() }),
  );
  show(flags.json, made, made.key);
}

export async function revokeToken(id: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  await client.delete(`/api-keys/${encodeURIComponent(id)}`, {}, z.unknown());
  show(flags.json, { id, revoked: true }, `Revoked ${id}.`);
}

/** `90m`, `12h`, `7d` in hours, at least one. Throws UsageError. */
export function hoursOf(text: string): number {
  const match = /^(\d{1,5})([mhd])$/.exec(text);
  if (match === null) throw new UsageError(`${text} is no duration. Write it like 90m, 12h or 7d.`);
  const hours = { m: 1 / 60, h: 1, d: 24 }[match[2] as 'm' | 'h' | 'd'];
  return Math.max(1, Math.round(Number(match[1]) * hours));
}

export function wholeNumber(text: string, flag: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${flag} is a whole number, not ${text}.`);
  return Number(text);
}
