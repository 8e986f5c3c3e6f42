import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { CallFailed, createClient } from './client.js';
import { findTenant } from './find.js';
import { details, mention, show } from './output.js';
import { keepSignIn, openClient, readKept, signInPath, type ClientFlags } from './sign-in.js';
import { UsageError } from './usage-error.js';

const me = z.looseObject({
  kind: z.string(),
  user: z.object({ name: z.string(), email: z.string() }).nullable(),
  memberships: z.array(
    z.object({ tenant: z.object({ id: z.string(), name: z.string(), kind: z.string() }) }),
  ),
});

/** Revokes the kept key and forgets it; a registry that is away does not keep it from being forgotten. */
export async function logout(flags: { json?: true }): Promise<void> {
  const path = signInPath(process.env);
  const kept = await readKept(path);
  if (kept === null) return show(flags.json, { signedOut: false }, 'You are not signed in.');
  const client = createClient(kept.url, { authorization: `Bearer ${kept.apiKey}` });
  const id = kept.apiKey.split('.', 1)[0] as string;
  try {
    await client.delete(`/api-keys/${id}`, {}, z.unknown());
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    mention(`The key could not be revoked (${error.message}). It ends by itself 90 days after the sign-in.`);
  }
  await rm(path, { force: true });
  show(flags.json, { signedOut: true, url: kept.url }, `Signed out of ${kept.url}.`);
}

export async function whoAmI(flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const found = await client.get('/me', me);
  const places = found.memberships.map(({ tenant }) => `${tenant.name} (${tenant.kind})`).join(', ');
  const shown = {
    registry: client.url,
    as: found.user?.email ?? 'an API key',
    of: places,
    scope: client.scope?.name,
  };
  show(flags.json, { url: client.url, scope: client.scope ?? null, ...found }, details(shown));
}

/** Shows or sets the tenant that commands are about by default; `--none` forgets it. */
export async function scope(which: string | undefined, flags: ClientFlags & { none?: true }): Promise<void> {
  const client = await openClient(flags, process.env);
  const path = signInPath(process.env);
  if (which === undefined && !flags.none) {
    return show(flags.json, { scope: client.scope ?? null }, client.scope?.name ?? 'Everything you can see.');
  }
  const kept = await readKept(path);
  if (kept === null) throw new UsageError('A scope is kept with the sign-in: gantry-registry login URL');
  const found = which === undefined ? undefined : await findTenant(client, 'any', which);
  const { url, apiKey } = kept;
  const chosen = found === undefined ? undefined : { id: found.id, name: found.name };
  await keepSignIn(path, { url, apiKey, ...(chosen === undefined ? {} : { scope: chosen }) });
  show(
    flags.json,
    { scope: chosen ?? null },
    chosen === undefined ? 'Everything you can see.' : `From now on: ${chosen.name}`,
  );
}
