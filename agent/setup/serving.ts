import type { Server, ServerResponse } from 'node:http';
import type { ListenOptions } from 'node:net';
import type { Log } from '../log.js';
import type { LocalAnswer } from './local-requests.js';

/** Resolves once the server listens; rejects with why it cannot. */
export async function listenOn(server: Server, where: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Ends every connection and resolves when the server is closed. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** Sends an answer once; nothing when the asker has gone or was answered already. */
export function send(response: ServerResponse, answer: LocalAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const [type, body] =
    'jpeg' in answer
      ? (['image/jpeg', answer.jpeg] as const)
      : (['application/json', JSON.stringify(answer.body)] as const);
  response.writeHead(answer.status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(body);
}

/** A RangeError is the asker's mistake and is told; everything else is ours and is logged. */
export function problemOf(error: unknown, log: Log): LocalAnswer {
  if (error instanceof RangeError) return { status: 400, body: { error: error.message } };
  log.error({ err: error }, 'a local request failed');
  return { status: 500, body: { error: 'The agent failed; see its log.' } };
}
