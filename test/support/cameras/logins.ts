import type { Counters } from './counters.js';
import type { Faults } from './faults.js';

/** The one login of a camera, and what it does about wrong ones. Shared by RTSP, HTTP and WS-Security. */
export interface Logins {
  username: string;
  password: string;
  /** Notes one request that named a login; false when it is refused, be it for a lock-out. */
  admit(isRight: boolean): boolean;
}

export function createLogins(options: {
  username: string;
  password: string;
  faults: Readonly<Faults>;
  counters: Counters;
  monotonicMs: () => number;
}): Logins {
  const { faults, counters, monotonicMs } = options;
  let failuresInARow = 0;
  let lockedUntilMs = -Infinity;
  return {
    username: options.username,
    password: options.password,
    admit(isRight) {
      if (!isRight) counters.failedLogins += 1;
      if (faults.lockOut && monotonicMs() < lockedUntilMs) {
        counters.lockedOutRequests += 1;
        return false;
      }
      if (isRight) {
        failuresInARow = 0;
        counters.authenticatedRequests += 1;
        return true;
      }
      failuresInARow += 1;
      if (faults.lockOut && failuresInARow >= faults.lockOut.failures) {
        failuresInARow = 0;
        lockedUntilMs = monotonicMs() + faults.lockOut.forMs;
      }
      return false;
    },
  };
}
