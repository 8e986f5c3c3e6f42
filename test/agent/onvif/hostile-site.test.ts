import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { contains, parseCidr } from '@gantry/agent/discovery/ranges.js';
import { scan } from '@gantry/agent/discovery/scan.js';
import type { FoundDevice } from '@gantry/agent/discovery/sighting.js';
import { createLog } from '@gantry/agent/log.js';
import { fingerprintOnvif } from '@gantry/agent/onvif/fingerprint.js';
import { readOnvifDevice } from '@gantry/agent/onvif/read.js';
import { fetchSnapshot } from '@gantry/agent/onvif/snapshot.js';
import { fingerprintRtsp } from '@gantry/agent/rtsp/fingerprint.js';
import { startVirtualSite } from '../../support/cameras/site.js';
import { flood } from './floods.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const network = '127.0.54';
const forbidden = '127.0.55.1';
const ranges = [`${network}.0/27`];
const log = createLog({ level: 'silent' });
const parsed = ranges.flatMap((text) => parseCidr(text) ?? []);
const mayConnect = (host: string) => contains(parsed, host);

type Attack = (socket: Socket) => void;
const head = (...lines: string[]) => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');
const whole = (body: string): Attack => {
  const answer = head(`Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close') + body;
  return (socket) => socket.end(answer);
};
const soap = (body: string) => `<s:Envelope><s:Body>${body}</s:Body></s:Envelope>`;

const attacks: readonly [string, Attack][] = [
  ['a body without an end', (socket) => (socket.write(head()), flood(socket, Buffer.alloc(65_536, 'a')))],
  [
    '600 MB',
    (socket) => (socket.write(head('Content-Length: 629145600')), flood(socket, Buffer.alloc(65_536, 'b'))),
  ],
  [
    'one byte a second',
    (socket) => {
      socket.write(head('Content-Length: 1000'));
      const timer = setInterval(() => socket.write(' '), 1_000);
      socket.once('close', () => clearInterval(timer));
    },
  ],
  ['a cut body', (socket) => socket.end(head('Content-Length: 1000') + '<s:Envelope><s:Body>')],
  [
    'an entity bomb',
    whole(
      `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(1_000)}"><!ENTITY c "${'&a;'.repeat(1_000)}">]>${soap('&c;'.repeat(1_000))}`,
    ),
  ],
  [
    '500,000 elements',
    whole(soap(`<GetSystemDateAndTimeResponse>${'<a/>'.repeat(500_000)}</GetSystemDateAndTimeResponse>`)),
  ],
  [
    'as many elements as are read',
    whole(soap(`<GetSystemDateAndTimeResponse>${'<a/>'.repeat(49_000)}</GetSystemDateAndTimeResponse>`)),
  ],
  ['deep nesting', whole('<a>'.repeat(200_000))],
  [
    'a redirect elsewhere',
    (socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: http://${forbidden}:3702/\r\nContent-Length: 0\r\n\r\n`),
  ],
  [
    'a redirect to itself',
    (socket) =>
      socket.end('HTTP/1.1 302 Found\r\nLocation: /onvif/device_service\r\nContent-Length: 0\r\n\r\n'),
  ],
  ['silence', () => undefined],
];

/** A device that answers a probe, then garbage; over HTTP it attacks whoever asks. */
async function startAttacker(address: string, attack: Attack): Promise<void> {
  const sockets = new Set<Socket>();
  const http = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.once('data', () => attack(socket));
  }).listen(0, address);
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const udp = createSocket('udp4');
  udp.on('message', (_probe, from) => {
    const told =
      `<d:ProbeMatches><d:ProbeMatch><d:Types>dn:NetworkVideoTransmitter</d:Types>` +
      `<d:XAddrs>http://${forbidden}:${port}/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches>`;
    for (const answer of [soap(told), Buffer.alloc(60_000, 0xff), '<a>'.repeat(9_000), ''])
      send(udp, answer, from);
  });
  await new Promise<void>((resolve) => udp.bind(3702, address, resolve));
  closers.push(async () => {
    udp.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => http.close(resolve));
  });
}
const send = (udp: ReturnType<typeof createSocket>, answer: string | Buffer, from: RemoteInfo) =>
  udp.send(answer, from.port, from.address, () => undefined);

