import type { AgentId } from '@gantry/protocol/ids.js';
import { timeStyles } from '@gantry/registry/cameras/status.js';
import { overdueMs, stoppingOf, type CameraGroup } from '@gantry/registry/stopping/stopping.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const now = new Date('2026-11-22T10:42:07Z');
const style = timeStyles(now)('UTC');
const asked = (agoMs: number) => new Date(now.getTime() - agoMs);
const group = (
  more: Partial<CameraGroup>,
  presence: 'online' | 'offline' | 'unknown' = 'online',
): CameraGroup => ({
  agent: { id: 'agt_1' as AgentId, name: 'Box', presence, presenceAt: new Date('2026-11-22T10:02:00Z') },
  wanted: false,
  reported: 'recording',
  cameras: 1,
  ...more,
});

test('a stop is confirmed by what the agent reports, never by what was asked', () => {
  const groups = [
    group({ reported: 'stopped', cameras: 5 }),
    group({ reported: 'parked', cameras: 2 }),
    group({ reported: null, cameras: 3 }),
    group({ reported: 'recording', cameras: 4 }),
    group({ reported: 'retrying', cameras: 1 }),
  ];
  const state = stoppingOf(groups, asked(1_000), now, style);
  expect(state).toMatchObject({
    cameras: 15,
    wanted: 0,
    recording: 0,
    unwanted: 15,
    stopped: 10,
    overdue: false,
  });
  expect(state.stragglers).toEqual([
    { agentId: 'agt_1', agentName: 'Box', cameras: 5, sentence: '5 cameras of Box stopping' },
  ]);
});

test('the other way round: of cameras that are wanted those count that record', () => {
  const groups = [
    group({ wanted: true, reported: 'recording', cameras: 3 }),
    group({ wanted: true, reported: 'starting', cameras: 2 }),
  ];
  expect(stoppingOf(groups, null, now, style)).toMatchObject({ wanted: 5, recording: 3, stragglers: [] });
});

test.each([
  ['online', 1_000, 'One camera of Box stopping'],
  [
    'online',
    overdueMs,
    'One camera of Box did not confirm the stop. Look at the agent. Nothing they record from now on is taken.',
  ],
  [
    'offline',
    1_000,
    'One camera of Box, offline since 10:02: will stop when it is back. Nothing they record from now on is taken.',
  ],
  [
    'unknown',
    1_000,
    'One camera of Box, not heard since the registry started: will stop when it is back. Nothing they record from now on is taken.',
  ],
] as const)('an agent that is %s, %i ms after the stop', (presence, agoMs, sentence) => {
  const state = stoppingOf([group({}, presence)], asked(agoMs), now, style);
  expect(state.stragglers[0]?.sentence).toBe(sentence);
  expect(state.overdue).toBe(agoMs >= overdueMs);
});

test('every camera is counted once, and whoever is late is in a line', () => {
  const groups = fc.array(
    fc.record({
      agent: fc.record({
        id: fc.constantFrom('agt_1', 'agt_2', 'agt_3').map((id) => id as AgentId),
        name: fc.constant('Box'),
        presence: fc.constantFrom('online', 'offline', 'unknown'),
        presenceAt: fc.constant(now),
      }),
      wanted: fc.boolean(),
      reported: fc.constantFrom('recording', 'starting', 'retrying', 'parked', 'stopped', null),
      cameras: fc.integer({ min: 1, max: 1_000 }),
    }),
  );
  fc.assert(
    fc.property(groups, fc.boolean(), (all, late) => {
      const state = stoppingOf(all, late ? asked(overdueMs) : asked(0), now, style);
      expect(state.wanted + state.unwanted).toBe(state.cameras);
      expect(state.recording).toBeLessThanOrEqual(state.wanted);
      const unconfirmed = state.stragglers.reduce((sum, { cameras }) => sum + cameras, 0);
      expect(unconfirmed).toBe(state.unwanted - state.stopped);
      expect(state.overdue).toBe(late && unconfirmed > 0);
    }),
  );
});
