import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, isWithinBudget, type Variant } from './harness.js';
import { figure, jsonOf, tableOf } from './report.js';
import { median, quantile, rotated, summarise } from './statistics.js';

/** Costs what it is told, one after the other, and writes down that it ran. */
function scripted(label: string, costs: readonly number[], log: string[] = []): Variant {
  const left = [...costs];
  return {
    label,
    run: async () => {
      log.push(label);
      return { cost: left.shift() ?? 0, check: () => {} };
    },
  };
}

describe('statistics', () => {
  it.each([
    [[5], 5],
    [[1, 9], 5],
    [[30, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ])('the median of %j is %d', (costs, expected) => {
    expect(median(costs)).toBe(expected);
  });

  it('the median lies between min and max, and does not depend on the order', () => {
    const costs = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(costs, (given) => {
        const { min, max, median: middle } = summarise(given);
        expect(min <= middle && middle <= max).toBe(true);
        expect(median(given.toReversed())).toBe(middle);
      }),
    );
  });

  it.each([
    [0.5, 2],
    [0.75, 3],
    [0.99, 4],
    [0, 1],
  ])('%d of four costs lie at or below number %d', (part, expected) => {
    expect(quantile([4, 2, 1, 3], part)).toBe(expected);
  });

  it('noise is the distance of the extremes in medians', () => {
    expect(summarise([8, 10, 13])).toEqual({ median: 10, min: 8, max: 13, spread: 0.5 });
  });

  it('nothing has no median and no quantile', () => {
    expect(() => median([])).toThrow('nothing');
    expect(() => quantile([], 0.5)).toThrow('nothing');
  });

  it('each round begins with the next variant, and none is left out', () => {
    expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual([
      'abc',
      'bca',
      'cab',
      'abc',
    ]);
    expect(rotated([], 3)).toEqual([]);
  });
});

describe('a comparison', () => {
  it('runs its variants in turn, warms up, and weighs medians', async () => {
    const log: string[] = [];
    const comparison = await compare({
      name: 'sorting',
      unit: 'ms',
      rounds: 3,
      warmup: 1,
      variants: {
        ours: scripted('a', [99, 2, 4, 3], log),
        floor: scripted('b', [99, 1, 2, 1.5], log),
        peer: scripted('c', [99, 12, 10, 14], log),
      },
      budgets: [
        { of: 'peer', atMost: 0.25 },
        { of: 'floor', atMost: 1.5 },
      ],
    });
    expect(log.join('')).toBe('abcbcacababc');
    expect(comparison.ratios).toEqual([
      { of: 'floor', ratio: 2, atMost: 1.5, met: false },
      { of: 'peer', ratio: 0.25, atMost: 0.25, met: true },
    ]);
    expect(comparison.noise).toBeCloseTo(2 / 3);
    expect(isWithinBudget(comparison)).toBe(false);
  });

  it('gives no figures for work that was not done', async () => {
    const wrong: Variant = {
      label: 'wrong',
      run: async () => ({
        cost: 0,
        check: () => {
          throw new Error('one row is missing');
        },
      }),
    };
    const comparing = compare({ name: 'sorting', unit: 'ms', variants: { ours: wrong } });
    await expect(comparing).rejects.toThrow('sorting: ours (wrong) did not do its work');
  });

  it('knows no noise without anybody to compare with', async () => {
    const comparison = await compare({
      name: 'alone',
      unit: 'ms',
      rounds: 1,
      warmup: 0,
      variants: { ours: scripted('a', [3]) },
    });
    expect(comparison).toMatchObject({ noise: null, ratios: [] });
    expect(isWithinBudget(comparison)).toBe(true);
  });

  it('prints as a table, and as one line of JSON', async () => {
    const comparison = await compare({
      name: 'sorting',
      unit: 'ms',
      rounds: 1,
      warmup: 0,
      variants: { ours: scripted('quick', [123.4]), peer: scripted('bubbles', [1000]) },
      budgets: [{ of: 'peer', atMost: 0.1 }],
    });
    comparison.notes.push('first\nsecond');
    expect(tableOf(comparison).split('\n')).toEqual([
      'sorting: ms, one round, min … max',
      '  ours   quick         123  123 … 123',
      '  peer   bubbles      1000  1000 … 1000',
      '  ours/peer 0.123 (budget ≤ 0.100: MISSED) · noise 0 %',
      '  first',
      '  second',
    ]);
    expect(JSON.parse(jsonOf(comparison))).toEqual(comparison);
  });

  it.each([
    [1234.5, '1235'],
    [12.34, '12.3'],
    [1.234, '1.23'],
    [0.1234, '0.123'],
  ])('writes %d as %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});
