import { childAt, descendantsNamed, textAt, type XmlElement } from '../xml.js';

export type SensorKind = 'motion' | 'tamper' | 'digital_input' | 'line_crossing';

/** What one notification says of one sensor. */
export interface SensorReading {
  kind: SensorKind;
  /** `pulse`: it happened; no end will be told. */
  state: 'active' | 'inactive' | 'pulse';
  /** Tells the sensors of a device apart: topic and source. */
  sensor: string;
  /** Tokens among which the video source may be. */
  sourceTokens: string[];
  /** Camera time, epoch ms; null when unreadable (Q37). */
  cameraTimeMs: number | null;
}

/** One answer's notifications beyond these are left out: a storm of events says no more. */
const maxNotifications = 256;

/**
 * The sensors' readings in a PullMessagesResponse, in order. `Initialized` tells how things stood when the subscription
 * began, which is not a start of anything (field notes, ONVIF): it is left out. Pure.
 */
export function readNotifications(response: XmlElement): SensorReading[] {
  return descendantsNamed(response, 'NotificationMessage')
    .slice(0, maxNotifications)
    .flatMap((message) => readNotification(message) ?? []);
}

function readNotification(notification: XmlElement): SensorReading | null {
  const topic = bareTopic(textAt(notification, 'Topic') ?? '');
  const kind = kindOf(topic);
  const message = childAt(notification, 'Message', 'Message') ?? childAt(notification, 'Message');
  if (kind === null || message === null) return null;
  const operation = message.attributes.PropertyOperation ?? '';
  if (operation === 'Initialized') return null;
  const items = (part: string) =>
    descendantsNamed(childAt(message, part), 'SimpleItem').map(({ attributes }) => ({
      name: attributes.Name ?? '',
      value: attributes.Value ?? '',
    }));
  const source = items('Source');
  const said = items('Data')
    .find(({ name }) => stateNames.test(name))
    ?.value.toLowerCase();
  const timeMs = Date.parse(message.attributes.UtcTime ?? '');
  return {
    kind,
    state: operation === 'Deleted' ? 'inactive' : stateOf(said),
    sensor: JSON.stringify([topic, source.map(({ name, value }) => `${name}=${value}`).toSorted()]).slice(
      0,
      500,
    ),
    sourceTokens: source.map(({ value }) => value),
    cameraTimeMs: Number.isNaN(timeMs) ? null : timeMs,
  };
}

/** Without prefixes, and without the `/.` some cameras copy from a topic filter (field notes, ONVIF). */
const bareTopic = (text: string): string =>
  text
    .trim()
    .split('/')
    .map((part) => part.slice(part.indexOf(':') + 1))
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/** Topics of the ONVIF namespace (Core §9.11, Analytics Annex A, Imaging, DeviceIO) and of makers that follow its names. */
const topics: readonly [RegExp, SensorKind][] = [
  [/^VideoSource\/MotionAlarm$/, 'motion'],
  [/^RuleEngine\/(?:CellMotionDetector|MotionRegionDetector)\/Motion$/, 'motion'],
  [/^VideoAnalytics\/Motion(?:Detection)?$/, 'motion'],
  [/^VideoSource\/GlobalSceneChange(?:\/\w+)?$/, 'tamper'],
  [/^RuleEngine\/TamperDetector\/Tamper$/, 'tamper'],
  [/^Device\/Trigger\/DigitalInput$/, 'digital_input'],
  [/^RuleEngine\/LineDetector\/Crossed$/, 'line_crossing'],
];

const kindOf = (topic: string): SensorKind | null =>
  topics.find(([pattern]) => pattern.test(topic))?.[1] ?? null;

const stateNames = /^(?:State|IsMotion|IsTamper|LogicalState|IsCrossed|active)$/i;

const stateOf = (said: string | undefined): SensorReading['state'] => {
  if (said === undefined) return 'pulse';
  return ['true', '1', 'active', 'on'].includes(said) ? 'active' : 'inactive';
};
