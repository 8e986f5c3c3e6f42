import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { systemClock } from '@gantry/agent/clock.js';
import { watchHellos, type Arrival } from '@gantry/agent/discovery/hello-watch.js';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';

const open: Socket[] = [];
afterEach(() =>
  Promise.all(open.splice(0).map((socket) => new Promise<void>((done) => socket.close(() => done())))),
);

/** Speaks to the discovery group from one address of loopback. */
async function speakerAt(address: string): Promise<(text: string) => Promise<void>> {
  const socket = createSocket('udp4');
  open.push(socket);
  await new Promise<void>((bound) => socket.bind(0, address, bound));
  socket.setMulticastInterface('127.0.0.1');
  return (text) =>
    new Promise((sent) => socket.send(Buffer.from(text), 3_702, '239.255.255.250', () => sent()));
}

const envelope = (body: string) =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Body>${body}</s:Body></s:Envelope>`;
const reference = (id: string) =>
  `<a:EndpointReference><a:Address>urn:uuid:${id}</a:Address></a:EndpointReference>`;
const hello = (id: string) =>
  envelope(
    `<d:Hello>${reference(id)}<d:Types>dn:NetworkVideoTransmitter</d:Types><d:XAddrs>http://10.9.9.9/onvif/device_service</d:XAddrs></d:Hello>`,
  );

describe('hearing cameras between searches', () => {
  it('tells of each once, whatever garbage and floods come between, and of nobody outside the ranges', async () => {
    const arrivals: Arrival[] = [];
    const byes: string[] = [];
    const stop = new AbortController();
    const watching = watchHellos({
      ranges: () => ['127.0.80.80/29'],
      interfaces: networkInterfaces,
      onHello: (arrival) => arrivals.push(arrival),
      onBye: (endpoint) => byes.push(endpoint),
      clock: systemClock,
      signal: stop.signal,
      listenMs: 500,
    });
    const [camera, flooding, stranger] = await Promise.all(
      ['127.0.80.81', '127.0.80.82', '127.0.80.99'].map(speakerAt),
    );
    if (!camera || !flooding || !stranger) throw new Error('no speakers');
    // The group is joined by then, and joined anew in between.
    await until(
      async () => {
        await camera(hello('camera-1'));
        return arrivals.length > 0;
      },
      { everyMs: 50, what: 'the first hello' },
    );
    await stranger(hello('stranger-1'));
    for (let round = 0; round < 300; round += 1) {
      await flooding(hello(`forged-${round}`));
      await flooding('\0\xff<s:Envelope'.repeat(round % 7));
      await flooding(envelope('<d:Hello>'.repeat(50)));
    }
    // A datagram may fall into the moment in which the group is joined anew.
    await until(
      async () => {
        await camera(envelope(`<d:Bye>${reference('camera-1')}</d:Bye>`));
        return byes.length > 0;
      },
      { everyMs: 100, what: 'the goodbye' },
    );
    expect(byes).toEqual(['camera-1']);
    const heard = arrivals.map(({ address }) => address);
    expect(heard.filter((address) => address === '127.0.80.81')).toHaveLength(1);
    expect(heard.filter((address) => address === '127.0.80.82').length).toBeLessThanOrEqual(1);
    expect(heard).not.toContain('127.0.80.99');
    // The camera is dialled where it answered, whatever address it names (Q11).
    expect(arrivals[0]?.onvifUrls.every((url) => new URL(url).hostname === '127.0.80.81')).toBe(true);
    stop.abort(new Error('enough'));
    await watching;
  });
});
