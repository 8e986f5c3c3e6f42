import type { Gaps } from '@gantry/protocol/messages.js';
import type { Log } from '../log.js';
import { createDelivery } from './delivery.js';

/** What one message tells; it fits in one payload. */
export type GapBatch = Omit<Gaps, 'session' | 'batchId'>;

export interface GapSource {
  /** What the registry has not acknowledged, as much as fits in one message; null when it knows all. */
  untold: () => Promise<GapBatch | null>;
  onTold: (batch: GapBatch) => Promise<void>;
  /** The batch may not have arrived. */
  onWithdrawn: (batch: GapBatch) => void;
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
  log: Log;
  resendMs: number;
  nowMonotonicMs: () => number;
}): GapReport {
  const delivery = createDelivery({
    publish: (message) => o.publish(message as Omit<Gaps, 'session'>),
    resendMs: o.resendMs,
    nowMonotonicMs: o.nowMonotonicMs,
  });
  let underWay: { batchId: string; batch: GapBatch } | null = null;
  let isAsking = false;
  let session = 0;

  const ask = async (): Promise<void> => {
    if (underWay !== null || isAsking) return;
    isAsking = true;
    const askedIn = session;
    try {
      const batch = await o.gaps.untold();
      if (batch === null) return;
      if (session !== askedIn) return o.gaps.onWithdrawn(batch);
      underWay = { batchId: o.newNonce(), batch };
      delivery.offer({ id: underWay.batchId, parts: [{ batchId: underWay.batchId, ...batch }] });
    } finally {
      isAsking = false;
    }
  };
  const tell = (): void => {
    ask().catch((error: unknown) => o.log.error({ err: error }, 'gaps cannot be told'));
  };
  return {
    tell,
    acknowledge(batchId) {
      if (underWay?.batchId !== batchId || !delivery.acknowledge(batchId, 1)) return;
      const { batch } = underWay;
      underWay = null;
      o.gaps.onTold(batch).then(tell, (error: unknown) => {
        o.log.error({ err: error }, 'gaps were told and cannot be struck out');
      });
    },
    resendDue: (nowMs) => delivery.resendDue(nowMs),
    clear() {
      session += 1;
      if (underWay) o.gaps.onWithdrawn(underWay.batch);
      underWay = null;
      delivery.clear();
    },
  };
}
