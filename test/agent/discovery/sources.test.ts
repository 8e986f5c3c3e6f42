import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { makerOfMac, makerPrefixes } from '@gantry/agent/discovery/makers.js';
import { readAnswer } from '@gantry/agent/discovery/mdns.js';
import { createPresence, parsePresence } from '@gantry/agent/discovery/neighbours.js';
import { scan, type ScanOptions } from '@gantry/agent/discovery/scan.js';
import { createSlots } from '@gantry/agent/discovery/slots.js';
import { readSearchAnswer } from '@gantry/agent/discovery/ssdp.js';
import { fingerprintRtsp } from '@gantry/agent/rtsp/fingerprint.js';
import { createLog } from '@gantry/agent/log.js';
import { startVirtualSite } from '../../support/cameras/site.js';
import { sharedCameras } from '../../support/shared.js';
import { serviceAnswer, startAnswering } from './announcing.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const search = (given: Partial<ScanOptions> & { ranges: readonly string[] }) =>
  scan({
    sweep: false,
    timeoutMs: 600,
    signal: new AbortController().signal,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    fingerprintRtsp,
    onFound: () => undefined,
    ...given,
  });

async function oneCamera(network: string) {
  const site = await startVirtualSite({ network, cameras: 1, seed: network, each: { kind: 'generic' } });
  closers.push(() => site.close());
  const [camera] = site.cameras;
  if (camera === undefined) throw new Error('no camera');
  return camera;
}

