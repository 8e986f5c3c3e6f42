import { z } from 'zod';
import { exitCodes } from './exit-code.js';
import { saveTo } from './files.js';
import { findTenant, tenantMeant } from './find.js';
import { wholeNumber } from './keys.js';
import { everything, showList } from './lists.js';
import { show } from './output.js';
import { openClient, type ClientFlags, type SignedInClient } from './sign-in.js';

const entry = z.looseObject({
  at: z.string(),
  actor: z.looseObject({ name: z.string() }),
  sentence: z.string(),
});

/** Which entries: all that are given must hold (R52). */
interface Period {
  tenant?: string;
  target?: string;
  actor?: string;
  operation?: string;
  hours?: string;
  from?: string;
  to?: string;
}

const queryOf = async (client: SignedInClient, flags: Period) => ({
  tenant: await tenantMeant(client, flags.tenant),
  target: flags.target,
  actor: flags.actor,
  operation: flags.operation,
  hours: flags.hours,
  from: flags.from,
  to: flags.to,
});

/** Who did what to whom, newest first; at most `count` entries. */
export async function listHistory(flags: ClientFlags & Period & { count: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const entries = everything(client, '/history', await queryOf(client, flags), entry);
  const newest = firstOf(entries, wholeNumber(flags.count, '--count'));
  await showList(flags.json, newest, ['AT', 'BY', 'WHAT'], (one) => [one.at, one.actor.name, one.sentence]);
}

async function* firstOf<Item>(items: AsyncIterable<Item>, count: number): AsyncGenerator<Item> {
  let left = count;
  if (left === 0) return;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

/** The same as CSV. */
export async function exportHistory(flags: ClientFlags & Period & { out: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const wanted = Object.entries(await queryOf(client, flags)).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(wanted as [string, string][]).toString();
  const sizeBytes = await saveTo(flags.out, await client.download(`/history:export?${query}`));
  show(flags.json, { file: flags.out, sizeBytes }, `Written to ${flags.out}.`);
}

const verdict = z.looseObject({
  intact: z.boolean(),
  entries: z.number(),
  head: z.string().nullable(),
  broken: z.object({ id: z.number().nullable(), why: z.string() }).nullable(),
});

/** Follows the hash chain of a tenant to its end. Answers the exit code: 1 when it is not as it was written. */
export async function verifyHistory(which: string, flags: ClientFlags): Promise<number> {
  const client = await openClient(flags, process.env);
  const { id, name } = await findTenant(client, 'any', which);
  const found = await client.get(`/history:verify?tenant=${id}`, verdict);
  const told =
    found.broken === null
      ? `${found.entries} entries of ${name} are as they were written.\nhead  ${found.head ?? 'none'}`
      : `The history of ${name} was changed: ${found.broken.why} at entry ${found.broken.id ?? 'the newest'}.`;
  show(flags.json, found, told);
  return found.intact ? exitCodes.ok : exitCodes.failure;
}
