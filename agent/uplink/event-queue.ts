import type { AgentEvent } from '@gantry/protocol/messages.js';

export type QueuedEvent = Omit<AgentEvent, 'session'>;

/** Events wait here until the registry acknowledges them, also over a restart of the agent. */
export interface EventQueue {
  add(event: QueuedEvent, connected: boolean): void;
  acknowledge(eventId: string): void;
  resendDue(nowMonotonicMs: number): void;
}

/** Where events outlive the process. */
export interface EventStore {
  /** What waited when the agent ended, oldest first. */
  readonly waiting: readonly QueuedEvent[];
  /** Keeps these instead; many calls in a row become one write. */
  keep(events: readonly QueuedEvent[]): void;
}

/** Beyond this the oldest are dropped: a box that is offline for weeks must not run out of memory. */
export const maxWaiting = 200;

export function createEventQueue(o: {
  store: EventStore;
  publish: (event: QueuedEvent) => void;
  resendMs: number;
  nowMonotonicMs: () => number;
}): EventQueue {
  const waiting = new Map<string, { event: QueuedEvent; sentAtMs: number }>();
  for (const event of o.store.waiting) waiting.set(event.eventId, { event, sentAtMs: -Infinity });
  const keep = () => o.store.keep([...waiting.values()].map(({ event }) => event));
  return {
    add(event, connected) {
      waiting.set(event.eventId, { event, sentAtMs: connected ? o.nowMonotonicMs() : -Infinity });
      if (connected) o.publish(event);
      for (const oldest of waiting.keys()) {
        if (waiting.size <= maxWaiting) break;
        waiting.delete(oldest);
      }
      keep();
    },
    acknowledge(eventId) {
      if (waiting.delete(eventId)) keep();
    },
    resendDue(nowMonotonicMs) {
      for (const entry of waiting.values()) {
        if (nowMonotonicMs - entry.sentAtMs < o.resendMs) continue;
        entry.sentAtMs = o.nowMonotonicMs();
        o.publish(entry.event);
      }
    },
  };
}
