import { setTimeout } from 'node:timers/promises';
import type { MiddlewareHandler } from 'hono';
import { createCrowdGate } from '../access/crowd-gate.js';
import { TooManyTries } from '../access/throttle.js';
import type { Clock } from '../clock.js';
import type { ApiEnv } from './api.js';

/** What one may ask whoever was sent away to wait, and what is waited before saying so. */
const waitSeconds = 5;
/** Answers that wait at any moment; more are given at once. */
const heldAtMost = 2_000;

/**
 * Stands before doors at which passwords are tried. An address that goes on after many refusals is told to wait
 * before its password is looked at, and told late: a program that tries again as soon as it hears an answer then
 * costs one cheap answer in five seconds for each of its connections.
 */
export function crowdWall(clock: Clock): MiddlewareHandler<ApiEnv> {
  const gate = createCrowdGate(clock);
  let held = 0;
  return async (c, next) => {
    const address = c.get('ip');
    if (c.req.method !== 'POST' || address === null) return next();
    if (gate.isClosedTo(address)) {
      // Or the connection would be cut under the answer. Its size is bounded before this wall.
      await c.req.text();
      if (held < heldAtMost) {
        held += 1;
        await setTimeout(waitSeconds * 1_000, undefined, { ref: false });
        held -= 1;
      }
      throw new TooManyTries(waitSeconds);
    }
    await next();
    if (c.res.status === 429 || c.res.status === 503) gate.refused(address);
  };
}
