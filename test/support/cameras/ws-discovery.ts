import dgram from 'node:dgram';
import { unavailable } from './door.js';
import { child, escapeXml, parseXml, textAt, type Element } from './xml.js';

export const discoveryGroup = '239.255.255.250';
export const discoveryPort = 3702;

export interface DiscoveryOptions {
  /** The camera's own address: it answers from there, and there alone it hears unicast probes (Q15). */
  address: string;
  /** Addresses of the interfaces on which it joins the group and says Hello and Bye. */
  interfaces: readonly string[];
  endpoint: string;
  scopes: readonly string[];
  /** Types it says it is, e.g. `dn:NetworkVideoTransmitter`. */
  types: readonly string[];
  /** Empty: the element is left out. */
  xaddrs: () => string;
  /** False while the camera is frozen. */
  isAnswering: () => boolean;
  onProbeAnswered: () => void;
  random: (size: number) => Buffer;
}

/** The WS-Discovery side of one camera (WS-Discovery 2005/04, target service). */
export interface DiscoveryResponder {
  hello(): Promise<void>;
  bye(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The group's socket is bound to the group's address, the answering one to the camera's own: neither takes
 * datagrams meant for another camera or for an agent on the same machine. Where several sockets of one machine
 * joined the group on different interfaces, Linux lets each hear all of them (IP_MULTICAST_ALL, ip(7)).
 */
export async function startDiscovery(options: DiscoveryOptions): Promise<DiscoveryResponder> {
  const own = await bind(options.address);
  const group = await bind(discoveryGroup).catch(async (error: unknown) => {
    await close(own);
    throw error;
  });
  const sockets = [own, group];
  const instance = options.random(4).readUInt32BE();
  let sent = 0;

  const frame = (action: string, to: string, relatesTo: string | null, body: string) => {
    sent += 1;
    const relates = relatesTo === null ? '' : `<a:RelatesTo>${escapeXml(relatesTo)}</a:RelatesTo>`;
    return Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Header><a:MessageID>urn:uuid:${uuid(options.random(16))}</a:MessageID>${relates}<a:To>${to}</a:To><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/${action}</a:Action><d:AppSequence InstanceId="${instance}" MessageNumber="${sent}"/></s:Header><s:Body>${body}</s:Body></s:Envelope>`,
    );
  };
  const reference = `<a:EndpointReference><a:Address>${escapeXml(options.endpoint)}</a:Address></a:EndpointReference>`;
  const description = () => {
    const xaddrs = options.xaddrs();
    const addresses = xaddrs === '' ? '' : `<d:XAddrs>${escapeXml(xaddrs)}</d:XAddrs>`;
    return `${reference}<d:Types>${options.types.join(' ')}</d:Types><d:Scopes>${options.scopes.join(' ')}</d:Scopes>${addresses}<d:MetadataVersion>1</d:MetadataVersion>`;
  };

  const hear = (datagram: Buffer, from: dgram.RemoteInfo) => {
    if (!options.isAnswering()) return;
    const envelope = parse(datagram);
    const relatesTo = textAt(envelope, 'Header', 'MessageID');
    const probe = child(envelope, 'Body', 'Probe');
    const resolve = child(envelope, 'Body', 'Resolve');
    const anonymous = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';
    if (probe && matches(probe, options)) {
      const body = `<d:ProbeMatches><d:ProbeMatch>${description()}</d:ProbeMatch></d:ProbeMatches>`;
      own.send(frame('ProbeMatches', anonymous, relatesTo, body), from.port, from.address, ignore);
      options.onProbeAnswered();
    } else if (resolve && textAt(resolve, 'EndpointReference', 'Address') === options.endpoint) {
      const body = `<d:ResolveMatches><d:ResolveMatch>${description()}</d:ResolveMatch></d:ResolveMatches>`;
      own.send(frame('ResolveMatches', anonymous, relatesTo, body), from.port, from.address, ignore);
    }
  };
  for (const socket of sockets) {
    socket.on('message', hear);
    // Later errors are those of single datagrams, e.g. an unreachable answer address.
    socket.on('error', ignore);
  }
  try {
    for (const address of options.interfaces) group.addMembership(discoveryGroup, address);
  } catch (error) {
    await Promise.all(sockets.map(close));
    throw error instanceof Error
      ? unavailable(`multicast on ${options.interfaces.join(', ')}`, error)
      : error;
  }

  const announce = async (action: 'Hello' | 'Bye', body: string) => {
    for (const address of options.interfaces) {
      own.setMulticastInterface(address);
      await new Promise<void>((resolve) => {
        const datagram = frame(action, 'urn:schemas-xmlsoap-org:ws:2005:04:discovery', null, body);
        own.send(datagram, discoveryPort, discoveryGroup, () => resolve());
      });
    }
  };

  return {
    hello: () => announce('Hello', `<d:Hello>${description()}</d:Hello>`),
    bye: () => announce('Bye', `<d:Bye>${reference}</d:Bye>`),
    close: async () => {
      await Promise.all(sockets.map(close));
    },
  };
}

function parse(datagram: Buffer): Element | null {
  try {
    return child(parseXml(datagram.toString('utf8')), 'Envelope');
  } catch {
    return null;
  }
}

/** Types are compared without their prefixes, scopes by prefix; absent ones match everything (Q13). */
function matches(probe: Element, options: DiscoveryOptions): boolean {
  const words = (name: string) => (textAt(probe, name) ?? '').split(/\s+/).filter((word) => word !== '');
  const local = (type: string) => type.slice(type.indexOf(':') + 1);
  const own = options.types.map(local);
  return (
    words('Types').every((type) => own.includes(local(type))) &&
    words('Scopes').every((wanted) => options.scopes.some((scope) => scope.startsWith(wanted)))
  );
}

async function bind(address: string): Promise<dgram.Socket> {
  const socket = dgram.createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(unavailable(`UDP ${address}:${discoveryPort}`, error)));
    socket.bind(discoveryPort, address, resolve);
  });
  socket.removeAllListeners('error');
  return socket;
}

async function close(socket: dgram.Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.close(resolve));
}

function ignore(): void {}

/** A random UUID (RFC 9562, version 4). */
function uuid(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
