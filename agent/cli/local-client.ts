import type { z } from 'zod';
import { dataFolder } from '../data-folder.js';
import { exchange, HttpUnreachable } from '../http.js';
import { localProblem } from '../setup/shapes.js';
import { UsageError } from './usage-error.js';

/** No agent runs on the data folder. */
export class AgentNotRunning extends Error {
  override readonly name = 'AgentNotRunning';
}

/** Asks the agent that runs on a data folder. Throws {@link AgentNotRunning}, or UsageError for what it refuses. */
export async function askAgent<Answer>(
  root: string,
  request: { method: 'GET' | 'POST'; path: string; body?: object },
  schema: z.ZodType<Answer>,
): Promise<Answer> {
  const { method, path, body } = request;
  try {
    const answer = await exchange({
      method,
      url: `http://agent.invalid${path}`,
      socketPath: dataFolder(root).socket,
      timeoutMs: 10_000,
      maxBytes: 16 * 1_048_576,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const value: unknown = JSON.parse(new TextDecoder().decode(answer.body));
    if (answer.status >= 400) {
      const problem = localProblem.safeParse(value);
      throw new UsageError(problem.success ? problem.data.error : `The agent answered ${answer.status}.`);
    }
    return schema.parse(value);
  } catch (error) {
    if (!(error instanceof HttpUnreachable)) throw error;
    throw new AgentNotRunning(
      `No agent runs on the data folder ${root}. Start it with: gantry up --data ${root} (or name another folder with --data).`,
    );
  }
}
