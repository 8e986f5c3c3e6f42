import { lookup as resolveName } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Failure } from '../../errors.js';

/** Gets a JSON document. Rejects with `unavailable` for anything but a good answer. */
export type FetchJson = (url: URL) => Promise<unknown>;

const maxAnswerBytes = 1024 * 1024;

/** Addresses that are not the public internet (RFC 6890): a name must not lead into our own network. */
const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv6');
}

/** Whether an IP address lies outside the public internet; one inside IPv6 (`::ffff:10.0.0.1`) counts as itself. */
export function isPrivateAddress(address: string): boolean {
  return notPublic.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Checks the very address that is connected to: a name that resolves differently the next time gains nothing. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    const inside = error === null ? addresses.find(({ address }) => isPrivateAddress(address)) : undefined;
    const [first] = error === null ? addresses : [];
    if (error !== null || first === undefined) callback(error ?? new Error('the name has no address'), []);
    else if (inside !== undefined) callback(new Error('the name leads to a private address'), []);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/** Requests to a service outside: bounded in time and size, no redirects, no private addresses unless allowed. */
export function openOutbound(options: { allowPrivate: boolean; timeoutMs: number }): FetchJson {
  const { allowPrivate, timeoutMs } = options;
  return async (url) => {
    try {
      return JSON.parse(await getText(url, allowPrivate, timeoutMs)) as unknown;
    } catch (error) {
      // Without the URL: it may bear a key.
      throw new Failure(
        'unavailable',
        `The address lookup at ${url.host} does not answer (${(error as Error).message}). Type the address in full.`,
      );
    }
  };
}

async function getText(url: URL, allowPrivate: boolean, timeoutMs: number): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address in place of a name is not looked up.
  if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) {
    throw new Error('it is a private address');
  }
  const signal = AbortSignal.timeout(timeoutMs);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error);
    const request = send(
      url,
      {
        signal,
        agent: false,
        headers: { accept: 'application/json', 'user-agent': 'gantry-registry' },
        ...(allowPrivate ? {} : { lookup: publicOnly }),
      },
      (response) => {
        if (response.statusCode !== 200) {
          response.destroy();
          reject(new Error(`status ${response.statusCode ?? 0}`));
          return;
        }
        const pieces: Buffer[] = [];
        let sizeBytes = 0;
        response.on('data', (piece: Buffer) => {
          pieces.push(piece);
          sizeBytes += piece.byteLength;
          if (sizeBytes > maxAnswerBytes) response.destroy(new Error('the answer is too large'));
        });
        response.on('error', fail);
        response.on('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
      },
    );
    request.on('error', fail);
    request.end();
  });
}
