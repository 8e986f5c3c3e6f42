import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGathering } from '@gantry/agent/discovery/gathering.js';
import { mergeSightings } from '@gantry/agent/discovery/merge.js';
import { bareSighting, type FoundDevice, type Sighting } from '@gantry/agent/discovery/sighting.js';

const seen = (address: string, facts: Partial<Sighting> = {}): Sighting => ({
  ...bareSighting('ws-discovery', address),
  ...facts,
});
const url = (address: string, port = 80) =>
  `http://${address}${port === 80 ? '' : `:${port}`}/onvif/device_service`;
const a = '10.0.0.1';
const b = '10.0.0.2';

const summary = (sightings: Sighting[]) =>
  mergeSightings(sightings).map((device) => [
    device.address,
    device.endpoint,
    device.sources.join('+'),
    device.rtspPorts,
  ]);

describe('merging sightings', () => {
  it.each<[string, Sighting[], unknown[]]>([
    ['nothing is no device', [], []],
    [
      'two interfaces that hear one device make one',
      [seen(a, { endpoint: 'x' }), seen(a, { endpoint: 'x', onvifUrls: [url(a)] })],
      [[a, 'x', 'ws-discovery', []]],
    ],
    [
      'answers that come twice and differ in their addresses make one (Q10)',
      [
        seen(a, { endpoint: 'x', onvifUrls: [url(a)] }),
        seen(a, { endpoint: 'x', onvifUrls: [`http://${a}:2020/x`] }),
      ],
      [[a, 'x', 'ws-discovery', []]],
    ],
    [
      'sweep and discovery of one address make one',
      [seen(a, { source: 'sweep', rtspPorts: [554] }), seen(a, { endpoint: 'x', onvifUrls: [url(a)] })],
      [[a, 'x', 'ws-discovery+sweep', [554]]],
    ],
    [
      'one endpoint at two addresses makes two without it (Q04)',
      [seen(a, { endpoint: 'x' }), seen(b, { endpoint: 'x' })],
      [
        [a, null, 'ws-discovery', []],
        [b, null, 'ws-discovery', []],
      ],
    ],
    [
      'an endpoint that changes from answer to answer is none (Q05)',
      [seen(a, { endpoint: 'x', onvifUrls: [url(a)] }), seen(a, { endpoint: 'y', onvifUrls: [url(a)] })],
      [[a, null, 'ws-discovery', []]],
    ],
    [
      'two devices behind one address with forwarded ports stay two',
      [
        seen(a, { endpoint: 'x', onvifUrls: [url(a, 8001)] }),
        seen(a, { endpoint: 'y', onvifUrls: [url(a, 8002)] }),
        seen(a, { source: 'sweep', onvifUrls: [url(a, 8002)] }),
      ],
      [
        [a, 'x', 'ws-discovery', []],
        [a, 'y', 'ws-discovery+sweep', []],
      ],
    ],
    [
      'an RTSP port beside two devices at one address belongs to neither',
      [
        seen(a, { endpoint: 'x', onvifUrls: [url(a, 8001)] }),
        seen(a, { endpoint: 'y', onvifUrls: [url(a, 8002)] }),
        seen(a, { source: 'sweep', rtspPorts: [554] }),
      ],
      [
        [a, null, 'sweep', [554]],
        [a, 'x', 'ws-discovery', []],
        [a, 'y', 'ws-discovery', []],
      ],
    ],
    [
      'several RTSP ports of one address are one device, in order',
      [seen(a, { source: 'sweep', rtspPorts: [8554] }), seen(a, { source: 'manual', rtspPorts: [554] })],
      [[a, null, 'sweep+manual', [554, 8554]]],
    ],
  ])('%s', (_what, sightings, expected) => {
    expect(summary(sightings)).toEqual(expected);
  });

  it('tries what a device announced before the usual place, and all usual places when it announced nothing (Q08, Q12)', () => {
    expect(mergeSightings([seen(a, { onvifUrls: [`http://${a}:2020/x`] })])[0]?.onvifUrls).toEqual([
      `http://${a}:2020/x`,
      url(a),
    ]);
    expect(mergeSightings([seen(a, { endpoint: 'x' })])[0]?.onvifUrls).toEqual(
      [80, 8000, 8080, 8899, 2020].map((port) => url(a, port)),
    );
    expect(mergeSightings([seen(a, { source: 'sweep', rtspPorts: [554] })])[0]?.onvifUrls).toEqual([]);
  });

  it('gives the same devices whatever the order of the sightings (property)', () => {
    const sighting = fc.record({
      source: fc.constantFrom('ws-discovery' as const, 'sweep' as const, 'manual' as const),
      address: fc.constantFrom(a, b, '10.0.0.3'),
      endpoint: fc.constantFrom(null, 'x', 'y', 'z'),
      port: fc.constantFrom(null, 80, 8001, 8002),
      rtspPorts: fc.constantFrom<number[]>([], [554], [8554]),
    });
    const identity = (device: FoundDevice) =>
      JSON.stringify([
        device.address,
        device.endpoint,
        device.onvifUrls.toSorted(),
        device.rtspPorts,
        device.sources,
      ]);
    fc.assert(
      fc.property(fc.array(sighting, { maxLength: 8 }), fc.nat(), (given, turn) => {
        const sightings = given.map(({ port, ...facts }) =>
          seen(facts.address, { ...facts, onvifUrls: port === null ? [] : [url(facts.address, port)] }),
        );
        const at = sightings.length === 0 ? 0 : turn % sightings.length;
        const turned = [...sightings.slice(at), ...sightings.slice(0, at)].toReversed();
        const devices = mergeSightings(sightings);
        expect(mergeSightings(turned).map(identity).toSorted()).toEqual(devices.map(identity).toSorted());
        const endpoints = devices.flatMap(({ endpoint }) => endpoint ?? []);
        expect(new Set(endpoints).size).toBe(endpoints.length);
      }),
    );
  });
});

