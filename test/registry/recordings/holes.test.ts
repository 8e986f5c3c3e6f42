import type { GapCause } from '@gantry/protocol/gap.js';
import {
  explainGaps,
  holeCauses,
  inOrder,
  offStretches,
  sentenceOf,
  whyOff,
  whyTold,
  type Claim,
  type Hole,
} from '@gantry/registry/recordings/holes.js';
import { entitledAt } from '@gantry/registry/tenancy/entitlement.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const path = (customer: [number, number | null][], integrator: [number, number | null][] = [[0, null]]) => {
  const active = (times: [number, number | null][]) => times.map(([fromMs, toMs]) => ({ fromMs, toMs }));
  return [
    { kind: 'integrator' as const, name: 'North', active: active(integrator) },
    { kind: 'customer' as const, name: 'Bakery', active: active(customer) },
  ];
};
const claim = (fromMs: number, toMs: number | null, more: Partial<Claim> = {}): Claim => ({
  interval: { fromMs, toMs },
  seen: true,
  endReason: null,
  path: path([[0, null]]),
  ...more,
});

describe('why nothing was to be recorded', () => {
  it.each<[string, Claim[], number, string | null]>([
    ['it was', [claim(0, null)], 5, null],
    ['before it was bound', [claim(10, null)], 5, 'unbound'],
    ['after it was unbound', [claim(0, 5, { endReason: 'unbound' })], 5, 'unbound'],
    [
      'while its own switch was off',
      [claim(9, null), claim(0, 5, { endReason: 'camera_off' })],
      7,
      'camera_off',
    ],
    [
      'while the customer was disabled',
      [
        claim(0, null, {
          path: path([
            [0, 3],
            [8, null],
          ]),
        }),
      ],
      5,
      'customer_disabled',
    ],
    [
      'the highest that was disabled is named',
      [claim(0, null, { path: path([[0, 3]], [[0, 3]]) })],
      5,
      'integrator_disabled',
    ],
    ['in the time of a customer one does not see', [claim(0, null, { seen: false })], 5, 'unbound'],
    [
      'a stranger switched it off',
      [claim(9, null), claim(0, 5, { seen: false, endReason: 'camera_off' })],
      7,
      'unbound',
    ],
  ])('%s', (_what, claims, atMs, cause) => {
    expect(whyOff(claims, atMs)?.cause ?? null).toBe(cause);
  });

  it('holds for exactly the times that nobody was entitled to', () => {
    const interval = fc
      .tuple(fc.nat(100), fc.option(fc.nat(50)))
      .map(([fromMs, length]): [number, number | null] => [fromMs, length === null ? null : fromMs + length]);
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 4 }),
        fc.array(interval, { maxLength: 4 }),
        (claimed, active) => {
          const claims = claimed.map(([fromMs, toMs]) => claim(fromMs, toMs, { path: path(active) }));
          const off = offStretches(claims, { startMs: 0, endMs: 160 });
          const activities = [
            [{ fromMs: 0, toMs: null }],
            active.map(([fromMs, toMs]) => ({ fromMs, toMs })),
          ];
          for (let atMs = 0; atMs < 160; atMs += 1) {
            const first = claims.find(
              ({ interval: { fromMs, toMs } }) => fromMs <= atMs && (toMs === null || atMs < toMs),
            );
            const entitled = first !== undefined && entitledAt(atMs, [first.interval], activities);
            expect(off.some(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)).toBe(!entitled);
          }
        },
      ),
    );
  });
});

const told = (startMs: number, endMs: number, cause: GapCause = 'camera_unreachable'): Hole => ({
  startMs,
  endMs,
  ...whyTold(cause),
});
const short = (holes: readonly Hole[]) => holes.map(({ startMs, endMs, cause }) => [startMs, endMs, cause]);

describe('the reason of a gap', () => {
  it('is that of the first layer that has one, and unexplained only when none has', () => {
    const off: Hole = { startMs: 20, endMs: 40, state: 'off', cause: 'camera_off', who: null };
    const explained = explainGaps(
      [
        { startMs: 0, endMs: 50 },
        { startMs: 60, endMs: 70 },
      ],
      [[off], [told(10, 30), told(45, 65, 'evicted')]],
    );
    expect(short(explained)).toEqual([
      [0, 10, 'unexplained'],
      [10, 20, 'camera_unreachable'],
      [20, 40, 'camera_off'],
      [40, 45, 'unexplained'],
      [45, 50, 'evicted'],
      [60, 65, 'evicted'],
      [65, 70, 'unexplained'],
    ]);
  });

  it('is one for every moment of the gaps, and none for any other', () => {
    const stretch = fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 40 }));
    const layer = fc
      .array(stretch, { maxLength: 8 })
      .map((stretches) => inOrder(stretches.map(([startMs, length]) => told(startMs, startMs + length))));
    fc.assert(
      fc.property(layer, fc.array(layer, { maxLength: 4 }), (gaps, layers) => {
        const holes = explainGaps(gaps, layers);
        for (let atMs = 0; atMs < 250; atMs += 1) {
          const at = (list: readonly { startMs: number; endMs: number }[]) =>
            list.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
          const known = layers.some((one) => at(one).length > 0);
          const right = at(gaps).length === 0 ? [] : [known ? 'camera_unreachable' : 'unexplained'];
          if (
            at(holes)
              .map((hole) => (hole as Hole).cause)
              .join() !== right.join()
          )
            return false;
        }
        return true;
      }),
    );
  });

  it('has a sentence, whichever it is', () => {
    for (const cause of holeCauses) {
      expect(sentenceOf({ state: 'missing', cause, who: 'North' })).toMatch(
        /^(Off|Not recorded|Not kept|Not here yet|Lost): \S/,
      );
    }
    expect(sentenceOf({ state: 'off', cause: 'integrator_disabled', who: 'North' })).toBe(
      'Off: integrator North was disabled',
    );
  });
});
