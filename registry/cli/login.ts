import { hostname } from 'node:os';
import { z } from 'zod';
import { ask } from './ask.js';
import { createClient, type Client } from './client.js';
import { show } from './output.js';
import { keepSignIn, readSecret, signInPath, trimmed } from './sign-in.js';
import { UsageError } from './usage-error.js';

const me = z.object({
  user: z.object({ name: z.string() }),
  memberships: z.array(z.object({ tenant: z.object({ id: z.string(), name: z.string() }) })).min(1),
});
const secondStep = z.object({ challenge: z.string() });
const newKey = z.object({ key: z.string(), id: z.string() });

/** Signs in once and keeps an API key of one's own tenant for later commands, good for 90 days. */
export async function login(
  url: string,
  flags: { email?: string; password?: string; code?: string; json?: true },
): Promise<void> {
  if (flags.email === undefined || flags.password === undefined) {
    throw new UsageError('Say who you are: gantry-registry login URL --email E --password file:PATH');
  }
  const address = trimmed(url);
  const door = createClient(address, {});
  const credentials = { email: flags.email, password: await readSecret(flags.password) };
  const first = await door.post('/sessions', credentials, z.union([me, secondStep]));
  const session = 'challenge' in first ? await secondFactor(door, first.challenge, flags.code) : first;
  const signedIn = createClient(address, { cookie: door.cookie() ?? '' });
  const tenant = (session.memberships[0] as (typeof session.memberships)[0]).tenant;
  const name = `${session.user.name} on ${hostname()}`.slice(0, 200);
  const made = await signedIn.post('/api-keys', { tenantId: tenant.id, name, expiresInDays: 90 }, newKey);
  const path = signInPath(process.env);
  await keepSignIn(path, { url: address, apiKey: made.key });
  const told = `Signed in to ${address} as ${session.user.name} for ${tenant.name}. The key is kept in ${path}.`;
  show(flags.json, { url: address, tenant, apiKeyId: made.id }, told);
}

/** The code of an authenticator app; a passkey needs a browser. */
async function secondFactor(
  door: Client,
  challenge: string,
  given: string | undefined,
): Promise<z.infer<typeof me>> {
  const code = given ?? (await ask('Code of your authenticator app, or a recovery code: '));
  if (code === null) throw new UsageError('This account has a second factor: add --code 123456');
  const proof = /^\d{6}$/.test(code) ? { totp: code } : { recoveryCode: code };
  return door.post('/sessions/second-factor', { challenge, ...proof }, me);
}
