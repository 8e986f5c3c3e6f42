import type { TooManyTries } from '@gantry/registry/access/throttle.js';
import { createAllowance } from '@gantry/registry/enrolment/allowance.js';
import { expect, it } from 'vitest';

it('gives each name so many acts in a window, and says when the next one is free', () => {
  let atMs = 0;
  const allowance = createAllowance({ nowMs: () => atMs }, { acts: 3, windowMs: 60_000 });
  const act = (name: string | null): number | 'allowed' => {
    try {
      allowance.check(name);
    } catch (error) {
      return (error as TooManyTries).retryAfterSeconds;
    }
    allowance.take(name);
    return 'allowed';
  };
  const acts: [seconds: number, name: string | null, outcome: number | 'allowed'][] = [
    [0, 'a', 'allowed'],
    [10, 'a', 'allowed'],
    [20, 'a', 'allowed'],
    [21, 'a', 39],
    [21, 'b', 'allowed'],
    [21, null, 'allowed'],
    [59, 'a', 1],
    [61, 'a', 'allowed'],
    [62, 'a', 8],
    [200, 'a', 'allowed'],
  ];
  for (const [seconds, name, outcome] of acts) {
    atMs = seconds * 1_000;
    expect([seconds, name, act(name)]).toEqual([seconds, name, outcome]);
  }
});
