import { isWanted } from '@gantry/agent/reconcile/plan.js';
import { isScheduled } from '@gantry/agent/reconcile/schedule.js';
import { weeklySchedule, type WeeklySchedule } from '@gantry/protocol/schedule.js';
import { describe, expect, it } from 'vitest';
import { wanted } from '../support/small-registry.js';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const zurich = (from: string, to: string, days = everyDay): WeeklySchedule =>
  weeklySchedule.parse({ timeZone: 'Europe/Zurich', windows: [{ days, from, to }] });
const at = (iso: string): number => Date.parse(iso);

describe('a weekly schedule', () => {
  // 2 March 2026 is a Monday; Zurich is an hour ahead of UTC in winter, two in summer.
  it.each<[string, WeeklySchedule, string, boolean]>([
    ['begins with its first minute', zurich('08:00', '18:00'), '2026-03-02T07:00:00Z', true],
    ['has not begun a moment before', zurich('08:00', '18:00'), '2026-03-02T06:59:59.999Z', false],
    ['is over with its last minute', zurich('08:00', '18:00'), '2026-03-02T17:00:00Z', false],
    ['lasts until then', zurich('08:00', '18:00'), '2026-03-02T16:59:59.999Z', true],
    ['keeps to its days', zurich('08:00', '18:00', [2]), '2026-03-02T08:00:00Z', false],
    ['goes over midnight', zurich('22:00', '06:00', [1]), '2026-03-03T04:59:00Z', true],
    ['ends in the morning', zurich('22:00', '06:00', [1]), '2026-03-03T05:00:00Z', false],
    [
      'does not begin in the morning of its own day',
      zurich('22:00', '06:00', [1]),
      '2026-03-02T04:00:00Z',
      false,
    ],
    ['goes from Sunday to Monday', zurich('22:00', '06:00', [7]), '2026-03-02T04:00:00Z', true],
    ['is a whole day from one time to the same', zurich('06:00', '06:00', [1]), '2026-03-03T04:59:00Z', true],
    ['knows the time on the wall in summer', zurich('08:00', '18:00'), '2026-07-06T06:00:00Z', true],
    ['and that it is another than in winter', zurich('08:00', '18:00'), '2026-03-02T06:00:00Z', false],
    // On 29 March 2026 the hour from 02:00 is left out: 00:59Z is 01:59, 01:00Z is 03:00.
    ['leaves out the hour there is not', zurich('02:00', '03:00'), '2026-03-29T01:00:00Z', false],
    ['ends before the hour there is not', zurich('01:00', '02:30'), '2026-03-29T00:59:00Z', true],
    ['is over after the hour there is not', zurich('01:00', '02:30'), '2026-03-29T01:00:00Z', false],
    // On 25 October 2026 the hour from 02:00 comes twice: at 00:00Z and at 01:00Z.
    ['records the first of two hours', zurich('02:00', '03:00'), '2026-10-25T00:30:00Z', true],
    ['and the second', zurich('02:00', '03:00'), '2026-10-25T01:30:00Z', true],
    ['and no third', zurich('02:00', '03:00'), '2026-10-25T02:00:00Z', false],
    [
      'is always on where nobody knows the time zone',
      { ...zurich('08:00', '09:00'), timeZone: 'Mars/Olympus' },
      '2026-03-02T20:00:00Z',
      true,
    ],
    [
      'without windows never records',
      { timeZone: 'Europe/Zurich', windows: [] },
      '2026-03-02T08:00:00Z',
      false,
    ],
  ])('%s', (_, schedule, iso, expected) => {
    expect(isScheduled(schedule, at(iso))).toBe(expected);
  });

  it('counts only in its mode, and never against a switch that is off', () => {
    const camera = wanted('cam-1', 'cam_00000000000000000000000001' as never, true);
    const night = at('2026-03-02T22:00:00Z');
    const schedule = zurich('08:00', '18:00');
    expect(isWanted({ ...camera, mode: 'schedule', schedule }, night)).toBe(false);
    expect(isWanted({ ...camera, mode: 'continuous', schedule }, night)).toBe(true);
    expect(isWanted({ ...camera, mode: 'schedule' }, night)).toBe(true);
    expect(isWanted({ ...camera, mode: 'motion' }, night)).toBe(true);
    expect(isWanted({ ...camera, mode: 'off' }, night)).toBe(false);
    expect(
      isWanted({ ...camera, mode: 'schedule', schedule, record: false }, at('2026-03-02T10:00:00Z')),
    ).toBe(false);
  });
});
