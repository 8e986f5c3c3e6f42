import type { Clock } from '../clock.js';
import type { CameraConnection } from './connection.js';
import { headerOf, type Headers } from './wire.js';

/** RFC 2326 §12.37. */
export const defaultSessionTimeoutMs = 60_000;
const shortestPeriodMs = 500;

/** The camera's session as its `Session` header names it; null when the camera sends none (Q61). */
export function parseSession(headers: Headers): { id: string; timeoutMs: number } | null {
  const value = headerOf(headers, 'Session');
  const id = value?.split(';')[0]?.trim() ?? '';
  if (value === null || id === '') return null;
  const seconds = Number(/;\s*timeout\s*=\s*"?(\d{1,6})/i.exec(value)?.[1] ?? 0);
  return { id, timeoutMs: seconds > 0 ? seconds * 1_000 : defaultSessionTimeoutMs };
}

export interface KeepAliveOptions {
  connection: Pick<CameraConnection, 'send'>;
  clock: Clock;
  uri: string;
  sessionId: string | null;
  timeoutMs: number;
  /** The camera said it knows GET_PARAMETER. */
  knowsGetParameter: boolean;
  /** When the player last asked something itself, which keeps the session alive as well; monotonic ms. */
  lastRequestAtMs(): number;
  signal: AbortSignal;
}

/** Asks the camera something at half its session timeout, unless the player did; ends with `signal`. */
export async function keepAlive(options: KeepAliveOptions): Promise<void> {
  const { connection, clock, uri, sessionId, signal } = options;
  const periodMs = Math.max(shortestPeriodMs, options.timeoutMs / 2);
  const headers: Headers = sessionId === null ? [] : [['Session', sessionId]];
  let method = options.knowsGetParameter ? 'GET_PARAMETER' : 'OPTIONS';
  let askedAtMs = clock.monotonicMs();
  while (!signal.aborted) {
    const dueAtMs = Math.max(askedAtMs, options.lastRequestAtMs()) + periodMs;
    const pauseMs = dueAtMs - clock.monotonicMs();
    if (pauseMs > 0) {
      await clock.sleep(pauseMs, signal).catch(() => undefined);
      continue;
    }
    askedAtMs = clock.monotonicMs();
    connection.send({ method, uri, headers }, (answer) => {
      if (answer.ok && [405, 501, 551].includes(answer.response.status)) method = 'OPTIONS';
    });
  }
}
