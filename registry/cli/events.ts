import { createParser } from 'eventsource-parser';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { bytesOf, CallFailed } from './client.js';
import { findTenant } from './find.js';
import { hoursOf, wholeNumber } from './keys.js';
import { mention, print, say } from './output.js';
import { openClient, type ClientFlags, type SignedInClient } from './sign-in.js';

const event = z.looseObject({ id: z.string(), type: z.string(), subject: z.string(), at: z.string() });
type Told = z.infer<typeof event>;
const batch = z.object({ items: z.array(event) });

const againAfterMs = 2_000;
/** Before everything that is kept. */
const beginning = '0.0';

/**
 * Prints what happens, as it happens, until it is interrupted or `--count` events were shown. A connection that
 * broke goes on where it broke.
 */
export async function tailEvents(
  flags: ClientFlags & { type?: string[]; org?: string; since?: string; count?: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const which = flags.org ?? client.scope?.id;
  const query = new URLSearchParams({ types: flags.type?.join(',') ?? '*' });
  if (which !== undefined) query.set('scope', (await findTenant(client, 'any', which)).id);
  const sinceMs = flags.since === undefined ? null : Date.now() - hoursOf(flags.since) * 3_600_000;
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let left = flags.count === undefined ? Infinity : wholeNumber(flags.count, '--count');
  const tell = (one: Told): void => {
    if (left <= 0 || (sinceMs !== null && Date.parse(one.at) < sinceMs)) return;
    if (flags.json) print(one);
    else say(`${one.at}  ${one.type.padEnd(28)}  ${one.subject}`);
    left -= 1;
    if (left <= 0) stop.abort();
  };

  let place = sinceMs === null ? null : beginning;
  while (!stop.signal.aborted) {
    try {
      const end = await listen(client, `/events?${query.toString()}`, place, stop.signal, (told) => {
        place = told.place ?? place;
        told.items.forEach(tell);
      });
      if (end === 'bye') throw new CallFailed('denied', 'You were signed out or switched off.');
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!(error instanceof CallFailed) || error.kind !== 'unreachable') throw error;
      mention(`${error.message} Trying again.`);
    }
    await pause(againAfterMs, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

/** Reads one connection to its end. `bye`: the registry sent us away. */
async function listen(
  client: SignedInClient,
  path: string,
  place: string | null,
  signal: AbortSignal,
  hear: (told: { place: string | undefined; items: Told[] }) => void,
): Promise<'ended' | 'bye'> {
  const headers = place === null ? {} : { 'last-event-id': place };
  const answer = await client.request('GET', path, { headers, signal });
  let end: 'ended' | 'bye' = 'ended';
  const parser = createParser({
    onEvent: ({ id, event: name, data }) => {
      if (name === 'bye') end = 'bye';
      else if (name === 'reset') mention('Some events were not kept that long, or came too fast.');
      else hear({ place: id, items: batch.safeParse(parseJson(data)).data?.items ?? [] });
    },
  });
  const text = new TextDecoder();
  try {
    for await (const bytes of bytesOf(answer)) {
      parser.feed(text.decode(bytes, { stream: true }));
    }
  } catch (error) {
    if (signal.aborted) return end;
    throw new CallFailed('unreachable', `The connection broke (${(error as Error).message}).`);
  }
  return end;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
