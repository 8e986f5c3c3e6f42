import { plan, type RecorderSpec } from '@gantry/agent/reconcile/plan.js';
import { cameraId, type CameraId } from '@gantry/protocol/ids.js';
import type { DesiredCamera } from '@gantry/protocol/state.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const idOf = (index: number): CameraId => cameraId.parse(`cam_${String(index).padStart(26, '0')}`);
const [a, b] = [idOf(1), idOf(2)];
const wants = (id: CameraId, record = true, more: Partial<DesiredCamera> = {}): DesiredCamera => ({
  cameraId: id,
  localId: 'cam-1',
  record,
  reason: record ? 'recording' : 'camera_off',
  stream: 'main',
  mode: 'continuous',
  segmentSeconds: 30,
  ...more,
});
const specOf = (id: CameraId, more: Partial<RecorderSpec> = {}): RecorderSpec => ({
  cameraId: id,
  stream: 'main',
  segmentSeconds: 30,
  ...more,
});
const running = (...specs: RecorderSpec[]) => new Map(specs.map((spec) => [spec.cameraId, spec]));

describe('a plan', () => {
  it.each([
    [
      'starts what is wanted and does not run',
      [wants(a)],
      running(),
      [{ kind: 'start', cameraId: a, spec: specOf(a) }],
    ],
    [
      'stops what runs and is not wanted',
      [wants(a, false)],
      running(specOf(a)),
      [{ kind: 'stop', cameraId: a }],
    ],
    ['does nothing when they agree', [wants(a), wants(b, false)], running(specOf(a)), []],
    [
      'restarts for another stream',
      [wants(a, true, { stream: 'sub' })],
      running(specOf(a)),
      [{ kind: 'restart', cameraId: a, spec: specOf(a, { stream: 'sub' }) }],
    ],
    [
      'restarts for another segment length',
      [wants(a, true, { segmentSeconds: 10 })],
      running(specOf(a)),
      [{ kind: 'restart', cameraId: a, spec: specOf(a, { segmentSeconds: 10 }) }],
    ],
    [
      'restarts nothing for another reason or mode',
      [wants(a, true, { mode: 'motion' })],
      running(specOf(a)),
      [],
    ],
    ['leaves alone what is absent: absent is not off', [wants(b, false)], running(specOf(a)), []],
  ])('%s', (_what, desired, now, steps) => {
    expect(plan(desired, now, 0)).toEqual(steps);
  });

  it('executed, leaves nothing to do and touches each camera at most once', () => {
    const wish = fc.record({
      index: fc.integer({ min: 1, max: 12 }),
      record: fc.boolean(),
      stream: fc.constantFrom('main' as const, 'sub' as const),
      segmentSeconds: fc.constantFrom(10, 30),
    });
    const wishes = fc.uniqueArray(wish, { selector: ({ index }) => index, maxLength: 12 });
    fc.assert(
      fc.property(wishes, wishes, (wanted, before) => {
        const desired = wanted.map(({ index, ...more }) => wants(idOf(index), more.record, more));
        const now = running(
          ...before.map(({ index, stream, segmentSeconds }) =>
            specOf(idOf(index), { stream, segmentSeconds }),
          ),
        );
        const steps = plan(desired, now, 0);
        expect(new Set(steps.map((step) => step.cameraId)).size).toBe(steps.length);
        for (const step of steps) {
          if (step.kind === 'stop') now.delete(step.cameraId);
          else now.set(step.cameraId, step.spec);
        }
        expect(plan(desired, now, 0)).toEqual([]);
      }),
    );
  });
});
