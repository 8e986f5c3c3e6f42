import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log } from '../log.js';
import { answerLocal, jsonBody, type SiteActions } from './local-requests.js';
import { closeServer, listenOn, problemOf, send } from './serving.js';

/**
 * HTTP over a Unix socket that only this user may open (0600): whoever can open it could read the data folder too,
 * so it asks for no password. The caller holds the folder's lock: a socket found there is a leftover.
 */
export async function startLocalApi(o: {
  socketPath: string;
  actions: SiteActions;
  log: Log;
}): Promise<{ close(): Promise<void> }> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { method = '', url = '' } = request;
    send(
      response,
      await answerLocal(o.actions, {
        method,
        path: url,
        body: () => jsonBody(request),
        signal: gone.signal,
      }),
    );
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, problemOf(error, o.log)));
  });
  await rm(o.socketPath, { force: true });
  await listenOn(server, { path: o.socketPath });
  await chmod(o.socketPath, 0o600);
  server.on('error', (error) => o.log.error({ err: error }, 'the local socket failed'));
  return { close: () => closeServer(server) };
}
