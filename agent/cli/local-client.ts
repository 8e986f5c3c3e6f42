import type { z } from 'zod';
import { dataFolder } from '../data-folder.js';
import { exchange, HttpUnreachable } from '../http.js';
import { agentStatus, localProblem, localView, type AgentStatus } from '../setup/shapes.js';
import { UsageError } from './usage-error.js';

/** No agent runs on the data folder. */
export class AgentNotRunning extends Error {
  override readonly name = 'AgentNotRunning';
}

/** The agent runs, and its box is not enrolled yet. */
export class NotConnectedYet extends Error {
  override readonly name = 'NotConnectedYet';
}

interface LocalRequest {
  method: 'GET' | 'POST';
  path: string;
  body?: object;
}

/**
 * Asks the agent that runs on a data folder. Throws {@link AgentNotRunning}, {@link NotConnectedYet}, or UsageError
 * for what it refuses.
 */
export async function askAgent<Answer>(
  root: string,
  request: LocalRequest,
  schema: z.ZodType<Answer>,
): Promise<Answer> {
  const body = await answerTo(root, request);
  return schema.parse(JSON.parse(new TextDecoder().decode(body)));
}

/** The same for an answer that is no JSON, such as a picture. */
export const askAgentForBytes = (root: string, path: string): Promise<Uint8Array> =>
  answerTo(root, { method: 'GET', path });

export const askStatus = (root: string): Promise<AgentStatus> =>
  askAgent(root, { method: 'GET', path: '/v1/status' }, agentStatus);

async function answerTo(root: string, { method, path, body }: LocalRequest): Promise<Uint8Array> {
  try {
    const answer = await exchange({
      method,
      url: `http://agent.invalid${path}`,
      socketPath: dataFolder(root).socket,
      timeoutMs: 30_000,
      maxBytes: 16 * 1_048_576,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    if (answer.status === 409) throw await notConnected(root);
    if (answer.status >= 400) throw refusalOf(answer.status, new TextDecoder().decode(answer.body));
    return answer.body;
  } catch (error) {
    if (!(error instanceof HttpUnreachable)) throw error;
    throw new AgentNotRunning(
      `No agent runs on the data folder ${root}. Start it with: gantry up --data ${root} (or name another folder with --data).`,
    );
  }
}

/** Says what the box waits for. */
async function notConnected(root: string): Promise<NotConnectedYet> {
  const { claim, joinProblem } = await askAgent(root, { method: 'GET', path: '/v1/view' }, localView);
  const approve = claim && `Approve it at ${claim.url} (words: ${claim.words.join(' ')}).`;
  const why = approve ?? joinProblem ?? 'It is just connecting.';
  return new NotConnectedYet(`This box is not enrolled yet. ${why}`);
}

function refusalOf(status: number, text: string): UsageError {
  try {
    return new UsageError(localProblem.parse(JSON.parse(text)).error);
  } catch {
    return new UsageError(`The agent answered ${status}.`);
  }
}
