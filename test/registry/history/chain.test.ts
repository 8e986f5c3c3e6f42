import type { TenantId } from '@gantry/protocol/ids.js';
import { canonicalJson, ChainWalk, hashOf, type KeptEntry } from '@gantry/registry/history/chain.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** Each entry holds the hash of the one before: a rewritten past does not fit (R52). */
const entryAt = (n: number, previousHash: string | null): KeptEntry => {
  const entry = {
    at: new Date(1_700_000_000_000 + n),
    actorKind: 'user' as const,
    actorId: 'usr_1',
    actorName: 'Ana',
    tenantId: 'ten_1' as TenantId,
    targetKind: 'camera',
    targetId: `cam_${n}`,
    operation: 'camera.renamed',
    sentence: `Ana renamed camera ${n}`,
    before: { name: 'a' },
    after: { name: `b${n}` },
    ip: null,
    userAgent: null,
  };
  return { ...entry, id: n + 1, previousHash, hash: hashOf(previousHash, entry) };
};
function chainOf(length: number): KeptEntry[] {
  const chain: KeptEntry[] = [];
  for (let n = 0; n < length; n += 1) chain.push(entryAt(n, chain.at(-1)?.hash ?? null));
  return chain;
}
function walk(entries: readonly KeptEntry[], head: string | null | undefined) {
  const walked = new ChainWalk();
  for (const entry of entries) walked.take(entry);
  walked.end(head ?? null);
  return walked.broken;
}

test('a chain as it was written holds', () => {
  const chain = chainOf(20);
  expect(walk(chain, chain.at(-1)?.hash)).toBeNull();
  expect(walk([], null)).toBeNull();
});

test('entries from before chains were kept may stand first, and nowhere else', () => {
  const old: KeptEntry = { ...entryAt(0, null), previousHash: null, hash: null };
  const chain = chainOf(3);
  expect(walk([old, old, ...chain], chain.at(-1)?.hash)).toBeNull();
  expect(walk([...chain, { ...old, id: 9 }], chain.at(-1)?.hash)).toEqual({ id: 9, why: 'unchained' });
});

describe('shows where', () => {
  const chain = chainOf(6);
  const head = chain.at(-1)?.hash;
  const at = (n: number): KeptEntry => chain[n] as KeptEntry;

  test('an entry was changed', () => {
    const changed = chain.with(2, { ...at(2), sentence: 'nothing happened' });
    expect(walk(changed, head)).toEqual({ id: 3, why: 'changed' });
  });
  test('an entry was changed and its hash with it', () => {
    const forged = { ...at(2), sentence: 'nothing happened' };
    const changed = chain.with(2, { ...forged, hash: hashOf(forged.previousHash, forged) });
    expect(walk(changed, head)).toEqual({ id: 4, why: 'gap' });
  });
  test('an entry was taken out, put in twice, or two changed places', () => {
    expect(walk(chain.toSpliced(2, 1), head)).toEqual({ id: 4, why: 'gap' });
    expect(walk(chain.toSpliced(2, 0, at(1)), head)).toEqual({ id: 2, why: 'gap' });
    expect(walk(chain.with(1, at(2)).with(2, at(1)), head)).toEqual({ id: 3, why: 'gap' });
  });
  test('the newest entries are gone', () => {
    expect(walk(chain.slice(0, 4), head)).toEqual({ id: null, why: 'end_missing' });
    expect(walk([], head)).toEqual({ id: null, why: 'end_missing' });
  });
});

test('whatever single field of whatever entry is touched shows', () => {
  const chain = chainOf(8);
  const fields = [
    'at',
    'actorKind',
    'actorId',
    'actorName',
    'tenantId',
    'targetKind',
    'targetId',
    'operation',
  ];
  const all = [...fields, 'sentence', 'before', 'after', 'ip', 'userAgent', 'previousHash', 'hash'];
  fc.assert(
    fc.property(fc.nat(7), fc.constantFrom(...all), (n, field) => {
      const touched = { ...(chain[n] as KeptEntry), [field]: field === 'at' ? new Date(0) : 'touched' };
      expect(walk(chain.with(n, touched), chain.at(-1)?.hash)).not.toBeNull();
    }),
  );
});

test('the same value reads the same whatever the order of its keys, and after a trip through JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(text);
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
  expect(canonicalJson({ b: undefined, a: { d: 1, c: [2, { f: 3, e: 4 }] } })).toBe(
    '{"a":{"c":[2,{"e":4,"f":3}],"d":1}}',
  );
});
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
