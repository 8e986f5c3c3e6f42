import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { startEvents, type EventOptions, type EventState } from '@gantry/agent/onvif/events.js';
import { readNotifications } from '@gantry/agent/onvif/notifications.js';
import { createSensors, eventTimeMs, type SensorEvent } from '@gantry/agent/onvif/sensors.js';
import { readSoapAnswer } from '@gantry/agent/onvif/soap.js';
import { managerUrls } from '@gantry/agent/onvif/subscription.js';
import { startVirtualSite } from '../../support/cameras/site.js';
import type { VirtualCameraOptions } from '../../support/cameras/camera-options.js';
import { sharedCameras } from '../../support/shared.js';
import { until } from '../../support/until.js';
import { steeredClock } from '../support/steered-clock.js';
import { envelope, fault, plainScript, startScriptedDevice, type Script } from './scripted-device.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Said {
  topic?: string;
  operation?: string;
  source?: string;
  data?: string;
  at?: string;
}
const item = (text: string) => {
  const [name = '', value = ''] = text.split('=');
  return `<tt:SimpleItem Name="${name}" Value="${value}"/>`;
};
const notification = ({
  topic = 'tns1:VideoSource/MotionAlarm',
  operation = 'Changed',
  source = 'Source=VideoSource_1',
  data = 'State=true',
  at = '2027-01-15T08:00:00Z',
}: Said) =>
  `<n:NotificationMessage><n:Topic>${topic}</n:Topic><n:Message><tt:Message UtcTime="${at}" PropertyOperation="${operation}">` +
  `<tt:Source>${item(source)}</tt:Source><tt:Data>${data === '' ? '' : item(data)}</tt:Data></tt:Message></n:Message></n:NotificationMessage>`;
const pulled = (...said: Said[]) =>
  envelope(`<PullMessagesResponse>${said.map(notification).join('')}</PullMessagesResponse>`);
const readingsIn = (text: string) => {
  const soap = readSoapAnswer('PullMessages', 200, Buffer.from(text));
  if (soap.kind !== 'response') throw new Error(soap.detail);
  return readNotifications(soap.element);
};

describe('a notification', () => {
  it.each<[string, Said, [string, string] | null]>([
    ['of a motion alarm', {}, ['motion', 'active']],
    ['of its end', { data: 'State=false' }, ['motion', 'inactive']],
    [
      'of cell motion',
      { topic: 'tns1:RuleEngine/CellMotionDetector/Motion', data: 'IsMotion=1' },
      ['motion', 'active'],
    ],
    ['with a topic as in a filter', { topic: 'tns1:VideoSource/MotionAlarm/.' }, ['motion', 'active']],
    ['with a prefix on every part', { topic: 'a:VideoSource/a:MotionAlarm' }, ['motion', 'active']],
    ['of how things stood', { operation: 'Initialized' }, null],
    ['of a sensor that is gone', { operation: 'Deleted' }, ['motion', 'inactive']],
    [
      'of tampering',
      { topic: 'tns1:RuleEngine/TamperDetector/Tamper', data: 'IsTamper=true' },
      ['tamper', 'active'],
    ],
    [
      'of a changed scene',
      { topic: 'tns1:VideoSource/GlobalSceneChange/ImagingService' },
      ['tamper', 'active'],
    ],
    [
      'of an input',
      { topic: 'tns1:Device/Trigger/DigitalInput', source: 'InputToken=1', data: 'LogicalState=false' },
      ['digital_input', 'inactive'],
    ],
    [
      'of a crossed line',
      { topic: 'tns1:RuleEngine/LineDetector/Crossed', data: 'ObjectId=7' },
      ['line_crossing', 'pulse'],
    ],
    [
      'of a relay, which is no sensor',
      { topic: 'tns1:Device/Trigger/Relay', data: 'LogicalState=active' },
      null,
    ],
    ['of a processor', { topic: 'tns1:Monitoring/ProcessorUsage', data: 'Value=0.44' }, null],
    ['without a topic', { topic: '' }, null],
  ])('%s', (_what, said, expected) => {
    const [reading] = readingsIn(pulled(said));
    expect(reading === undefined ? null : [reading.kind, reading.state]).toEqual(expected);
  });

  it('with an unreadable time has none (Q37)', () => {
    expect(readingsIn(pulled({ at: '2024-08-17-12:30:45Z' }))[0]?.cameraTimeMs).toBeNull();
  });

  const shared = sharedCameras();
  it.skipIf(shared === null).each(['hikvision/DS-2CD2012-I', 'pelco/D6230L'])(
    'of %s as recorded tells only how things stood (../shared/cameras; skipped where absent)',
    (camera) => {
      expect(
        readingsIn(readFileSync(`${shared}/soap/${camera}/events/PullMessages.Response.xml`, 'utf8')),
      ).toEqual([]);
    },
  );
});

