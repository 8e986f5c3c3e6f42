import { addPart, type DesiredParts } from '@gantry/agent/uplink/desired-parts.js';
import { cameraId } from '@gantry/protocol/ids.js';
import type { Desired } from '@gantry/protocol/messages.js';
import type { DesiredState } from '@gantry/protocol/state.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wanted } from '../support/small-registry.js';

const camera = (index: number) =>
  wanted(`cam-${index}`, cameraId.parse(`cam_${String(index).padStart(26, '0')}`), true);
const partsOf = (epoch: number, generation: number, parts: number): Desired[] =>
  Array.from({ length: parts }, (_, index) => ({
    epoch,
    generation,
    part: index + 1,
    parts,
    cameras: [camera(index * 2), camera(index * 2 + 1)],
  }));

function feed(messages: readonly Desired[]): DesiredState[] {
  let held: DesiredParts | null = null;
  return messages.flatMap((message) => {
    const assembly = addPart(held, message);
    held = assembly.held;
    return assembly.complete ?? [];
  });
}

describe('parts of a desired state', () => {
  it('make the whole in any order, with repetitions', () => {
    const parts = partsOf(1, 4, 5);
    const whole = parts.flatMap(({ cameras }) => cameras);
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 5 }), fc.nat(4), (order, repeated) => {
        const again = order[repeated] as Desired;
        const complete = feed([again, ...order]);
        expect(complete[0]).toEqual({ epoch: 1, generation: 4, cameras: whole });
      }),
    );
  });

  it('are nothing until all are here', () => {
    expect(feed(partsOf(1, 4, 3).slice(1))).toEqual([]);
  });

  it('of an older position are ignored, those of a newer one replace', () => {
    const [old1, old2] = partsOf(1, 3, 2);
    const [new1, new2] = partsOf(2, 1, 2);
    const complete = feed([old1, new1, old2, new2].flatMap((part) => part ?? []));
    expect(complete.map(({ epoch, generation }) => [epoch, generation])).toEqual([[2, 1]]);
  });

  it('that contradict each other start anew', () => {
    const [a] = partsOf(1, 3, 2);
    expect(feed([a as Desired, ...partsOf(1, 3, 3)])).toHaveLength(1);
    expect(addPart(null, { ...(a as Desired), part: 9 }).complete).toBeNull();
  });
});
