import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { bytesOf } from './client.js';
import { saveTo } from './files.js';
import { showList } from './lists.js';
import { print, say, show } from './output.js';
import { openClient, readStandardInput, type ClientFlags, type SignedInClient } from './sign-in.js';
import { UsageError } from './usage-error.js';

const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional() }))
    .default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.unknown()) }).optional(),
});
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

type Operation = z.infer<typeof operation> & { method: string; path: string };

/** What the registry itself says it can be asked. */
async function operationsOf(client: SignedInClient): Promise<Operation[]> {
  const { paths } = await client.get('/openapi.json', document);
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, one]) => ({
      ...one,
      method: method.toUpperCase(),
      path: path.replace('/api/v1', ''),
    })),
  );
}

/** Calls an operation of the API by its name, for what has no command of its own; without a name lists them. */
export async function callApi(
  name: string | undefined,
  given: readonly string[],
  flags: ClientFlags & { body?: string; ifMatch?: string; out?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const operations = await operationsOf(client);
  if (name === undefined) {
    const all = (async function* () {
      yield* operations;
    })();
    return showList(flags.json, all, ['OPERATION', 'CALL', 'WHAT'], (one) => [
      one.operationId,
      `${one.method} ${one.path}`,
      one.summary,
    ]);
  }
  const found = operations.find(({ operationId }) => operationId === name);
  if (found === undefined) {
    throw new UsageError(`The registry has no operation ${name}. List them: gantry-registry api`);
  }
  const body = flags.body === undefined ? undefined : await readBody(flags.body);
  const type = Object.keys(found.requestBody?.content ?? {})[0];
  const answer = await client.request(found.method, addressOf(found, given), {
    ...(body === undefined ? {} : { body }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
      ...(flags.ifMatch === undefined ? {} : { 'if-match': `"${flags.ifMatch}"` }),
    },
  });
  if (flags.out !== undefined) {
    const sizeBytes = await saveTo(flags.out, bytesOf(answer));
    return show(flags.json, { file: flags.out, sizeBytes }, `Written to ${flags.out}.`);
  }
  if (answer.headers.get('content-type')?.startsWith('application/json') !== true) {
    for await (const piece of bytesOf(answer)) process.stdout.write(piece);
    return;
  }
  const told = (await answer.json()) as object;
  if (flags.json) print(told);
  else say(JSON.stringify(told, null, 2));
}

/** The path with its query, from `NAME=VALUE` each. */
function addressOf({ operationId, path, parameters }: Operation, given: readonly string[]): string {
  const places = new Map(parameters.filter((one) => one.in !== 'header').map((one) => [one.name, one]));
  const known = [...places.keys()].join(', ') || 'none';
  const query = new URLSearchParams();
  let address = path;
  for (const pair of given) {
    const [name = '', ...rest] = pair.split('=');
    const place = places.get(name);
    if (place === undefined || rest.length === 0) {
      throw new UsageError(
        `${operationId} takes NAME=VALUE of ${known}, and not ${pair}. Fields go into --body.`,
      );
    }
    const value = rest.join('=');
    if (place.in === 'path') address = address.replace(`{${name}}`, encodeURIComponent(value));
    else query.append(name, value);
  }
  const missing = /\{(\w+)\}/.exec(address)?.[1];
  if (missing !== undefined)
    throw new UsageError(`Say which: gantry-registry api ${operationId} ${missing}=…`);
  return query.size === 0 ? address : `${address}?${query.toString()}`;
}

/** A body may hold secrets: it comes from `file:PATH` or `-` only. */
async function readBody(source: string): Promise<Uint8Array> {
  if (source === '-') return readStandardInput();
  if (!source.startsWith('file:')) throw new UsageError('A body comes from file:PATH or - (standard input).');
  const path = source.slice('file:'.length);
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${error.code}). Check the path.`);
  });
}