describe('a search without a sweep', () => {
  it('finds a camera that only multicast DNS names, at a port nobody would try', async () => {
    const camera = await oneCamera('127.0.45');
    const answer = (service: string, port: number) =>
      serviceAnswer({ service, name: 'Gate camera', port, text: 'macaddress=ACCC8E112233' });
    const announcer = await startAnswering({
      group: '224.0.0.251',
      port: 5353,
      address: camera.address,
      answers: () => [
        Buffer.from('garbage'),
        answer('_rtsp._tcp', camera.rtspPort),
        answer('_axis-video._tcp', 80),
      ],
    });
    closers.push(() => announcer.close());
    const report = await search({ ranges: ['127.0.45.0/24'], hostLimit: 1, httpPorts: [], rtspPorts: [9] });
    expect(report.devices).toMatchObject([
      {
        address: camera.address,
        sources: ['mdns'],
        rtspPorts: [camera.rtspPort],
        name: 'Gate camera',
        mac: 'accc8e112233',
        maker: 'Axis',
      },
    ]);
    expect(report.scanned).toContainEqual({
      what: 'announced',
      detail: '1 hosts by multicast DNS or SSDP',
    });
  });

  it('finds a camera that only SSDP names, and asks nobody outside the ranges', async () => {
    const camera = await oneCamera('127.0.46');
    const stranger = await oneCamera('127.0.47');
    const reply = (server: string) =>
      Buffer.from(
        `HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nSERVER: ${server}\r\nLOCATION: http://127.0.47.1/\r\n\r\n`,
      );
    for (const address of [camera.address, stranger.address]) {
      const announcer = await startAnswering({
        group: '239.255.255.250',
        port: 1900,
        address,
        answers: () => [reply('Linux UPnP/1.0 IP Camera')],
      });
      closers.push(() => announcer.close());
    }
    const report = await search({
      ranges: ['127.0.46.0/24'],
      hostLimit: 1,
      httpPorts: [],
      rtspPorts: [camera.rtspPort, stranger.rtspPort],
    });
    expect(report.devices).toMatchObject([
      { address: camera.address, sources: ['ssdp'], rtspPorts: [camera.rtspPort] },
    ]);
    expect(stranger.counters.rtspRequests).toEqual({});
  });

  it('asks a camera that leaves out its addresses for them (Q08)', async () => {
    const socket = createSocket('udp4');
    closers.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
    const reference = '<w:EndpointReference><w:Address>urn:uuid:ABC-1</w:Address></w:EndpointReference>';
    const types = '<d:Types>dn:NetworkVideoTransmitter</d:Types>';
    const told = (name: string, xaddrs: string) =>
      `<e:Envelope><e:Body><d:${name}es><d:${name}>${reference}${types}${xaddrs}</d:${name}></d:${name}es></e:Body></e:Envelope>`;
    const resolves: string[] = [];
    socket.on('message', (bytes, from) => {
      const text = bytes.toString();
      if (text.includes('<d:Resolve>')) resolves.push(text);
      const answer = text.includes('<d:Resolve>')
        ? told('ResolveMatch', '<d:XAddrs>http://127.0.48.1:8123/onvif/odd_service</d:XAddrs>')
        : told('ProbeMatch', '');
      socket.send(answer, from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(3702, '127.0.48.1', resolve));
    const report = await search({ ranges: ['127.0.48.0/29'] });
    expect(report.devices[0]?.onvifUrls[0]).toBe('http://127.0.48.1:8123/onvif/odd_service');
    expect(report.devices[0]?.endpoint).toBe('abc-1');
    expect(resolves).toHaveLength(1);
    expect(resolves[0]).toContain('<w:Address>urn:uuid:ABC-1</w:Address>');
  });
});

describe('an answer over multicast DNS', () => {
  it.each([
    ['of a printer', [{ type: 'PTR', name: '_ipp._tcp.local', data: 'Printer._ipp._tcp.local' }], null],
    ['without records', [], null],
    [
      'with a port that is none',
      [{ type: 'SRV', name: 'A._rtsp._tcp.local', data: { port: 70_000, target: 'a.local' } }],
      { source: 'mdns', address: '10.0.0.5', rtspPorts: [], name: 'A', mac: null },
    ],
    [
      'with bytes for text',
      [
        { type: 'PTR', name: '_axis-video._tcp.local', data: 'AXIS M2036._axis-video._tcp.local' },
        {
          type: 'TXT',
          name: 'AXIS M2036._axis-video._tcp.local',
          data: [Buffer.from('macaddress=ACCC8E000001')],
        },
      ],
      { source: 'mdns', address: '10.0.0.5', rtspPorts: [], name: 'AXIS M2036', mac: 'accc8e000001' },
    ],
  ])('%s', (_what, records, expected) => {
    expect(readAnswer(records, '10.0.0.5')).toEqual(expected);
  });
});

describe('an answer to an SSDP search', () => {
  it.each([
    ['HTTP/1.1 200 OK\r\nST: urn:axis-com:service:BasicService:1\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nUSN: uuid:1::urn:schemas-upnp-org:device:EmbeddedNetDevice:1\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n', false],
    ['HTTP/1.1 200 OK\r\nLOCATION: http://10.0.0.1/camera\r\n\r\n', false],
    ['M-SEARCH * HTTP/1.1\r\nST: urn:axis-com:service:BasicService:1\r\n\r\n', false],
    ['', false],
  ])('%j is a camera: %s', (text, isCamera) => {
    expect(readSearchAnswer(Buffer.from(text), '10.0.0.5') !== null).toBe(isCamera);
  });
});

describe('the neighbour table', () => {
  const table = [
    'IP address       HW type     Flags       HW address            Mask     Device',
    '10.0.0.5         0x1         0x2         ac:cc:8e:11:22:33     *        eth0',
    '10.0.0.6         0x1         0x0         00:00:00:00:00:00     *        eth0',
  ].join('\n');

  it('tells who is there, who did not answer, and of others nothing', async () => {
    expect(Object.fromEntries(parsePresence(table))).toEqual({ '10.0.0.5': 'present', '10.0.0.6': 'absent' });
    let readings = 0;
    const presenceOf = createPresence(() => Promise.resolve((readings += 1) > 0 ? table : ''), systemClock);
    const told = await Promise.all(['10.0.0.5', '10.0.0.6', '10.0.0.7'].map(presenceOf));
    expect(told).toEqual(['present', 'absent', 'unknown']);
    expect(readings).toBe(1);
  });
});

describe('slots', () => {
  it('are taken in turn, and are fewer after the system refused more', async () => {
    const slots = createSlots({ max: 4, min: 2 });
    const taken: number[] = [];
    for (const number of [1, 2, 3, 4, 5, 6]) void slots.take().then(() => taken.push(number));
    await Promise.resolve();
    expect(taken).toEqual([1, 2, 3, 4]);
    slots.shrink();
    slots.shrink();
    slots.give();
    slots.give();
    await Promise.resolve();
    expect(taken).toHaveLength(4);
    slots.give();
    await Promise.resolve();
    expect(taken).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the table of makers', () => {
  it('knows a camera by its MAC, and nobody by a locally administered one', () => {
    expect(makerOfMac('accc8e112233')).toBe('Axis');
    expect(makerOfMac('aecc8e112233')).toBeNull();
    expect(makerOfMac('001122334455')).toBeNull();
    expect(makerOfMac(null)).toBeNull();
  });

  const shared = sharedCameras();
  it.skipIf(shared === null)('says what the registry says (skipped without the shared folder)', () => {
    const registry = readFileSync(join(shared ?? '', 'oui/camera-oui.csv'), 'utf8')
      .toLowerCase()
      .split('\n');
    const wrong = [...makerPrefixes()].filter(
      ([prefix, maker]) => !registry.some((line) => line.startsWith(`${prefix},${maker.toLowerCase()},`)),
    );
    expect(wrong).toEqual([]);
    expect(makerPrefixes().size).toBeGreaterThan(100);
  });
});
