import type { AgentEvent } from '@gantry/protocol/messages.js';

export type QueuedEvent = Omit<AgentEvent, 'session'>;

/** Events wait here until the registry acknowledges them; they end with the process. */
export interface EventQueue {
  add(event: QueuedEvent, connected: boolean): void;
  acknowledge(eventId: string): void;
  resendDue(nowMonotonicMs: number): void;
}

/** Beyond this the oldest are dropped: a box that is offline for weeks must not run out of memory. */
const maxWaiting = 200;

export function createEventQueue(o: {
  publish: (event: QueuedEvent) => void;
  resendMs: number;
  nowMonotonicMs: () => number;
}): EventQueue {
  const waiting = new Map<string, { event: QueuedEvent; sentAtMs: number }>();
  return {
    add(event, connected) {
      waiting.set(event.eventId, { event, sentAtMs: connected ? o.nowMonotonicMs() : -Infinity });
      if (connected) o.publish(event);
      for (const oldest of waiting.keys()) {
        if (waiting.size <= maxWaiting) break;
        waiting.delete(oldest);
      }
    },
    acknowledge: (eventId) => void waiting.delete(eventId),
    resendDue(nowMonotonicMs) {
      for (const entry of waiting.values()) {
        if (nowMonotonicMs - entry.sentAtMs < o.resendMs) continue;
        entry.sentAtMs = o.nowMonotonicMs();
        o.publish(entry.event);
      }
    },
  };
}