/** Listens where nobody may knock: counts connections and datagrams. */
async function watchForbidden(ports: readonly number[]): Promise<() => number> {
  let knocks = 0;
  for (const port of ports) {
    const server = createServer((socket) => {
      knocks += 1;
      socket.destroy();
    }).listen(port, forbidden);
    await once(server, 'listening');
    closers.push(() => new Promise((resolve) => server.close(resolve)));
  }
  const udp = createSocket('udp4');
  udp.on('message', () => (knocks += 1));
  await new Promise<void>((resolve) => udp.bind(3702, forbidden, resolve));
  closers.push(() => new Promise<void>((resolve) => udp.close(() => resolve())));
  return () => knocks;
}

describe('a site full of hostile devices', () => {
  it('is read to its end: the honest camera as ever, memory bounded, nobody forbidden asked', async () => {
    const site = await startVirtualSite({ network, firstHost: 20, cameras: 2, seed: 'hostile-site' });
    closers.push(() => site.close());
    const [honest, liar] = site.cameras;
    if (!honest?.onvifPort || !liar?.onvifPort) throw new Error('no cameras');
    liar.faults.lieAboutHost(forbidden);
    for (const [index, [, attack]] of attacks.entries())
      await startAttacker(`${network}.${index + 1}`, attack);
    const knocks = await watchForbidden([80, 554, 3_702, liar.onvifPort, liar.rtspPort]);

    const startBytes = process.memoryUsage().rss;
    let mostBytes = startBytes;
    const sampler = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage().rss)), 20);
    closers.push(() => Promise.resolve(clearInterval(sampler)));
    const read = (device: FoundDevice) =>
      readOnvifDevice({
        urls: device.onvifUrls,
        address: device.address,
        credentials: { username: honest.username, password: honest.password },
        mayConnect,
        // The attackers are to hit the deadline, the others not even on a busy machine.
        timeoutMs: [honest.address, liar.address].includes(device.address) ? 5_000 : 1_000,
        clock: systemClock,
        log,
      }).then((reading) => ({ device, reading }));
    const readings = new Map<string, ReturnType<typeof read>>();
    const report = await scan({
      ranges,
      sweep: true,
      rtspPorts: [honest.rtspPort, liar.rtspPort],
      httpPorts: [80],
      timeoutMs: 1_000,
      signal: new AbortController().signal,
      clock: systemClock,
      log,
      fingerprintRtsp,
      fingerprintOnvif: (url, o) => fingerprintOnvif(url, { ...o, mayConnect }),
      onFound: (device) => {
        if (device.onvifUrls.length > 0 && !readings.has(device.address))
          readings.set(device.address, read(device));
      },
    });
    const done = await Promise.all(readings.values());
    const of = (address: string) => done.find(({ device }) => device.address === address);

    expect(report.devices).toHaveLength(attacks.length + 2);
    expect(of(honest.address)?.reading.outcome).toBe('ready');
    const lied = of(liar.address)?.reading;
    expect(lied?.outcome).toBe('ready');
    expect(JSON.stringify(lied)).not.toContain(forbidden);
    const snapshotUrl = lied?.channels[0]?.snapshotUrl ?? '';
    const credentials = { username: liar.username, password: liar.password };
    expect(
      await fetchSnapshot({ url: snapshotUrl, credentials, mayConnect, timeoutMs: 10_000 }),
    ).toMatchObject({ ok: true });
    const wrong = attacks.flatMap(([what], index) => {
      const outcome = of(`${network}.${index + 1}`)?.reading.outcome ?? 'not read';
      return ['unreachable', 'not_onvif', 'no_stream'].includes(outcome) ? [] : [`${what}: ${outcome}`];
    });
    expect(wrong).toEqual([]);
    expect(knocks()).toBe(0);
    expect((mostBytes - startBytes) / 1_048_576).toBeLessThan(300);
  });
});