describe('gathering sightings as they come', () => {
  it('tells of a device when it appears and when more is known, and of nothing twice', () => {
    const told: FoundDevice[] = [];
    const gathering = createGathering((device) => told.push(device));
    gathering.add(seen(a, { endpoint: 'x' }));
    gathering.add(seen(a, { endpoint: 'x' }));
    gathering.add(seen(a, { source: 'sweep', rtspPorts: [554] }));
    gathering.addMacs(
      new Map([
        [a, '00005e000001'],
        [b, '00005e000002'],
      ]),
    );
    expect(told.map(({ rtspPorts, mac }) => [rtspPorts, mac])).toEqual([
      [[], null],
      [[554], null],
      [[554], '00005e000001'],
    ]);
    expect(gathering.devices()).toEqual(told.slice(-1));
  });

  it('takes an endpoint back when a second address shows it (Q04)', () => {
    const told: [string, string | null][] = [];
    const gathering = createGathering(({ address, endpoint }) => told.push([address, endpoint]));
    gathering.add(seen(a, { endpoint: 'x' }));
    gathering.add(seen(b, { endpoint: 'x' }));
    expect(told).toEqual([
      [a, 'x'],
      [a, null],
      [b, null],
    ]);
  });

  it('ends at the same devices as merging all at once', () => {
    const sightings = [
      seen(a, { endpoint: 'x', name: 'n' }),
      seen(b, { endpoint: 'x' }),
      seen(b, { source: 'sweep', rtspPorts: [554], rtspServer: 's' }),
    ];
    const gathering = createGathering(() => undefined);
    for (const sighting of sightings) gathering.add(sighting);
    expect(gathering.devices()).toEqual(mergeSightings(sightings));
  });

  it('keeps a bounded number of what a forger sends', () => {
    const gathering = createGathering(() => undefined);
    for (let i = 0; i < 1_000; i += 1) gathering.add(seen(a, { name: `n${i}` }));
    expect(gathering.devices()).toHaveLength(1);
  });
});
