import type { Log } from './log.js';

/** What was started, closed in reverse order; one that fails to close does not keep the others open. */
export interface Closing {
  add(what: string, close: () => Promise<unknown> | void): void;
  close(): Promise<void>;
}

export function createClosing(log: Log): Closing {
  const steps: { what: string; close: () => Promise<unknown> | void }[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    for (const step of steps.splice(0).reverse()) {
      try {
        await step.close();
      } catch (error) {
        log.warn({ err: error }, `${step.what} did not close in order`);
      }
    }
  };
  return {
    add: (what, close) => void steps.push({ what, close }),
    close: () => (closing ??= closeAll()),
  };
}
