import { agentId as agentIdSchema, type AgentId } from './ids.js';
import { downlinkMessages, uplinkMessages, type DownlinkKind, type UplinkKind } from './messages.js';

/**
 * Topics carry no tenant: a binding changes without re-subscribing, and one ACL pattern serves every broker
 * (design §7). `u` goes up from the agent, `d` goes down to it.
 */
export const uplinkTopic = (agent: AgentId, kind: UplinkKind): string => `v1/a/${agent}/u/${kind}`;
export const downlinkTopic = (agent: AgentId, kind: DownlinkKind): string => `v1/a/${agent}/d/${kind}`;

/** The one filter an agent subscribes. */
export const downlinkFilter = (agent: AgentId): string => `v1/a/${agent}/d/#`;

/** The one filter a registry subscribes. */
export const allUplinksFilter = 'v1/a/+/u/+';

export type ParsedTopic =
  | { direction: 'up'; agentId: AgentId; kind: UplinkKind }
  | { direction: 'down'; agentId: AgentId; kind: DownlinkKind };

/** The inverse of {@link uplinkTopic} and {@link downlinkTopic}; null for any other topic. */
export function parseTopic(topic: string): ParsedTopic | null {
  const [version, marker, agent, direction, kind, ...rest] = topic.split('/');
  if (version !== 'v1' || marker !== 'a' || kind === undefined || rest.length > 0) return null;
  const parsed = agentIdSchema.safeParse(agent);
  if (!parsed.success) return null;
  if (direction === 'u' && Object.hasOwn(uplinkMessages, kind)) {
    return { direction: 'up', agentId: parsed.data, kind: kind as UplinkKind };
  }
  if (direction === 'd' && Object.hasOwn(downlinkMessages, kind)) {
    return { direction: 'down', agentId: parsed.data, kind: kind as DownlinkKind };
  }
  return null;
}
