import { sessionOffset } from '@gantry/agent/recorder/session-offset.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const first = { currentMs: null, startedAtMs: 100_000, placedToMs: null };
const later = { ...first, currentMs: 400 };

describe('the clock offset of a session', () => {
  it.each<[string, Parameters<typeof sessionOffset>[0], number]>([
    ['is as measured at its first segment', { ...first, measuredMs: 400 }, 400],
    ['stays while the measurement gets better', { ...later, measuredMs: -3 }, 400],
    ['follows when a clock was set', { ...later, measuredMs: 86_400_000 }, 86_400_000],
    ['begins no earlier than what is placed', { ...first, measuredMs: -200, placedToMs: 99_950 }, -50],
    ['leaves a hole as it is', { ...first, measuredMs: 200, placedToMs: 99_950 }, 200],
    ['goes back with a clock that was set', { ...first, measuredMs: 0, placedToMs: 3_700_000 }, 0],
  ])('%s', (_, measured, offsetMs) => {
    expect(sessionOffset(measured)).toBe(offsetMs);
  });

  it('never lets sessions share time because one clock was measured twice', () => {
    const error = fc.integer({ min: -490, max: 490 });
    fc.assert(
      fc.property(error, error, fc.nat(5_000), (before, after, pauseMs) => {
        const placedToMs = 100_000 + sessionOffset({ ...first, measuredMs: before });
        const startedAtMs = 100_000 + pauseMs;
        const offsetMs = sessionOffset({ currentMs: null, startedAtMs, measuredMs: after, placedToMs });
        return startedAtMs + offsetMs >= placedToMs;
      }),
    );
  });
});
