import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { proxyAgent } from '../proxy.js';

/** One request of an upload. */
export interface Transfer {
  method: 'PUT' | 'POST';
  url: URL;
  /** With `content-length` where there is a body. */
  headers: Record<string, string | number>;
  /** A source and what its bytes pass through; none: no body. */
  body: readonly [Readable, ...Duplex[]] | null;
}

export interface Answer {
  status: number;
  body: string;
}

/** The bytes read are not those recorded. */
export class Damaged extends Error {}

export interface Transfers {
  /** Resolves with whatever was answered. Rejects with {@link Damaged} when the body turned out to be, else with what broke. */
  run(transfer: Transfer, signal: AbortSignal): Promise<Answer>;
  /** Closes idle connections. */
  close(): void;
}

const largestAnswerBytes = 64 * 1024;

/** How uploads leave the site. */
export interface Way {
  /** PEM of the certificate authority, when it is not a public one. */
  ca?: string | undefined;
  /** The site's HTTP proxy. */
  proxy?: string | undefined;
}

/** Uploads over kept-alive connections. */
export function createTransfers({ ca, proxy }: Way): Transfers {
  const plain = { keepAlive: true };
  const tls = { keepAlive: true, ...(ca === undefined ? {} : { ca }) };
  const agents = {
    'http:': proxy === undefined ? new HttpAgent(plain) : proxyAgent(proxy, false, plain),
    'https:': proxy === undefined ? new HttpsAgent(tls) : proxyAgent(proxy, true, tls),
  };
  return {
    async run({ method, url, headers, body }, signal) {
      const isTls = url.protocol === 'https:';
      const request = (isTls ? httpsRequest : httpRequest)(url, {
        method,
        agent: agents[isTls ? 'https:' : 'http:'],
        signal,
        headers,
      });
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        request.on('response', resolve);
        request.on('error', reject);
        request.on('close', () => reject(new Error('the connection was closed without an answer')));
      });
      const sent = body === null ? Promise.resolve(void request.end()) : pipeline([...body, request]);
      // A refusal may come before all is sent, and the sending fail because of it: the answer counts.
      const despiteSending = sent.then(
        () => answered,
        (error: unknown) => (error instanceof Damaged ? Promise.reject(error) : answered),
      );
      const answer = await Promise.race([answered, despiteSending]).catch(async (error: unknown) => {
        // When our own file was the cause, the request only tells that it was cut off.
        await sent;
        throw error;
      });
      const text = await textOf(answer);
      const status = answer.statusCode ?? 0;
      // What was taken was sent, even if we have yet to notice: the connection is kept. A refusal may have come in the
      // middle, and nobody reads the rest.
      if (status < 300) await sent.catch(() => {});
      else if (!request.writableFinished) request.destroy();
      return { status, body: text };
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > largestAnswerBytes) throw new Error('the answer is larger than any of the registry');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
