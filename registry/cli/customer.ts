import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import type { Client } from './client.js';
import { mention, print, say } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

const tenant = z.object({ id: z.string(), name: z.string(), kind: z.string(), statusLine: z.string() });
const tenants = z.object({ items: z.array(tenant), next: z.string().nullable() });
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

type Flags = ClientFlags & { json?: true; yes?: true };

/** Switches a customer off; asks first when a person sits in front of it. */
export async function disableCustomer(which: string, flags: Flags & { reason?: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const customer = await findCustomer(client, which);
  const trial = await client.post(`/tenants/${customer.id}:disable?dryRun=true`, {}, switched);
  const { cameras, users } = trial.impact ?? { cameras: 0, users: 0 };
  const question = `${customer.name}: ${cameras} cameras will stop, ${users} users will be signed out.`;
  if (!(await agreed(question, flags))) return mention('Nothing was changed.');
  const reason = flags.reason === undefined ? {} : { reason: flags.reason };
  const done = await client.post(`/tenants/${customer.id}:disable`, reason, switched);
  if (flags.json) return print({ v: 1, ...done });
  say(
    done.changed
      ? `Disabled ${customer.name} at ${done.at}. Undo: gantry-registry customer enable ${customer.id}`
      : `${customer.name} was disabled already.`,
  );
}

/** Switches a customer on, with all its cameras unless they should stay as they were. */
export async function enableCustomer(which: string, flags: Flags & { cameras?: string }): Promise<void> {
  if (flags.cameras !== undefined && flags.cameras !== 'all' && flags.cameras !== 'previous') {
    throw new UsageError('--cameras is all or previous.');
  }
  const client = await openClient(flags, process.env);
  const customer = await findCustomer(client, which);
  const done = await client.post(
    `/tenants/${customer.id}:enable`,
    { cameras: flags.cameras ?? 'all' },
    switched,
  );
  if (flags.json) return print({ v: 1, ...done });
  say(
    done.changed
      ? `Enabled ${customer.name} at ${done.at}: ${done.tenant.statusLine}`
      : `${customer.name} was enabled already.`,
  );
  if (done.hadBeenOff.total > 0) {
    const names = done.hadBeenOff.cameras.map((camera) => `  ${camera.id}  ${camera.name}`).join('\n');
    mention(`Cameras that had been off one by one (${done.hadBeenOff.total}):\n${names}`);
  }
}

/** By id, or by a name that fits exactly one customer. */
async function findCustomer(client: Client, which: string): Promise<z.infer<typeof tenant>> {
  if (which.startsWith('ten_')) return client.get(`/tenants/${encodeURIComponent(which)}`, tenant);
  const found = await client.get(
    `/tenants?kind=customer&limit=200&text=${encodeURIComponent(which)}`,
    tenants,
  );
  const same = found.items.filter((item) => item.name.toLowerCase() === which.toLowerCase());
  const fitting = same.length > 0 ? same : found.items;
  const [only] = fitting;
  if (only === undefined) throw new UsageError(`There is no customer "${which}" that you can see.`);
  if (fitting.length > 1) {
    const list = fitting.map((item) => `  ${item.id}  ${item.name}`).join('\n');
    throw new UsageError(`"${which}" fits several customers; name one by its id:\n${list}`);
  }
  return only;
}

async function agreed(question: string, flags: Flags): Promise<boolean> {
  if (flags.yes || flags.json || !process.stdin.isTTY) return true;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} Continue? [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
