import { z } from 'zod';
import { everything, showList } from './lists.js';
import { details, show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';

const operation = z.looseObject({
  id: z.string(),
  kind: z.string(),
  by: z.string(),
  state: z.string(),
  total: z.number().nullable(),
  done: z.number(),
  failed: z.number(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
type Operation = z.infer<typeof operation>;

const progressOf = ({ done, total, failed }: Operation): string =>
  `${done}/${total ?? '?'}${failed > 0 ? `, ${failed} failed` : ''}`;

export async function listOperations(flags: ClientFlags & { state?: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(client, '/operations', { state: flags.state }, operation);
  await showList(flags.json, items, ['OPERATION', 'KIND', 'STATE', 'DONE', 'BY', 'BEGUN'], (one) => [
    one.id,
    one.kind,
    one.state,
    progressOf(one),
    one.by,
    one.createdAt,
  ]);
}

export async function showOperation(id: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const found = await client.get(`/operations/${encodeURIComponent(id)}`, operation);
  const { kind, state, by, createdAt: begun, finishedAt: finished } = found;
  show(flags.json, found, details({ id, kind, state, done: progressOf(found), by, begun, finished }));
}

export async function cancelOperation(id: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const stopped = await client.post(`/operations/${encodeURIComponent(id)}:cancel`, undefined, operation);
  show(flags.json, stopped, `${id} is ${stopped.state}; what is done stays done.`);
}

/** Tries again what failed, as an operation of its own. */
export async function retryOperation(id: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const begun = await client.post(`/operations/${encodeURIComponent(id)}:retry`, undefined, operation);
  show(flags.json, begun, `Trying ${begun.total} again: ${begun.id}`);
}
