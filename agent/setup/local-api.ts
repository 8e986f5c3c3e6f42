import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log } from '../log.js';
import { addCamera, setLogin, type AgentStatus, type SetLogin } from './shapes.js';

/** What a person on the box may ask of the running agent. */
export interface LocalActions {
  status(): AgentStatus;
  /** Throws a RangeError that says what is wrong with the URL. */
  addCamera(url: string): Promise<{ added: boolean }>;
  setLogin(login: SetLogin): Promise<void>;
  rescan(): void;
}

const maxBodyBytes = 16_384;

/**
 * HTTP over a Unix socket that only this user may open (0600): whoever can open it could read the data folder too,
 * so it asks for no password. The caller holds the folder's lock: a socket found there is a leftover.
 */
export async function startLocalApi(o: {
  socketPath: string;
  actions: LocalActions;
  log: Log;
}): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(o.actions, request, response).catch((error: unknown) => {
      const isTheirs = error instanceof RangeError;
      if (!isTheirs) o.log.error({ err: error }, 'a local request failed');
      send(response, isTheirs ? 400 : 500, {
        error: isTheirs ? error.message : 'The agent failed; see its log.',
      });
    });
  });
  await rm(o.socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  await chmod(o.socketPath, 0o600);
  server.on('error', (error) => o.log.error({ err: error }, 'the local socket failed'));
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  actions: LocalActions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /v1/status':
      return send(response, 200, actions.status());
    case 'POST /v1/rescan':
      actions.rescan();
      return send(response, 202, {});
    case 'POST /v1/cameras': {
      const parsed = addCamera.safeParse(await bodyOf(request));
      if (!parsed.success) throw new RangeError('The request needs a field `url`.');
      return send(response, 200, await actions.addCamera(parsed.data.url));
    }
    case 'POST /v1/logins': {
      const parsed = setLogin.safeParse(await bodyOf(request));
      if (!parsed.success)
        throw new RangeError('The request needs `name` (or null), `username` and `password`.');
      await actions.setLogin(parsed.data);
      return send(response, 200, {});
    }
    default:
      send(response, 404, { error: 'The agent has no such local request.' });
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBodyBytes) throw new RangeError(`The request is over ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new RangeError('The request is not JSON.');
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}