describe('sensors', () => {
  const rig = (channels = [{ channel: 1, sourceToken: 'VideoSource_1' }]) => {
    const clock = steeredClock(Date.parse('2027-01-15T08:00:00Z'));
    const events: SensorEvent[] = [];
    const sensors = createSensors({ channels, onEvent: (event) => events.push(event), clock });
    closers.push(() => Promise.resolve(sensors.close()));
    const take = (...said: Said[]) => {
      for (const reading of readingsIn(pulled(...said))) sensors.take(reading, 0);
    };
    return { clock, events, take };
  };
  const brief = (events: SensorEvent[]) => events.map(({ kind, active, channel }) => [kind, active, channel]);

  it('tell starts and ends once, however often the camera repeats them', () => {
    const { events, take } = rig();
    take({}, {}, { data: 'State=false' }, { data: 'State=false' });
    expect(brief(events)).toEqual([
      ['motion', true, 1],
      ['motion', false, 1],
    ]);
  });

  it('end a motion by themselves 30 s after it was last told', async () => {
    const { clock, events, take } = rig();
    take({});
    await clock.advance(20_000);
    take({});
    await clock.advance(29_000);
    expect(events).toHaveLength(1);
    await clock.advance(1_000);
    expect(events[1]).toEqual({ kind: 'motion', active: false, channel: 1, atMs: clock.wallMs() });
  });

  it('leave an input as it is until the camera says otherwise', async () => {
    const { clock, events, take } = rig();
    take({ topic: 'tns1:Device/Trigger/DigitalInput', data: 'LogicalState=true' });
    await clock.advance(86_400_000);
    expect(brief(events)).toEqual([['digital_input', true, 1]]);
  });

  it('are told apart by source, and know the channel of a recorder by its token', () => {
    const { events, take } = rig([
      { channel: 1, sourceToken: 'A' },
      { channel: 2, sourceToken: 'B' },
    ]);
    take({ source: 'Source=B' }, { source: 'VideoSourceToken=A' }, { source: 'Rule=x' });
    expect(brief(events)).toEqual([
      ['motion', true, 2],
      ['motion', true, 1],
      ['motion', true, null],
    ]);
  });

  it.each([
    [1_000_000, 0, 1_000_000, 1_000_000],
    [3_600_995_000, 3_600_000_000, 1_000_000, 995_000],
    [995_000, 5_000, 1_000_000, 990_000],
    [1, 0, 1_000_000, 1_000_000],
    [1_030_000, 0, 1_000_000, 1_000_000],
    [null, 0, 1_000_000, 1_000_000],
  ])('put camera time %s, ahead by %s, at %s on our clock: %s', (cameraMs, offsetMs, nowMs, expected) => {
    expect(eventTimeMs(cameraMs, offsetMs, nowMs)).toBe(expected);
  });
});

describe('where a subscription is asked (Q71)', () => {
  it.each([
    [
      'http://10.10.1.65/onvif/Events/PullSubManager_1',
      ['http://10.0.0.5/onvif/Events/PullSubManager_1', 'http://10.0.0.5:8000/onvif/Events/PullSubManager_1'],
    ],
    [
      'http://192.168.1.99:1025/event-1025_1025',
      ['http://10.0.0.5:1025/event-1025_1025', 'http://10.0.0.5:8000/event-1025_1025'],
    ],
    ['http://10.0.0.5:8000/sub?id=urn:uuid:1', ['http://10.0.0.5:8000/sub?id=urn:uuid:1']],
    ['nonsense', ['http://10.0.0.5:8000/onvif/events']],
  ])('%s', (named, urls) => {
    expect(managerUrls(named, 'http://10.0.0.5:8000/onvif/events', '10.0.0.5')).toEqual(urls);
  });
});

function listen(given: Partial<EventOptions> & Pick<EventOptions, 'urls' | 'address'>) {
  const events: SensorEvent[] = [];
  const states: EventState[] = [];
  const stream = startEvents({
    credentials: null,
    mayConnect: () => true,
    channels: [{ channel: 1, sourceToken: 'VideoSource_1' }],
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    timeoutMs: 2_000,
    clock: systemClock,
    random: () => 0.5,
    log: createLog({ level: 'silent' }),
    ...given,
  });
  closers.push(() => stream.close());
  return { stream, events, states };
}

