import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOnboarding } from '../faults/onboarding.js';
import { startStack, type Stack } from '../support/stack.js';

/** A short version of `node test/dist/faults/main.js onboarding 50`. */
describe('a new box with a join token and the login of the site', () => {
  const cameras = 8;
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ network: '127.44.1', cameras });
  });
  afterAll(() => stack?.close());

  it('registers every camera once by one command, and no login is refused', async () => {
    const found = await runOnboarding(stack, [1, cameras]);
    expect(found).toMatchObject({ registered: cameras, wrong: [], refusedLogins: 0 });
    expect(stack.recorders()).toBe(0);
  }, 90_000);
});
