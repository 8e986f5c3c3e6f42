import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { normaliseEndpoint } from '@gantry/agent/device-ids.js';
import { scan, type ScanOptions } from '@gantry/agent/discovery/scan.js';
import type { FoundDevice } from '@gantry/agent/discovery/sighting.js';
import { fingerprintOnvif } from '@gantry/agent/onvif/fingerprint.js';
import { createLog } from '@gantry/agent/log.js';
import { startVirtualSite, type VirtualSite } from '../../support/cameras/site.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function site(...given: Parameters<typeof startVirtualSite>): Promise<VirtualSite> {
  const started = await startVirtualSite(...given);
  closers.push(() => started.close());
  return started;
}

let found: FoundDevice[];
beforeEach(() => {
  found = [];
});

/** A scan of a piece of loopback, as short as it may be. */
const search = (given: Partial<ScanOptions> & { ranges: readonly string[] }) =>
  scan({
    sweep: false,
    timeoutMs: 600,
    signal: new AbortController().signal,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    fingerprintRtsp: speaksRtsp,
    onFound: (device) => found.push(device),
    ...given,
  });

/** Enough of a fingerprint for the sweep; the product's own lives in another part of the agent. */
async function speaksRtsp(host: string, port: number) {
  const socket = connect({ host, port });
  try {
    socket.write(`OPTIONS rtsp://${host}:${port}/ RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(1_000) })) as [Buffer];
    return { isRtsp: answer.toString().startsWith('RTSP/1.0'), server: null, realm: null };
  } catch {
    return { isRtsp: false, server: null, realm: null };
  } finally {
    socket.destroy();
  }
}

describe('a scan', () => {
  it('finds the ONVIF cameras of a range, tells of each as it appears, and says what it searched', async () => {
    const { cameras } = await site({ network: '127.0.31', cameras: 3, seed: 'scan' });
    const report = await search({ ranges: ['127.0.31.0/28'] });

    expect(report.devices.map(({ address }) => address)).toEqual(['127.0.31.1', '127.0.31.2', '127.0.31.3']);
    for (const [index, camera] of cameras.entries()) {
      expect(report.devices[index]).toMatchObject({
        endpoint: normaliseEndpoint(camera.identity.endpoint),
        name: camera.identity.name,
        model: camera.identity.model,
        sources: ['ws-discovery'],
      });
      expect(report.devices[index]?.onvifUrls[0]).toBe(camera.onvifUrl);
    }
    expect(new Set(found.map(({ address }) => address)).size).toBe(3);
    expect(report.scanned).toContainEqual({ what: 'range 127.0.31.0/28', detail: '14 addresses' });
    expect(report.scanned.some(({ what }) => what === 'interface lo')).toBe(true);
  });

  it('finds a camera that only multicast reaches, in a range too large to search, and says so', async () => {
    await site({ network: '127.0.32', cameras: 1, seed: 'multicast' });
    const report = await search({ ranges: ['127.0.32.0/24'], hostLimit: 100 });
    expect(report.devices.map(({ address }) => address)).toEqual(['127.0.32.1']);
    expect(report.notes.join(' ')).toMatch(/127\.0\.32\.0\/24 has 254 addresses, more than the 100/);
  });

  it('finds a camera that only unicast reaches (Q15)', async () => {
    await site({ network: '127.0.33', cameras: 1, seed: 'unicast', each: { discovery: { interfaces: [] } } });
    const report = await search({ ranges: ['127.0.33.0/29'] });
    expect(report.devices.map(({ address }) => address)).toEqual(['127.0.33.1']);
  });

  it('finds cameras that answer to one type of probe only (Q13)', async () => {
    await site({
      network: '127.0.34',
      cameras: 2,
      seed: 'types',
      one: (index) => ({ types: index === 0 ? ['dn:NetworkVideoTransmitter'] : ['tds:Device'] }),
    });
    const report = await search({ ranges: ['127.0.34.0/29'], timeoutMs: 1_200 });
    expect(report.devices.map(({ address }) => address)).toEqual(['127.0.34.1', '127.0.34.2']);
  });

  it('dials the address that answered, whatever address the camera names (Q11)', async () => {
    const { cameras } = await site({ network: '127.0.35', cameras: 1, seed: 'lies' });
    cameras[0]?.faults.lieAboutHost('192.168.1.99');
    const report = await search({ ranges: ['127.0.35.0/29'] });
    expect(report.devices[0]?.onvifUrls[0]).toBe(cameras[0]?.onvifUrl);
    expect(JSON.stringify(report.devices)).not.toContain('192.168.1.99');
  });

  it('hears a camera that is plugged in while it listens', async () => {
    const { cameras } = await site({ network: '127.0.64', cameras: 2, seed: 'hello' });
    const [late] = cameras;
    await late?.faults.unplug();
    const report = await search({
      ranges: ['127.0.64.0/29'],
      hostLimit: 1,
      timeoutMs: 3_000,
      onFound: ({ address }) => {
        if (address === '127.0.64.2') setTimeout(() => void late?.faults.plug(), 550);
      },
    });
    expect(report.devices.map(({ address }) => address)).toEqual(['127.0.64.1', '127.0.64.2']);
  });

  it('takes two cameras with one endpoint reference for two, and believes it of neither (Q04)', async () => {
    const endpoint = 'urn:uuid:5f5a69c2-e0ae-504f-829b-000000000001';
    await site({ network: '127.0.36', cameras: 2, seed: 'twins', each: { identity: { endpoint } } });
    const report = await search({ ranges: ['127.0.36.0/29'] });
    expect(report.devices.map((device) => [device.address, device.endpoint])).toEqual([
      ['127.0.36.1', null],
      ['127.0.36.2', null],
    ]);
  });

  it('never contacts a camera outside the ranges, and mentions the answer it ignored', async () => {
    const { cameras } = await site({ network: '127.0.37', cameras: 2, seed: 'outside' });
    const report = await search({ ranges: ['127.0.37.1/32'] });
    expect(report.devices.map(({ address }) => address)).toEqual(['127.0.37.1']);
    expect(report.notes.join(' ')).toMatch(
      /addresses outside the configured ranges answered and were ignored/,
    );
    expect(cameras[1]?.counters.soapRequests).toEqual({});
  });

  it('sweeps for cameras without WS-Discovery and merges what it sees with the rest', async () => {
    const { cameras } = await site({
      network: '127.0.38',
      cameras: 3,
      seed: 'sweep',
      one: (index) => (index === 0 ? { kind: 'generic' } : index === 1 ? { discovery: false } : {}),
    });
    const report = await search({
      ranges: ['127.0.38.0/29'],
      sweep: true,
      rtspPorts: cameras.map(({ rtspPort }) => rtspPort),
      httpPorts: cameras.flatMap(({ onvifPort }) => onvifPort ?? []),
      fingerprintOnvif: (url, o) => fingerprintOnvif(url, { ...o, mayConnect: () => true }),
    });
    expect(report.devices).toMatchObject([
      { address: '127.0.38.1', sources: ['sweep'], onvifUrls: [], rtspPorts: [cameras[0]?.rtspPort] },
      { address: '127.0.38.2', sources: ['sweep'], onvifUrls: [cameras[1]?.onvifUrl] },
      { address: '127.0.38.3', sources: ['ws-discovery', 'sweep'], rtspPorts: [cameras[2]?.rtspPort] },
    ]);
  });

  it('asks an address a person named even when nothing else is swept, and says when it is silent', async () => {
    const { cameras } = await site({
      network: '127.0.39',
      cameras: 1,
      seed: 'manual',
      each: { kind: 'generic' },
    });
    const report = await search({
      ranges: ['127.0.39.0/24'],
      hostLimit: 10,
      manual: ['127.0.39.1', '127.0.39.7', '10.9.9.9'],
      rtspPorts: [cameras[0]?.rtspPort ?? 0],
      httpPorts: [],
    });
    expect(report.devices).toMatchObject([{ address: '127.0.39.1', sources: ['manual'] }]);
    expect(report.notes).toContainEqual(expect.stringMatching(/^127\.0\.39\.7 did not answer/));
    expect(report.notes).toContainEqual('10.9.9.9 is not contacted: not in any configured range.');
  });

  it('survives garbage, giants and lies on the wire, counts them, and still finds the camera', async () => {
    await site({ network: '127.0.40', cameras: 1, seed: 'garbage' });
    const noise = createSocket({ type: 'udp4', reuseAddr: true });
    closers.push(() => new Promise<void>((resolve) => noise.close(() => resolve())));
    noise.on('message', (_probe, from) => {
      const bomb = `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(1_000)}">]><Envelope><Body>&a;&a;</Body></Envelope>`;
      for (const answer of [
        Buffer.alloc(60_000, 0xff),
        Buffer.from(bomb),
        Buffer.from('<a>'.repeat(9_000)),
        Buffer.alloc(0),
      ]) {
        noise.send(answer, from.port, from.address);
      }
    });
    await new Promise<void>((resolve) => noise.bind(3702, '127.0.40.2', resolve));
    const report = await search({ ranges: ['127.0.40.0/29'] });
    expect(report.devices.map(({ address }) => address)).toEqual(['127.0.40.1']);
    expect(report.notes).toContainEqual(expect.stringMatching(/unreadable discovery answers were ignored/));
  });

  it('stops when it is told to, closes everything, and reports what it had', async () => {
    await site({ network: '127.0.41', cameras: 1, seed: 'stop' });
    const stop = new AbortController();
    const report = await search({
      ranges: ['127.0.41.0/29'],
      timeoutMs: 60_000,
      signal: stop.signal,
      onFound: () => stop.abort(),
    });
    expect(report.devices).toHaveLength(1);
    expect(report.notes).toContain('The search was stopped before its end.');
    expect(report.durationMs).toBeLessThan(60_000);
  });

  it('leaves loopback alone when no range lies in it', async () => {
    const { cameras } = await site({ network: '127.0.42', cameras: 1, seed: 'loopback' });
    const report = await search({ ranges: ['0.0.0.0/0', 'no range'], timeoutMs: 200, network: onlyLoopback });
    expect(report.devices).toEqual([]);
    expect(cameras[0]?.counters.probesAnswered).toBe(0);
    expect(report.notes).toContainEqual(expect.stringMatching(/no network interface/));
    expect(report.notes).toContain('no range is not a range: write it like 192.168.1.0/24.');
  });

  it('says when a maker port is open on a device that speaks neither ONVIF nor RTSP', async () => {
    const server = createServer((socket) => socket.destroy()).listen(37_777, '127.0.43.1');
    await once(server, 'listening');
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    expect((server.address() as AddressInfo).port).toBe(37_777);
    const report = await search({
      ranges: ['127.0.43.0/30'],
      sweep: true,
      timeoutMs: 100,
      rtspPorts: [],
      httpPorts: [],
    });
    expect(report.notes).toContainEqual(expect.stringMatching(/127\.0\.43\.1 looks like a Dahua camera/));
  });
});

const onlyLoopback = {
  interfaces: () => ({
    lo: [
      {
        address: '127.0.0.1',
        netmask: '255.0.0.0',
        family: 'IPv4' as const,
        mac: '00:00:00:00:00:00',
        internal: true,
        cidr: '127.0.0.1/8',
      },
    ],
  }),
  neighbours: () => Promise.resolve(''),
};
