import { z } from 'zod';
import { agreed } from './ask.js';
import { findAgent, findPlan, findTenant } from './find.js';
import { showList } from './lists.js';
import { mention, show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

type Flags = ClientFlags & { yes?: true };

const changed = z.looseObject({ id: z.string(), name: z.string() });
const offer = z.looseObject({
  id: z.string(),
  name: z.string(),
  hostname: z.string(),
  cameras: z.number(),
  to: z.object({ name: z.string() }),
  offeredAt: z.string(),
});

/** Renames an agent, or says whose its new cameras become; `autoBind` false: nobody's, they wait. */
export async function editAgent(
  which: string,
  flags: Flags & { name?: string; customer?: string; plan?: string; autoBind?: boolean },
): Promise<void> {
  if ((flags.customer === undefined) !== (flags.plan === undefined)) {
    throw new UsageError('Its cameras are bound by --customer and --plan together.');
  }
  const client = await openClient(flags, process.env);
  const autoBind =
    flags.customer === undefined || flags.plan === undefined
      ? flags.autoBind === false
        ? null
        : undefined
      : {
          customerId: (await findTenant(client, 'customer', flags.customer)).id,
          planId: (await findPlan(client, flags.plan)).id,
        };
  if (flags.name === undefined && autoBind === undefined) {
    throw new UsageError('Say what changes, such as --name warehouse.');
  }
  const { id } = await findAgent(client, which);
  const { version } = await client.get(`/agents/${id}`, z.looseObject({ version: z.number() }));
  const done = await client.patch(
    `/agents/${id}`,
    { body: { name: flags.name, autoBind }, version },
    changed,
  );
  show(flags.json, done, `Changed ${done.name}  ${id}`);
}

/** Offers an agent to another integrator, who must accept it (R44). */
export async function offerAgent(which: string, flags: Flags & { to?: string }): Promise<void> {
  if (flags.to === undefined) throw new UsageError('Say to whom: --to ID|NAME');
  const client = await openClient(flags, process.env);
  const { id, name } = await findAgent(client, which);
  const to = await findTenant(client, 'integrator', flags.to);
  const done = await client.post(`/agents/${id}:offer`, { integratorId: to.id }, changed);
  show(flags.json, done, `Offered ${name} to ${to.name}, who says: gantry-registry agent accept ${id}`);
}

/** What is offered to the integrators one sees, or by them. */
export async function listOffers(flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { items } = await client.get('/agent-offers', z.object({ items: z.array(offer) }));
  await showList(
    flags.json,
    (async function* () {
      yield* items;
    })(),
    ['AGENT', 'ID', 'HOST', 'CAMERAS', 'TO', 'SINCE'],
    (one) => [one.name, one.id, one.hostname, String(one.cameras), one.to.name, one.offeredAt],
  );
}

/** Accepts or declines what is offered, by the agent's id. */
export async function answerOffer(act: 'accept' | 'decline', id: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  await client.post(`/agent-offers/${encodeURIComponent(id)}:${act}`, undefined, z.unknown());
  const past = act === 'accept' ? 'Accepted' : 'Declined';
  show(flags.json, { id, [past.toLowerCase()]: true }, `${past} ${id}.`);
}

const acts = {
  withdraw: { asks: null, told: 'is offered to nobody any more.' },
  settle: { asks: null, told: 'is as it should be.' },
  reportStolen: { asks: 'counts as stolen: its key is refused.', told: 'counts as stolen.' },
} as const;

/** `withdraw` an offer, `settle` a conflict that somebody looked into, `reportStolen`. */
export async function actOnAgent(act: keyof typeof acts, which: string, flags: Flags): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, name } = await findAgent(client, which);
  const { asks, told } = acts[act];
  if (asks !== null && !(await agreed(`${name} ${asks}`, flags))) return mention('Nothing was changed.');
  const done = await client.post(`/agents/${id}:${act}`, undefined, changed);
  show(flags.json, done, `${name} ${told}`);
}
