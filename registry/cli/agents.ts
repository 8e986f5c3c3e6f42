import { z } from 'zod';
import { agreed } from './ask.js';
import { findAgent, findPlan, findTenant } from './find.js';
import { everything, showList } from './lists.js';
import { details, mention, show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

type Flags = ClientFlags & { yes?: true };

const agent = z.looseObject({
  id: z.string(),
  name: z.string(),
  hostname: z.string(),
  agentVersion: z.string(),
  integrator: z.object({ id: z.string(), name: z.string() }),
  sentence: z.string(),
  cameras: z.number(),
});
const waiting = z.looseObject({
  userCode: z.string(),
  hostname: z.string(),
  ip: z.string().nullable(),
  words: z.array(z.string()),
  state: z.string(),
  expiresAt: z.string(),
});

export async function listAgents(flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(client, '/agents', {}, agent);
  await showList(flags.json, items, ['AGENT', 'ID', 'INTEGRATOR', 'CAMERAS', 'STATUS'], (one) => [
    one.name,
    one.id,
    one.integrator.name,
    String(one.cameras),
    one.sentence,
  ]);
}

export async function showAgent(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id } = await findAgent(client, which);
  const found = await client.get(`/agents/${id}`, agent);
  const { name, hostname, agentVersion: version, integrator, cameras, sentence: status } = found;
  show(
    flags.json,
    found,
    details({ id, name, hostname, version, integrator: integrator.name, cameras, status }),
  );
}

const claimPath = (code: string): string => `/claims/${encodeURIComponent(code)}`;

/** The box that shows a code: what it says of itself, and the words to compare. Without a code: all that wait. */
export async function showWaiting(code: string | undefined, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  if (code === undefined) {
    const items = everything(client, '/claims', {}, waiting);
    return showList(flags.json, items, ['BOX', 'CODE', 'WORDS', 'FROM', 'GOOD UNTIL'], (one) => [
      one.hostname,
      one.userCode,
      one.words.join(' '),
      one.ip ?? 'unknown',
      one.expiresAt,
    ]);
  }
  const box = await client.get(claimPath(code), waiting);
  const { hostname, ip, words, state, expiresAt } = box;
  show(
    flags.json,
    box,
    details({ code: box.userCode, hostname, ip, words: words.join(' '), state, expiresAt }),
  );
}

export async function approveAgent(
  code: string,
  flags: Flags & { org?: string; name?: string; customer?: string; plan?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const above = flags.org ?? client.scope?.id;
  if (above === undefined) throw new UsageError('Say whose it becomes: --org ID|NAME');
  if ((flags.customer === undefined) !== (flags.plan === undefined)) {
    throw new UsageError('Its cameras are bound by --customer and --plan together.');
  }
  const autoBind =
    flags.customer === undefined || flags.plan === undefined
      ? null
      : {
          customerId: (await findTenant(client, 'customer', flags.customer)).id,
          planId: (await findPlan(client, flags.plan)).id,
        };
  const box = await client.get(claimPath(code), waiting);
  const question = `${box.hostname} (${box.ip ?? 'unknown address'}) shows the words ${box.words.join(' ')}. Let it in?`;
  if (!(await agreed(question, flags))) return mention('Nothing was changed.');
  const integrator = await findTenant(client, 'integrator', above);
  const made = z.looseObject({ id: z.string(), name: z.string() });
  const body = { integratorId: integrator.id, name: flags.name ?? null, autoBind };
  const done = await client.post(`${claimPath(code)}:approve`, body, made);
  show(flags.json, done, `Approved ${done.name} for ${integrator.name}  ${done.id}`);
}

export async function rejectAgent(code: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  await client.post(`${claimPath(code)}:reject`, {}, z.unknown());
  show(flags.json, { code, state: 'rejected' }, `Rejected ${code}.`);
}

/** Puts a new agent in the place of another, which may still hand in what it had recorded (R43). */
export async function replaceAgent(which: string, flags: Flags & { by?: string }): Promise<void> {
  if (flags.by === undefined) throw new UsageError('Say which agent takes its place: --by ID|NAME');
  const client = await openClient(flags, process.env);
  const old = await findAgent(client, which);
  const by = await findAgent(client, flags.by);
  if (!(await agreed(`${by.name} takes over all cameras of ${old.name}.`, flags))) {
    return mention('Nothing was changed.');
  }
  const done = await client.post(`/agents/${old.id}:replace`, { byAgentId: by.id }, z.looseObject({}));
  show(flags.json, done, `${by.name} is in the place of ${old.name}.`);
}

export async function revokeAgent(which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const found = await findAgent(client, which);
  if (!(await agreed(`${found.name} is let go: it uploads nothing more.`, flags)))
    return mention('Nothing was changed.');
  const done = await client.post(`/agents/${found.id}:revoke`, {}, z.looseObject({}));
  show(flags.json, { id: found.id, ...done }, `Revoked ${found.name}.`);
}
