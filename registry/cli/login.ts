import { hostname } from 'node:os';
import { z } from 'zod';
import { createClient } from './client.js';
import { print, say } from './output.js';
import { keepSignIn, readSecret, signInPath, trimmed } from './sign-in.js';
import { UsageError } from './usage-error.js';

const me = z.object({
  user: z.object({ name: z.string() }),
  memberships: z.array(z.object({ tenant: z.object({ id: z.string(), name: z.string() }) })).min(1),
});
const newKey = z.object({ key: z.string(), id: z.string() });

/** Signs in once and keeps an API key of one's own tenant for later commands, good for 90 days. */
export async function login(
  url: string,
  flags: { email?: string; password?: string; json?: true },
): Promise<void> {
  if (flags.email === undefined || flags.password === undefined) {
    throw new UsageError('Say who you are: gantry-registry login URL --email E --password file:PATH');
  }
  const address = trimmed(url);
  const door = createClient(address, {});
  const session = await door.post(
    '/sessions',
    { email: flags.email, password: await readSecret(flags.password) },
    me,
  );
  const signedIn = createClient(address, { cookie: door.cookie() ?? '' });
  const tenant = (session.memberships[0] as (typeof session.memberships)[0]).tenant;
  const name = `${session.user.name} on ${hostname()}`.slice(0, 200);
  const made = await signedIn.post('/api-keys', { tenantId: tenant.id, name, expiresInDays: 90 }, newKey);
  const path = signInPath(process.env);
  await keepSignIn(path, { url: address, apiKey: made.key });
  if (flags.json) print({ v: 1, url: address, tenant, apiKeyId: made.id });
  else say(`Signed in to ${address} as ${session.user.name} for ${tenant.name}. The key is kept in ${path}.`);
}
