import { placedWith, sessionOffset } from '@gantry/agent/recorder/session-offset.js';
import type { SessionId } from '@gantry/protocol/ids.js';
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

describe('the end of what is placed', () => {
  const segment = { sequence: 7, startedAtMs: 50_000, clockOffsetMs: 400, durationMs: 2_000 };
  const session = (letter: string) => `ses_${letter.repeat(26)}` as SessionId;
  const newer = placedWith(null, { ...segment, sessionId: session('B') });

  it('moves with every newer segment, also back when a clock was set', () => {
    expect(newer.toMs).toBe(52_400);
    const next = { ...segment, sessionId: session('B'), sequence: 8, startedAtMs: 52_000 };
    expect(placedWith(newer, next).toMs).toBe(54_400);
    expect(placedWith(newer, { ...segment, sessionId: session('C'), startedAtMs: 9_000 }).toMs).toBe(11_400);
    expect(placedWith({ newest: '', toMs: 1 }, next).toMs).toBe(54_400);
  });

  it('stays where it is for a segment that a full disk kept back', () => {
    expect(placedWith(newer, { ...segment, sessionId: session('A'), startedAtMs: 1 })).toBe(newer);
    expect(placedWith(newer, { ...segment, sessionId: session('B'), sequence: 6 })).toBe(newer);
  });
});
