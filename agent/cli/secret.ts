import { readFile } from 'node:fs/promises';
import { decodeJoinToken, type JoinToken } from '@gantry/protocol/enrol.js';
import { UsageError } from './usage-error.js';

/** `file:PATH` or `-` (standard input) as text; null for anything else. Throws UsageError. */
export async function readSource(source: string): Promise<string | null> {
  if (source === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  if (!source.startsWith('file:')) return null;
  const path = source.slice('file:'.length);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Check the path.`,
    );
  }
}

/** A join token as pasted, or from a file. */
export async function readJoinToken(source: string): Promise<JoinToken> {
  const token = decodeJoinToken((await readSource(source)) ?? source);
  if (token) return token;
  throw new UsageError(
    'This is no join token: it begins with gantry1_ and is one long word. Copy all of it from the registry again.',
  );
}

/** Camera addresses: one RTSP URL, or one per line of a file. A URL with a password only comes from a file. */
export async function readCameraUrls(source: string): Promise<string[]> {
  const text = await readSource(source);
  if (text !== null) return linesOf(text);
  if (/^[a-z]+:\/\/[^/?#]*@/i.test(source)) {
    throw new UsageError(
      'A password in an argument is seen by everyone on this computer. Put the address into a file and use file:PATH.',
    );
  }
  return [source];
}

/** A password alone, from `file:PATH` or standard input: its first line. Throws UsageError. */
export async function readPassword(source: string): Promise<string> {
  const text = await readSource(source);
  if (text === null) throw new UsageError('A password is read from file:PATH or - (standard input) only.');
  const [password = ''] = text.split(/\r?\n/);
  if (password === '') throw new UsageError('There is no password in the first line.');
  return password;
}

export interface GivenLogin {
  /** Address or `localId` it is for; null: for the whole site. */
  name: string | null;
  username: string;
  password: string;
}

/**
 * Logins from `file:PATH` or standard input: `username:password` for the whole site, or lines
 * `address,username,password`. Throws UsageError, which never repeats the content.
 */
export async function readLogins(source: string): Promise<GivenLogin[]> {
  const text = await readSource(source);
  if (text === null) throw new UsageError('Logins are read from file:PATH or - (standard input) only.');
  const logins = linesOf(text).map(parseLogin);
  if (logins.length === 0) throw new UsageError('There is no login in this file: write username:password.');
  return logins;
}

/** One line of a login file. Pure. */
export function parseLogin(line: string, index: number): GivenLogin {
  const [, name, username, password] = /^([\w.-]+(?::\d{1,5})?),([^,]+),(.*)$/.exec(line) ?? [];
  if (name !== undefined && username !== undefined && password !== undefined)
    return { name, username, password };
  const colon = line.indexOf(':');
  if (colon > 0) return { name: null, username: line.slice(0, colon), password: line.slice(colon + 1) };
  throw new UsageError(`Line ${index + 1} is neither username:password nor address,username,password.`);
}

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
