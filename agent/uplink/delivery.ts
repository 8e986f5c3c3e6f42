import { splitIntoParts } from '@gantry/protocol/messages.js';

/** A document of one or more parts, each acknowledged by the registry after its commit. */
export interface Document {
  id: string;
  /** Payload objects in order; part number = index + 1. */
  parts: readonly object[];
}

/** Splits a list into payloads that fit; at least one, as *none* is also something to say. */
export function documentOf<Item>(
  id: string,
  items: readonly Item[],
  payload: (items: Item[], place: { part: number; parts: number }) => object,
): Document {
  const lists = splitIntoParts(items);
  return { id, parts: lists.map((list, index) => payload(list, { part: index + 1, parts: lists.length })) };
}

/** Sends a document until every part is acknowledged; a newer document takes the older one's place. */
export interface Delivery {
  offer(document: Document): void;
  /** True when the part belongs to the present document and was not acknowledged before. */
  acknowledge(id: string, part: number): boolean;
  /** Sends again what was not acknowledged for `resendMs`. Called by the connection's tick. */
  resendDue(nowMonotonicMs: number): void;
  isDelivered(): boolean;
  clear(): void;
}

export function createDelivery(o: {
  publish: (part: object) => void;
  resendMs: number;
  nowMonotonicMs: () => number;
}): Delivery {
  let open: { id: string; parts: Map<number, { payload: object; sentAtMs: number }> } | null = null;
  return {
    offer({ id, parts }) {
      const sentAtMs = o.nowMonotonicMs();
      open = { id, parts: new Map(parts.map((payload, index) => [index + 1, { payload, sentAtMs }])) };
      for (const payload of parts) o.publish(payload);
    },
    acknowledge(id, part) {
      if (open?.id !== id || !open.parts.delete(part)) return false;
      if (open.parts.size === 0) open = null;
      return true;
    },
    resendDue(nowMonotonicMs) {
      for (const part of open?.parts.values() ?? []) {
        if (nowMonotonicMs - part.sentAtMs < o.resendMs) continue;
        part.sentAtMs = nowMonotonicMs;
        o.publish(part.payload);
      }
    },
    isDelivered: () => open === null,
    clear: () => {
      open = null;
    },
  };
}
