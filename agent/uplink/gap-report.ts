import type { Gaps } from '@gantry/protocol/messages.js';
import { createDelivery } from './delivery.js';

/** What one message tells; it fits in one payload. */
export type GapBatch = Omit<Gaps, 'session' | 'batchId'>;

export interface GapSource {
  /** What the registry has not acknowledged, as much as fits in one message; null when it knows all. */
  untold: () => GapBatch | null;
  onTold: (batch: GapBatch) => void;
}

/** Tells the registry of gaps, batch after batch, each until it is acknowledged. */
export interface GapReport {
  /** There may be something to tell. */
  tell(): void;
  acknowledge(batchId: string): void;
  resendDue(nowMonotonicMs: number): void;
  /** The connection is new: what was under way is asked for anew. */
  clear(): void;
}

export function createGapReport(o: {
  gaps: GapSource;
  publish: (message: Omit<Gaps, 'session'>) => void;
  newNonce: () => string;
  resendMs: number;
  nowMonotonicMs: () => number;
}): GapReport {
  const delivery = createDelivery({
    publish: (message) => o.publish(message as Omit<Gaps, 'session'>),
    resendMs: o.resendMs,
    nowMonotonicMs: o.nowMonotonicMs,
  });
  let underWay: { batchId: string; batch: GapBatch } | null = null;

  const tell = (): void => {
    if (underWay !== null) return;
    const batch = o.gaps.untold();
    if (batch === null) return;
    underWay = { batchId: o.newNonce(), batch };
    delivery.offer({ id: underWay.batchId, parts: [{ batchId: underWay.batchId, ...batch }] });
  };
  return {
    tell,
    acknowledge(batchId) {
      if (underWay?.batchId !== batchId || !delivery.acknowledge(batchId, 1)) return;
      const { batch } = underWay;
      underWay = null;
      o.gaps.onTold(batch);
      tell();
    },
    resendDue: (nowMs) => delivery.resendDue(nowMs),
    clear() {
      underWay = null;
      delivery.clear();
    },
  };
}
