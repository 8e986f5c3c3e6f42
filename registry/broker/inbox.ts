import type { AgentId } from '@gantry/protocol/ids.js';
import {
  decodePayload,
  uplinkMessages,
  type Ack,
  type UplinkKind,
  type UplinkMessage,
} from '@gantry/protocol/messages.js';
import type { Log } from '../log.js';
import type { Broker, Uplink } from './broker.js';

/** What is done with each kind of message: resolves after commit with the answer, or null for none. */
export type UplinkActs = {
  [Kind in UplinkKind]: (agentId: AgentId, message: UplinkMessage<Kind>) => Promise<Ack | null>;
};

export interface InboxCounts {
  taken: number;
  /** Payloads that were no message of their kind. */
  malformed: number;
  /** Messages that could not be worked on; the agent sends them again. */
  failed: number;
}

export interface Inbox {
  counts(): InboxCounts;
  /** Resolves when nothing is in work. */
  settle(): Promise<void>;
  /** Takes no more and waits for what is in work. */
  close(): Promise<void>;
}

/** At most one line about malformed payloads in so many ms: whoever sends garbage must not fill the disk. */
const malformedLogMs = 10_000;

/**
 * The registry's side of the uplinks: parsed at the door, worked on in order per agent and side by side for
 * different agents, answered after commit. A message that fails is not answered; its agent sends it again.
 */
export function startInbox(parts: {
  broker: Broker;
  acts: UplinkActs;
  log: Log;
  nowMs: () => number;
  /** Messages of different agents worked on at once; fewer than the database's connections. */
  sideBySide?: number;
}): Inbox {
  const { broker, acts, log, nowMs, sideBySide = 8 } = parts;
  const counts: InboxCounts = { taken: 0, malformed: 0, failed: 0 };
  const tails = new Map<AgentId, Promise<void>>();
  const queue: (() => void)[] = [];
  let free = sideBySide;
  let loggedAtMs = -Infinity;

  async function work(agentId: AgentId, kind: UplinkKind, payload: Uint8Array): Promise<void> {
    const decoded = decodePayload<UplinkMessage<UplinkKind>>(uplinkMessages[kind], payload);
    if (!decoded.ok) {
      counts.malformed += 1;
      if (nowMs() - loggedAtMs < malformedLogMs) return;
      loggedAtMs = nowMs();
      log.warn(
        { agentId, kind, why: decoded.why, malformed: counts.malformed },
        'dropped a malformed message',
      );
      return;
    }
    counts.taken += 1;
    try {
      const act = acts[kind] as (agentId: AgentId, message: UplinkMessage<UplinkKind>) => Promise<Ack | null>;
      const answer = await act(agentId, decoded.message);
      if (answer !== null) await broker.publish(agentId, 'ack', answer);
    } catch (error) {
      counts.failed += 1;
      log.error({ err: error, agentId, kind }, 'could not work on a message; its agent sends it again');
    }
  }

  async function inTurn(before: Promise<void>, uplink: Uplink): Promise<void> {
    await before;
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      await work(uplink.agentId, uplink.kind, uplink.payload);
    } finally {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    }
  }

  const stopListening = broker.onUplink(async (uplink) => {
    const turn = inTurn(tails.get(uplink.agentId) ?? Promise.resolve(), uplink);
    tails.set(uplink.agentId, turn);
    await turn;
    if (tails.get(uplink.agentId) === turn) tails.delete(uplink.agentId);
  });

  const settle = async (): Promise<void> => {
    while (tails.size > 0) {
      await Promise.all(tails.values());
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    counts: () => ({ ...counts }),
    settle,
    close: async () => {
      stopListening();
      await settle();
    },
  };
}
