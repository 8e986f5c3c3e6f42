import type { AgentId } from '@gantry/protocol/ids.js';
import type { DownlinkKind, DownlinkMessage, UplinkKind } from '@gantry/protocol/messages.js';

/** One message of an agent, not yet decoded. The broker vouches for agent and kind, for nothing else. */
export interface Uplink {
  agentId: AgentId;
  kind: UplinkKind;
  payload: Uint8Array;
}

/** Resolves when the message was dealt with; must not reject. The broker holds agents that run ahead of it. */
export type UplinkListener = (uplink: Uplink) => Promise<void>;

/** What the registry needs of an MQTT broker, its own or an outside one. */
export interface Broker {
  /**
   * Sends without retain. Resolves when the message left this process or the agent is not there: delivery is
   * promised only by the agent's own acknowledgement (design §5). Rejects with a RangeError when too large.
   */
  publish<Kind extends DownlinkKind>(
    agentId: AgentId,
    kind: Kind,
    message: DownlinkMessage<Kind>,
  ): Promise<void>;
  /** Whether what is published now can reach the agent: an outside broker may, an embedded one holds it or not. */
  holds(agentId: AgentId): boolean;
  /** Returns the function that stops listening. */
  onUplink(listener: UplinkListener): () => void;
  /** Ends the agent's connection, when this process holds it. */
  kick(agentId: AgentId): void;
  /** Ends every connection and listener. */
  close(): Promise<void>;
}
