import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOnboarding } from '../faults/onboarding.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startStack, type Stack } from '../support/stack.js';

/** A short version of `node test/dist/faults/main.js onboarding 50`. */
describe('a new box with a join token and the login of the site', () => {
  const cameras = 8;
  let database: FreshDatabase;
  let stack: Stack;
  beforeAll(async () => {
    database = await freshDatabase();
    stack = await startStack({ network: '127.44.1', cameras, databaseUrl: database.url });
  });
  afterAll(async () => {
    await stack?.close();
    await database?.close();
  });

  it('registers every camera once by one command, and no login is refused', async () => {
    const found = await runOnboarding(stack, [1, cameras]);
    expect(found).toMatchObject({ registered: cameras, wrong: [], refusedLogins: 0 });
    expect(stack.recorders()).toBe(0);
  }, 90_000);
});
