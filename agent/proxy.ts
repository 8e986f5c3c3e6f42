import { Agent as HttpAgent, request as requestHttp, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

const patienceMs = 10_000;

/** The proxy refused, or could not be reached. Says which, to where and why; never its login. */
export class ProxyFailed extends Error {
  override readonly name = 'ProxyFailed';
}

/**
 * A connection through an HTTP proxy to `host` and `port` (CONNECT, RFC 9110 §9.3.6). `proxy`:
 * `http(s)://[user:password@]host[:port]`. Rejects with {@link ProxyFailed}.
 */
export function openTunnel(proxy: string, { host, port }: { host: string; port: number }): Promise<Duplex> {
  const by = new URL(proxy);
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const login = [by.username, by.password].map(decodeURIComponent).join(':');
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      asked.destroy();
      reject(new ProxyFailed(`The proxy ${by.host} ${why}`));
    };
    const asked = (by.protocol === 'https:' ? requestHttps : requestHttp)({
      host: by.hostname.replace(/^\[|\]$/g, ''),
      port: by.port,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(by.username === '' ? {} : { 'proxy-authorization': authorization }) },
      agent: false,
      timeout: patienceMs,
    });
    asked.once('timeout', () => fail(`did not answer within ${patienceMs / 1_000} s.`));
    asked.once('error', (error: NodeJS.ErrnoException) =>
      fail(`cannot be reached (${error.code ?? error.message}). Check the setting proxy.`),
    );
    asked.once('response', ({ statusCode }) => fail(refusal(statusCode, authority)));
    asked.once('connect', ({ statusCode = 0 }, socket, head) => {
      if (statusCode < 200 || statusCode > 299) return fail(refusal(statusCode, authority));
      socket.setTimeout(0);
      if (head.byteLength > 0) socket.unshift(head);
      resolve(socket);
    });
    asked.end();
  });
}

const refusal = (status: number | undefined, authority: string): string =>
  status === 407
    ? 'wants a login, or another one. Give it as proxy=file:PATH with user:password@ in the address.'
    : `refuses a connection to ${authority} (${status}). Ask who runs it to allow this.`;

/** For `node:http`, `node:https` and WebSockets: every connection goes through the proxy. */
export function proxyAgent(
  proxy: string,
  isTls: boolean,
  options: AgentOptions & Pick<ConnectionOptions, 'ca'> = {},
): HttpAgent {
  const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
  agent.createConnection = (target: ConnectionOptions, take) => {
    const to = { host: target.host ?? 'localhost', port: target.port ?? (isTls ? 443 : 80) };
    openTunnel(proxy, to).then(
      (socket) => take?.(null, isTls ? connectTls({ ...target, socket }) : socket),
      (error: Error) => take?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
}

/** A proxy's address without its login, for whoever reads along. Pure. */
export const withoutLogin = (proxy: string): string => proxy.replace(/\/\/[^@/]*@/, '//');
