import { randomUUID } from 'node:crypto';
import dgram from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { startVirtualSite, type VirtualSite } from '../support/cameras/site.js';
import { discoveryGroup, discoveryPort } from '../support/cameras/ws-discovery.js';
import { until } from '../support/until.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function startSite(network: string): Promise<VirtualSite> {
  const site = await startVirtualSite({ network, seed: network, each: { audio: null } });
  closing.push(() => site.close());
  return site;
}

interface Heard {
  from: string;
  text: string;
}

/** A client of WS-Discovery on the loopback interface, on `port` (0: any). */
async function listen(port: number): Promise<{ heard: Heard[]; send: (text: string, to: string) => void }> {
  const heard: Heard[] = [];
  const socket = dgram.createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (datagram, { address }) =>
    heard.push({ from: address, text: datagram.toString('utf8') }),
  );
  await new Promise<void>((resolve) => socket.bind(port, resolve));
  socket.setMulticastInterface('127.0.0.1');
  socket.addMembership(discoveryGroup, '127.0.0.1');
  closing.push(async () => {
    await new Promise<void>((resolve) => socket.close(resolve));
  });
  return { heard, send: (text, to) => socket.send(text, discoveryPort, to) };
}

function message(action: string, body: string): string {
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Header><a:MessageID>uuid:${randomUUID()}</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/${action}</a:Action></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}
const probe = (types: string) =>
  message('Probe', `<d:Probe>${types === '' ? '' : `<d:Types>${types}</d:Types>`}</d:Probe>`);

describe('WS-Discovery of a virtual site', () => {
  it.each(['dn:NetworkVideoTransmitter', 'tds:Device', ''])(
    'every camera answers a multicast probe for "%s" from its own address',
    async (types) => {
      const site = await startSite('127.0.23');
      const client = await listen(0);
      client.send(probe(types), discoveryGroup);
      const answers = () => client.heard.filter(({ from }) => from.startsWith('127.0.23.'));
      await until(() => answers().length >= 3, { what: 'three answers' });
      for (const camera of site.cameras) {
        const answer = answers().find(({ from }) => from === camera.address);
        expect(answer?.text).toContain(`<a:Address>${camera.identity.endpoint}</a:Address>`);
        expect(answer?.text).toContain(`<d:XAddrs>${camera.onvifUrl}</d:XAddrs>`);
        expect(answer?.text).toContain('onvif://www.onvif.org/hardware/VC-640');
        // Other tests' probes come over the same group.
        expect(camera.counters.probesAnswered).toBeGreaterThanOrEqual(1);
      }
    },
  );

  it('a unicast probe is answered by the camera it is sent to and by no other', async () => {
    await startSite('127.0.24');
    const client = await listen(0);
    client.send(probe('tds:Device'), '127.0.24.2');
    await until(() => client.heard.length > 0, { what: 'the answer' });
    client.send(probe('tds:Device'), '127.0.24.3');
    await until(() => client.heard.length > 1, { what: 'the other answer' });
    expect(client.heard.map(({ from }) => from)).toEqual(['127.0.24.2', '127.0.24.3']);
  });

  it('probes for other types, garbage and foreign envelopes are passed over', async () => {
    await startSite('127.0.25');
    const client = await listen(0);
    client.send(probe('pub:Computer'), '127.0.25.1');
    client.send('\u0000<garbage', '127.0.25.1');
    client.send('<a><b/></a>', '127.0.25.1');
    const last = probe('');
    client.send(last, '127.0.25.1');
    await until(() => client.heard.length > 0, { what: 'the answer to the last probe' });
    expect(client.heard[0]?.text).toContain(`<a:RelatesTo>${/uuid:[^<]*/.exec(last)?.[0]}</a:RelatesTo>`);
  });

  it.each([
    { xaddrs: (url: string) => `${url} `, shows: /<d:XAddrs>http:\S+ <\/d:XAddrs>/ },
    {
      xaddrs: (url: string) => `http://169.254.1.1/onvif ${url}`,
      shows: /<d:XAddrs>http:\/\/169\.\S+ http:/,
    },
    { xaddrs: () => '', shows: /<\/d:Scopes><d:MetadataVersion>/ },
  ])('addresses are announced as oddly as told ($shows)', async ({ xaddrs, shows }) => {
    const site = await startVirtualSite({ network: '127.0.29', cameras: 1, each: { xaddrs } });
    closing.push(() => site.close());
    const client = await listen(0);
    client.send(probe(''), '127.0.29.1');
    await until(() => client.heard.length > 0, { what: 'the answer' });
    expect(client.heard[0]?.text).toMatch(shows);
  });

  it('Resolve finds the address of an endpoint; Hello and Bye tell of coming and going', async () => {
    const listener = await listen(discoveryPort);
    const site = await startSite('127.0.26');
    const [camera] = site.cameras;
    if (!camera) throw new Error('no camera');
    const heard = (action: string) =>
      listener.heard.filter(
        ({ text }) => text.includes(`discovery/${action}<`) && text.includes(camera.identity.endpoint),
      );
    await until(() => heard('Hello').length === 1, { what: 'Hello' });

    const client = await listen(0);
    const reference = `<a:EndpointReference><a:Address>${camera.identity.endpoint}</a:Address></a:EndpointReference>`;
    client.send(message('Resolve', `<d:Resolve>${reference}</d:Resolve>`), discoveryGroup);
    await until(() => client.heard.some(({ text }) => text.includes('ResolveMatches')), {
      what: 'ResolveMatches',
    });

    await site.close();
    await until(() => heard('Bye').length > 0, { what: 'Bye' });
    expect([heard('Hello').length, heard('Bye').length]).toEqual([1, 1]);
  });
});
