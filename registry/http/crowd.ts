import type { IncomingMessage, ServerResponse } from 'node:http';
import { createCrowdGate } from '../access/crowd-gate.js';
import { TooManyTries } from '../access/throttle.js';
import type { Context } from '../context.js';
import { clientAddress, type TrustedProxies } from './client-address.js';
import { problemOf } from './problem.js';
import type { Door } from './server.js';

/** What one may ask whoever was sent away to wait, and what is waited before saying so. */
const waitMs = 5_000;
/** Answers that wait at any moment; more are given at once. */
const heldAtMost = 2_000;

/**
 * Stands before doors at which passwords are tried, and before the app: to whoever comes in a crowd, building a request
 * to refuse it costs more than all the rest. An address that goes on after many refusals is told to wait before its
 * password is looked at, and told late: a program that tries again as soon as it hears an answer then costs one cheap
 * answer in five seconds for each of its connections.
 */
export function crowdDoor(
  parts: Pick<Context, 'clock' | 'random'> & { trustedProxies: TrustedProxies },
): Door {
  const gate = createCrowdGate(parts.clock);
  let held = 0;

  /** The body is read to its end, or the connection would be cut under the answer. */
  function holdOff(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const tell = (): void => sendAway(request, response, Buffer.from(parts.random(9)).toString('base64url'));
    if (held >= heldAtMost) return tell();
    held += 1;
    setTimeout(() => {
      held -= 1;
      tell();
    }, waitMs).unref();
  }

  return (request, response) => {
    if (request.method !== 'POST' || !isSignIn(request.url ?? '')) return false;
    const { remoteAddress = null } = request.socket;
    const forwardedFor = request.headers['x-forwarded-for'];
    const address = clientAddress(remoteAddress, [forwardedFor].flat().join(','), parts.trustedProxies);
    if (address === null) return false;
    if (gate.isClosedTo(address)) {
      holdOff(request, response);
      return true;
    }
    response.once('finish', () => {
      if (response.statusCode === 429 || response.statusCode === 503) gate.refused(address);
    });
    return false;
  };
}

const signIn = /^\/api\/v1\/sessions(?:\/|$)/;

/** Also written otherwise: with encoded letters, or with the host in front. */
function isSignIn(url: string): boolean {
  try {
    return signIn.test(decodeURI(new URL(url, 'http://any').pathname));
  } catch {
    return false;
  }
}

/** One for all of a crowd: to make an error is to record where. */
const refusal = new TooManyTries(waitMs / 1_000);

function sendAway(request: IncomingMessage, response: ServerResponse, requestId: string): void {
  const body = JSON.stringify(problemOf(refusal, requestId));
  response.writeHead(429, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'retry-after': String(refusal.retryAfterSeconds),
    'x-request-id': requestId,
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(body);
}
