/** Resolves after `durationMs`, or rejects with the signal's reason. */
export const pause = (durationMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, durationMs);
    signal.addEventListener('abort', end, { once: true });
  });

/** Resolves with the next event of this name, or rejects with the signal's reason. */
export const nextEvent = (target: EventTarget, name: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const end = () => {
      target.removeEventListener(name, arrived);
      reject(signal.reason as Error);
    };
    const arrived = () => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    target.addEventListener(name, arrived, { once: true });
    signal.addEventListener('abort', end, { once: true });
  });