describe('the events of a real camera', () => {
  async function camera(network: string, given: Partial<VirtualCameraOptions> = {}) {
    const site = await startVirtualSite({ network, cameras: 1, seed: network, each: given });
    closers.push(() => site.close());
    const [one] = site.cameras;
    if (!one?.onvifUrl) throw new Error('no camera');
    return { one, urls: [one.onvifUrl], address: one.address };
  }

  it('arrive as they happen, whatever host the camera names, and its slot is free afterwards (Q70, Q71)', async () => {
    const { one, ...at } = await camera('127.0.52', { pullPointsMax: 1 });
    one.faults.lieAboutHost('192.168.1.99');
    const credentials = { username: one.username, password: one.password };
    const first = listen({ ...at, credentials });
    await until(() => first.states[0]?.kind === 'subscribed', { what: 'a subscription' });
    one.motion(1, true);
    await until(() => first.events.length === 1, { what: 'the start' });
    one.motion(1, false);
    await until(() => first.events.length === 2, { what: 'the end' });
    expect(first.events).toMatchObject([
      { kind: 'motion', active: true, channel: 1 },
      { kind: 'motion', active: false, channel: 1 },
    ]);
    await first.stream.close();
    const second = listen({ ...at, credentials });
    await until(() => second.states[0]?.kind === 'subscribed', { what: 'the only slot again' });
  });

  it('end for good when the login is refused, after one attempt (Q43)', async () => {
    const { one, ...at } = await camera('127.0.53');
    const { states } = listen({ ...at, credentials: { username: one.username, password: 'wrong' } });
    await until(() => states.length > 0, { what: 'a verdict' });
    expect(states).toMatchObject([{ kind: 'unauthorized' }]);
    expect(one.counters.failedLogins).toBe(1);
  });
});

describe('the events of a difficult camera', () => {
  const services = (xaddr: string) =>
    envelope(
      '<GetServicesResponse><Service><Namespace>http://www.onvif.org/ver10/events/wsdl</Namespace>' +
        `<XAddr>${xaddr}</XAddr></Service></GetServicesResponse>`,
    );
  const subscription = (url: string) =>
    envelope(
      `<CreatePullPointSubscriptionResponse><SubscriptionReference><wsa:Address>${url}</wsa:Address></SubscriptionReference>` +
        '<CurrentTime>2018-02-27T18:34:42Z</CurrentTime><TerminationTime>2018-02-27T18:35:42Z</TerminationTime>' +
        '</CreatePullPointSubscriptionResponse>',
    );

  /** The event service must have an address: the device learns its own only once it runs. */
  async function difficult(given: Script) {
    const script: Script = { ...plainScript(), ...given };
    const device = await startScriptedDevice(script);
    closers.push(() => device.close());
    const xaddr = device.url.replace('device_service', 'events');
    script.GetServices = services(xaddr);
    script.CreatePullPointSubscription ??= subscription(xaddr);
    return { device, at: { urls: [device.url], address: '127.0.0.1' } };
  }
  const count = (asked: string[], operation: string) => asked.filter((one) => one === operation).length;

  it('that answers every pull with a fault, are asked for ever more seldom (Q72)', async () => {
    const { device, at } = await difficult({
      PullMessages: { status: 400, body: fault('ter:UnknownSubscription', 'error') },
    });
    const clock = steeredClock();
    const { states } = listen({ ...at, clock });
    const pauses = () => states.flatMap((state) => (state.kind === 'waiting' ? [state.pauseMs] : []));
    for (let round = 1; round <= 8; round += 1) {
      await until(() => pauses().length === round, { what: `loss ${round}` });
      await clock.advance(pauses().at(-1) ?? 0);
    }
    expect(pauses()).toEqual([3_750, 7_500, 15_000, 30_000, 60_000, 120_000, 225_000, 225_000]);
    expect(count(device.asked, 'CreatePullPointSubscription')).toBeLessThanOrEqual(9);
  });

  it('that cuts long pulls, are pulled in short ones', async () => {
    const clock = steeredClock();
    const timeouts: string[] = [];
    const { at } = await difficult({
      PullMessages: (request, http) => {
        timeouts.push(/<Timeout>(\w+)</.exec(request)?.[1] ?? '');
        if (timeouts.length > 1) return null;
        void clock.advance(10_000);
        http.socket.destroy();
        return null;
      },
    });
    const { states } = listen({ ...at, clock });
    await until(() => states.some(({ kind }) => kind === 'waiting'), { what: 'the loss' });
    await clock.advance(10_000);
    await until(() => timeouts.length === 2, { what: 'the next pull' });
    expect(timeouts).toEqual(['PT48S', 'PT5S']);
  });

  it('that grants a minute, with a prefix it never declared, is renewed before the minute is over (Q41)', async () => {
    const clock = steeredClock();
    const { device, at } = await difficult({
      PullMessages: () => {
        void clock.advance(25_000);
        return pulled({ topic: 'tns1:Monitoring/ProcessorUsage' });
      },
      Renew: envelope('<RenewResponse/>'),
    });
    const { stream } = listen({ ...at, clock });
    await until(() => device.asked.includes('Renew'), { what: 'a renewal' });
    await stream.close();
    expect(device.asked.slice(0, device.asked.indexOf('Renew')).slice(-2)).toEqual([
      'PullMessages',
      'PullMessages',
    ]);
  });

  it('that has none, is asked once', async () => {
    const device = await startScriptedDevice({ ...plainScript() });
    closers.push(() => device.close());
    const { states } = listen({ urls: [device.url], address: '127.0.0.1' });
    await until(() => states.length > 0, { what: 'a verdict' });
    expect(states).toEqual([{ kind: 'unsupported', detail: 'The camera offers no events.' }]);
  });
});
