import type { AgentId } from '@gantry/protocol/ids.js';
import { downlinkFilter, parseTopic } from '@gantry/protocol/topics.js';

export type BrokerAction = 'publish' | 'subscribe' | 'forward';

export interface PublishOptions {
  retain?: boolean;
  qos?: number;
}

export type Verdict = { allowed: true } | { allowed: false; why: string };

const allowed: Verdict = { allowed: true };
const denied = (why: string): Verdict => ({ allowed: false, why });

/**
 * What one agent may do on the broker (design §7). It drives the embedded broker's hooks; {@link ./acl.ts}
 * says the same to mosquitto and EMQX. Whatever is not allowed here is denied: `$SYS`, `$share`, wildcards,
 * other agents' topics, retained messages and QoS 2 (it costs memory and promises nothing we use).
 */
export function authorize(
  agentId: AgentId,
  action: BrokerAction,
  topic: string,
  options: PublishOptions = {},
): Verdict {
  switch (action) {
    case 'publish': {
      const parsed = parseTopic(topic);
      if (parsed?.direction !== 'up' || parsed.agentId !== agentId) {
        return denied('an agent publishes only below its own v1/a/{agentId}/u/');
      }
      if (options.retain) return denied('retained messages are refused: the database is the truth');
      if ((options.qos ?? 0) > 1) return denied('quality of service 2 is refused: use 0 or 1');
      return allowed;
    }
    case 'subscribe':
      return topic === downlinkFilter(agentId)
        ? allowed
        : denied(`an agent subscribes exactly v1/a/{agentId}/d/#`);
    case 'forward': {
      const parsed = parseTopic(topic);
      return parsed?.direction === 'down' && parsed.agentId === agentId
        ? allowed
        : denied('an agent hears only its own v1/a/{agentId}/d/');
    }
    default: {
      const never: never = action;
      return denied(`unknown action ${String(never)}`);
    }
  }
}
