/** What a camera has seen since it started; tests read it to see from outside what the agent did. */
export interface Counters {
  /** Requests with a wrong name or password. */
  failedLogins: number;
  /** Requests refused because of a lock-out, right password or not. */
  lockedOutRequests: number;
  authenticatedRequests: number;
  openRtspSessions: number;
  rtspSessionsStarted: number;
  rtspRequests: Record<string, number>;
  framesSent: number;
  soapRequests: Record<string, number>;
  snapshots: number;
  probesAnswered: number;
}

export function newCounters(): Counters {
  return {
    failedLogins: 0,
    lockedOutRequests: 0,
    authenticatedRequests: 0,
    openRtspSessions: 0,
    rtspSessionsStarted: 0,
    rtspRequests: {},
    framesSent: 0,
    soapRequests: {},
    snapshots: 0,
    probesAnswered: 0,
  };
}

export function countOne(tally: Record<string, number>, name: string): void {
  tally[name] = (tally[name] ?? 0) + 1;
}
