import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { createClient, type Client } from './client.js';
import { UsageError } from './usage-error.js';

/** What `login` keeps, and `scope` adds. */
const kept = z.object({
  url: z.url(),
  apiKey: z.string(),
  /** Tenant that commands are about by default. */
  scope: z.object({ id: z.string(), name: z.string() }).optional(),
});
export type KeptSignIn = z.infer<typeof kept>;

/** A client, and the tenant that commands are about by default. */
export type SignedInClient = Client & { scope?: KeptSignIn['scope'] };

export interface ClientFlags {
  url?: string;
  apiKey?: string;
  json?: true;
}

/** `$XDG_CONFIG_HOME/gantry/sign-in.json`, only for its owner's eyes. */
export const signInPath = (environment: NodeJS.ProcessEnv): string =>
  join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'gantry', 'sign-in.json');

export async function keepSignIn(path: string, signIn: KeptSignIn): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, JSON.stringify(signIn), { mode: 0o600 });
  await rename(fresh, path);
}

/** Flags over GANTRY_URL and GANTRY_API_KEY over what `login` kept. Throws UsageError without any of them. */
export async function openClient(
  flags: ClientFlags,
  environment: NodeJS.ProcessEnv,
): Promise<SignedInClient> {
  const url = flags.url ?? environment['GANTRY_URL'];
  const apiKey = flags.apiKey === undefined ? environment['GANTRY_API_KEY'] : await readSecret(flags.apiKey);
  const stored = url === undefined || apiKey === undefined ? await readKept(signInPath(environment)) : null;
  // A kept key goes to the registry it was made for, never to another address.
  if (apiKey === undefined && url !== undefined && stored !== null && stored.url !== trimmed(url)) {
    throw new UsageError(
      `You are signed in to ${stored.url}, not to ${url}. Run: gantry-registry login ${url}`,
    );
  }
  const address = url ?? stored?.url;
  const key = apiKey ?? stored?.apiKey;
  if (address === undefined || key === undefined) {
    throw new UsageError(
      'Not signed in. Run: gantry-registry login URL --email E --password file:PATH — or set GANTRY_URL and GANTRY_API_KEY.',
    );
  }
  const client = createClient(trimmed(address), { authorization: `Bearer ${key}` });
  // The kept scope belongs to the kept key.
  return key === stored?.apiKey && stored.scope !== undefined ? { ...client, scope: stored.scope } : client;
}

export const trimmed = (url: string): string => {
  if (!URL.canParse(url))
    throw new UsageError(`${url} is no address. Write it like https://cams.example.com.`);
  return url.replace(/\/+$/, '');
};

export async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Secrets come from `file:PATH` or `-` (standard input), never from an argument that everybody can read. */
export async function readSecret(source: string): Promise<string> {
  if (source === '-') return (await readStandardInput()).toString('utf8').trim();
  if (!source.startsWith('file:')) {
    throw new UsageError(
      'A secret in an argument is seen by everyone on this computer: put it into a file and use file:PATH.',
    );
  }
  const path = source.slice('file:'.length);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Check the path.`,
    );
  }
}

export async function readKept(path: string): Promise<KeptSignIn | null> {
  try {
    return kept.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
