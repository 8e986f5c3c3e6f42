import { describe, expect, it } from 'vitest';
import { deriveIdentity } from '../support/cameras/identity.js';

describe('identities of a virtual site', () => {
  it('are the same for the same seed and shared by no two cameras', () => {
    const identities = Array.from({ length: 200 }, (_, index) => deriveIdentity('seed', index));
    expect(deriveIdentity('seed', 7)).toEqual(identities[7]);
    for (const key of ['endpoint', 'mac', 'serial'] as const) {
      expect(new Set(identities.map((identity) => identity[key])).size).toBe(200);
    }
    expect(deriveIdentity('other seed', 7).serial).not.toBe(identities[7]?.serial);
  });
});
