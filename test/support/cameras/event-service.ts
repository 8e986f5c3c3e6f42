import { servicePaths, type DeviceView } from './device-service.js';
import { sourceToken } from './media-service.js';
import { SoapFault, type Operation, type SoapRequest } from './soap.js';
import { escapeXml, textAt } from './xml.js';

/** Pull-point events of one camera (ONVIF Core §9; WS-BaseNotification). */
export interface Events {
  operations: Record<string, Operation>;
  subscriptions(): number;
  /** Tells every subscriber that motion on a channel begins or ends. */
  motion(channel: number, isMotion: boolean): void;
}

interface Subscription {
  expiresMs: number;
  waiting: string[];
  wake: () => void;
}

const subscriptionPath = '/onvif/subscription/';
const longestPullMs = 60_000;

export function createEvents(device: DeviceView, options: { subscriptionsMax: number }): Events {
  const subscriptions = new Map<string, Subscription>();
  let made = 0;

  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const times = (expiresMs: number) =>
    `<wsnt:CurrentTime>${time(device.cameraMs())}</wsnt:CurrentTime><wsnt:TerminationTime>${time(expiresMs)}</wsnt:TerminationTime>`;
  const dropExpired = () => {
    for (const [id, { expiresMs }] of subscriptions)
      if (expiresMs <= device.cameraMs()) subscriptions.delete(id);
  };
  const named = (request: SoapRequest): [string, Subscription] => {
    dropExpired();
    const id = request.path.slice(subscriptionPath.length);
    const subscription = subscriptions.get(id);
    if (!subscription) throw new SoapFault('Sender', ['ter:UnknownSubscription'], 'error', 400);
    return [id, subscription];
  };
  const until = (request: SoapRequest, name: string) =>
    device.cameraMs() + (durationMs(textAt(request.parameters, name)) ?? longestPullMs);

  const operations: Record<string, Operation> = {
    GetServiceCapabilities: () =>
      '<tev:GetServiceCapabilitiesResponse><tev:Capabilities WSPullPointSupport="true" MaxPullPoints="4"/></tev:GetServiceCapabilitiesResponse>',
    GetEventProperties: () =>
      '<tev:GetEventPropertiesResponse><tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet xmlns:wstop="http://docs.oasis-open.org/wsn/t-1"><tns1:VideoSource><MotionAlarm wstop:topic="true"/></tns1:VideoSource></wstop:TopicSet></tev:GetEventPropertiesResponse>',
    CreatePullPointSubscription: (request) => {
      dropExpired();
      if (subscriptions.size >= options.subscriptionsMax) {
        throw new SoapFault('Receiver', ['ter:Action', 'ter:MaxPullPoints'], 'No more pull points', 500);
      }
      made += 1;
      const expiresMs = until(request, 'InitialTerminationTime');
      subscriptions.set(String(made), { expiresMs, waiting: [], wake: () => {} });
      return `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>${escapeXml(`${device.origin()}${subscriptionPath}${made}`)}</wsa:Address></tev:SubscriptionReference>${times(expiresMs)}</tev:CreatePullPointSubscriptionResponse>`;
    },
    PullMessages: async (request) => {
      const [, subscription] = named(request);
      const waitMs = Math.min(
        durationMs(textAt(request.parameters, 'Timeout')) ?? longestPullMs,
        longestPullMs,
      );
      if (subscription.waiting.length === 0) await wakeOrTimeout(subscription, waitMs, request.signal);
      const limit = Number(textAt(request.parameters, 'MessageLimit') ?? 10) || 10;
      const messages = subscription.waiting.splice(0, limit);
      const header = times(subscription.expiresMs).replaceAll('wsnt:', 'tev:');
      return `<tev:PullMessagesResponse>${header}${messages.join('')}</tev:PullMessagesResponse>`;
    },
    SetSynchronizationPoint: (request) => {
      named(request);
      return '<tev:SetSynchronizationPointResponse/>';
    },
    Renew: (request) => {
      const [, subscription] = named(request);
      subscription.expiresMs = until(request, 'TerminationTime');
      return `<wsnt:RenewResponse>${times(subscription.expiresMs)}</wsnt:RenewResponse>`;
    },
    Unsubscribe: (request) => {
      const [id, subscription] = named(request);
      subscriptions.delete(id);
      subscription.wake();
      return '<wsnt:UnsubscribeResponse/>';
    },
  };

  return {
    operations,
    subscriptions: () => {
      dropExpired();
      return subscriptions.size;
    },
    motion(channel, isMotion) {
      const message = `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">tns1:VideoSource/MotionAlarm</wsnt:Topic><wsnt:ProducerReference><wsa:Address>${device.origin()}${servicePaths.tev}</wsa:Address></wsnt:ProducerReference><wsnt:Message><tt:Message UtcTime="${time(device.cameraMs())}" PropertyOperation="Changed"><tt:Source><tt:SimpleItem Name="Source" Value="${sourceToken(channel)}"/></tt:Source><tt:Data><tt:SimpleItem Name="State" Value="${isMotion}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;
      for (const subscription of subscriptions.values()) {
        subscription.waiting.push(message);
        subscription.wake();
      }
    },
  };
}

async function wakeOrTimeout(subscription: Subscription, waitMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    const wake = () => {
      clearTimeout(timer);
      resolve();
    };
    subscription.wake = wake;
    if (signal.aborted) wake();
    else signal.addEventListener('abort', wake, { once: true });
  });
}

/** Milliseconds of an xs:duration of days and below, e.g. `PT1M30S`; null when it is none. */
function durationMs(text: string | null): number | null {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text ?? '');
  if (!match) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1_000;
}
