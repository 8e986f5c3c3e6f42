import { covers, entitledAt, type Interval } from '@gantry/registry/tenancy/entitlement.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** Intervals in order without overlap, from sorted, distinct instants taken in pairs; the last may be open. */
const intervals = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }), fc.boolean())
  .map(([instants, open]) => {
    const sorted = instants.toSorted((a, b) => a - b);
    const result: Interval[] = [];
    for (let i = 0; i + 1 < sorted.length; i += 2) {
      result.push({ fromMs: sorted[i] as number, toMs: sorted[i + 1] as number });
    }
    const last = sorted.at(-1);
    if (open && sorted.length % 2 === 1 && last !== undefined) result.push({ fromMs: last, toMs: null });
    return result;
  });

test.each([
  [9, false],
  [10, true],
  [19, true],
  [20, false],
  [30, true],
  [1_000_000, true],
])('the start of an interval belongs to it, its end does not: at %i', (atMs, expected) => {
  const some = [
    { fromMs: 10, toMs: 20 },
    { fromMs: 30, toMs: null },
  ];
  expect(covers(some, atMs)).toBe(expected);
});

test('a camera may be recorded exactly while it and every tenant above are on (R14)', () => {
  fc.assert(
    fc.property(
      intervals,
      fc.array(intervals, { maxLength: 4 }),
      fc.integer({ min: -1, max: 70 }),
      (camera, tenants, atMs) => {
        const expected = covers(camera, atMs) && tenants.every((activity) => covers(activity, atMs));
        expect(entitledAt(atMs, camera, tenants)).toBe(expected);
      },
    ),
  );
});
