import { atAnsweringAddress } from '../answering-address.js';
import type { Clock } from '../clock.js';
import { textAt, type XmlElement } from '../xml.js';
import { createPullPoint, pullMessages, renew, unsubscribe } from './event-requests.js';
import { readNotifications, type SensorReading } from './notifications.js';
import type { OnvifRequest } from './requests.js';
import type { CallResult, Session } from './session.js';

/** Asked for; cameras grant less (60 s and 90 s in the recordings). */
const lifetimeMs = 600_000;
/** Share of the granted time after which a subscription is renewed (field notes, ONVIF). */
const renewAfter = 0.8;
/** How much longer than the pull itself its answer is waited for. */
const pullGraceMs = 20_000;
/** For cameras that cut connections after 10 s (field notes, ONVIF). */
export const shortPullMs = 5_000;

export type PullOutcome =
  | { kind: 'readings'; readings: SensorReading[] }
  | { kind: 'unauthorized'; detail: string }
  /** No answer, or the camera knows this subscription no longer. */
  | { kind: 'lost'; detail: string };

/** A pull point at a camera. One call at a time. */
export interface Subscription {
  /** Waits for events at most `pullMs`; renews the subscription when it is time. */
  pull(pullMs: number): Promise<PullOutcome>;
  /** Frees the camera's slot, in a session of its own: that of the pulls may be stopped by now. Never rejects. */
  end(session: Session): Promise<void>;
}

/**
 * Makes a pull point. The camera may name another host, port or path for it (Q71): the host is the one that answers, and
 * where nobody listens at that port, the port of the event service is tried.
 */
export async function subscribe(
  session: Session,
  o: { serviceUrl: string; address: string; clock: Clock },
): Promise<{ kind: 'subscription'; subscription: Subscription } | Exclude<CallResult, { kind: 'response' }>> {
  const made = await session.call(o.serviceUrl, createPullPoint(o.serviceUrl, lifetimeMs));
  if (made.kind !== 'response') return made;
  const named = textAt(made.element, 'SubscriptionReference', 'Address') ?? o.serviceUrl;
  const places = managerUrls(named, o.serviceUrl, o.address);
  let renewAtMs = o.clock.monotonicMs() + grantedMs(made.element) * renewAfter;

  const ask = async (make: (url: string) => OnvifRequest, timeoutMs?: number): Promise<CallResult> => {
    const [url = o.serviceUrl, other] = places;
    const result = await session.call(url, make(url), timeoutMs);
    if (result.kind !== 'unreachable' || other === undefined) {
      // Who answers is asked from now on.
      if (result.kind === 'response') places.length = 1;
      return result;
    }
    places.shift();
    return session.call(other, make(other), timeoutMs);
  };
  return {
    kind: 'subscription',
    subscription: {
      pull: async (pullMs) => {
        if (o.clock.monotonicMs() >= renewAtMs) {
          const renewed = await ask((url) => renew(url, lifetimeMs));
          if (renewed.kind !== 'response') return lossOf(renewed);
          renewAtMs = o.clock.monotonicMs() + grantedMs(renewed.element) * renewAfter;
        }
        const leftMs = Math.max(1_000, renewAtMs - o.clock.monotonicMs());
        const waitMs = Math.min(pullMs, leftMs);
        const pulled = await ask((url) => pullMessages(url, waitMs), waitMs + pullGraceMs);
        return pulled.kind === 'response'
          ? { kind: 'readings', readings: readNotifications(pulled.element) }
          : lossOf(pulled);
      },
      end: async (closing) => {
        const [url = o.serviceUrl] = places;
        await closing.call(url, unsubscribe(url));
      },
    },
  };
}

const lossOf = (result: Exclude<CallResult, { kind: 'response' }>): PullOutcome =>
  result.kind === 'unauthorized'
    ? { kind: 'unauthorized', detail: result.detail }
    : { kind: 'lost', detail: result.detail };

/** What the camera named, at the host that answers; then the same at the event service's port. Pure. */
export function managerUrls(named: string, serviceUrl: string, address: string): string[] {
  const corrected = atAnsweringAddress(named, address, ['http', 'https'])?.url;
  if (corrected === undefined) return [serviceUrl];
  const service = new URL(serviceUrl);
  const moved = URL.canParse(corrected) ? new URL(corrected) : service;
  const fallback = new URL(moved.pathname + moved.search, service).href;
  return [...new Set([corrected, fallback])];
}

/** Granted lifetime by the camera's own two times, so that a wrong clock does not matter; as asked where unreadable (Q37). */
function grantedMs(response: XmlElement): number {
  const now = Date.parse(textAt(response, 'CurrentTime') ?? '');
  const end = Date.parse(textAt(response, 'TerminationTime') ?? '');
  const granted = end - now;
  return granted >= 5_000 && granted <= lifetimeMs ? granted : lifetimeMs;
}
