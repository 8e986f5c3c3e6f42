import type { AgentId } from '@gantry/protocol/ids.js';
import type { SetupAct, SetupAnswer, SetupRequest } from '@gantry/protocol/setup.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';

/** What an agent said to a person who sets its site up. */
export interface SiteAnswer {
  /** As in HTTP. */
  status: number;
  type: 'json' | 'jpeg';
  body: Buffer;
}

/**
 * Carries questions to agents and their answers back; nothing is kept, and nothing is asked twice by itself. By an
 * outside broker every process of the registry reaches every agent; with embedded brokers an agent is connected to one
 * process, and only that one can ask it.
 */
export interface SetupRelay {
  /**
   * Throws `unavailable` at once when this process does not hold the agent, and when it does not answer in time;
   * `rate_limited` when too many questions wait.
   */
  ask(agentId: AgentId, act: SetupAct): Promise<SiteAnswer>;
  /** A part of an answer has come; one that nobody waits for is dropped. */
  told(agentId: AgentId, answer: SetupAnswer): void;
}

const patienceMs = 25_000;
const maxWaiting = 500;
const maxWaitingOfAgent = 24;

interface Waiting {
  agentId: AgentId;
  parts: Map<number, Buffer>;
  answer(answer: SiteAnswer): void;
}

/** As much of the broker as questions need. */
export interface SetupLine {
  holds(agentId: AgentId): boolean;
  publish(agentId: AgentId, kind: 'setup', request: SetupRequest): Promise<void>;
}

export function createSetupRelay(ctx: Pick<Context, 'random'>, broker: SetupLine): SetupRelay {
  const waiting = new Map<string, Waiting>();
  return {
    async ask(agentId, act) {
      if (!broker.holds(agentId))
        throw new Failure(
          'unavailable',
          'This box is not connected to this process of the registry at the moment. Try again; where several processes run, they need one MQTT broker for all.',
        );
      const own = [...waiting.values()].filter((one) => one.agentId === agentId).length;
      if (waiting.size >= maxWaiting || own >= maxWaitingOfAgent)
        throw new Failure('rate_limited', 'This box is asked too much at once. Try again in a moment.');
      const requestId = Buffer.from(ctx.random(16)).toString('base64url');
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<SiteAnswer>((resolve, reject) => {
          const late = () => reject(new Failure('unavailable', 'The box does not answer. Is it online?'));
          timer = setTimeout(late, patienceMs);
          waiting.set(requestId, { agentId, parts: new Map(), answer: resolve });
          broker.publish(agentId, 'setup', { requestId, act }).catch(reject);
        });
      } finally {
        clearTimeout(timer);
        waiting.delete(requestId);
      }
    },
    told(agentId, { requestId, part, parts, status, type, body }) {
      const asked = waiting.get(requestId);
      if (asked?.agentId !== agentId || part > parts) return;
      asked.parts.set(part, Buffer.from(body, 'base64'));
      if (asked.parts.size < parts) return;
      const inOrder = [...asked.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
      asked.answer({ status, type, body: Buffer.concat(inOrder) });
    },
  };
}
