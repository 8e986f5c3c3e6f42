import type { RecorderReason } from '@gantry/agent/recorder/outcome.js';
import { freshPatience, pauseAfter, type Patience } from '@gantry/agent/recorder/pauses.js';
import { describe, expect, it } from 'vitest';

/** The pauses of failures in a row, at the upper edge of the jitter. */
const pausesOf = (reasons: [RecorderReason, recordedMs?: number][]): string[] => {
  let patience: Patience = freshPatience;
  return reasons.map(([reason, recordedMs = 0]) => {
    const pause = pauseAfter(reason, recordedMs, patience, () => 1);
    patience = pause.patience;
    return `${pause.parked ? 'parked ' : ''}${pause.pauseMs / 1_000}`;
  });
};
const times = (count: number, reason: RecorderReason): [RecorderReason][] =>
  Array.from({ length: count }, (): [RecorderReason] => [reason]);

describe('the pause after a failed attempt', () => {
  it('doubles from one second to a minute', () => {
    expect(pausesOf(times(8, 'source_closed'))).toEqual(['1', '2', '4', '8', '16', '32', '60', '60']);
  });
  it('has full jitter', () => {
    expect(pauseAfter('source_closed', 0, { failures: 3, refusals: 0 }, () => 0.25).pauseMs).toBe(2_000);
  });
  it('begins anew after a minute of recording', () => {
    expect(
      pausesOf([...times(4, 'source_closed'), ['source_closed', 60_000], ['source_closed', 59_999]]).slice(4),
    ).toEqual(['1', '2']);
  });
  it('retries a refused login once, then parks longer each time', () => {
    expect(pausesOf(times(6, 'auth_failed'))).toEqual([
      '1',
      'parked 300',
      'parked 900',
      'parked 1800',
      'parked 3600',
      'parked 3600',
    ]);
  });
  it('forgets refusals once something else fails', () => {
    expect(pausesOf([...times(3, 'auth_failed'), ['source_closed'], ['auth_failed']]).at(-1)).toBe('16');
  });
  it('waits a session time-out for a busy camera', () => {
    expect(pausesOf(times(2, 'busy'))).toEqual(['60', '60']);
  });
  it('starts a new session at once when only clock or length were wrong', () => {
    expect(pausesOf([['clock_drift'], ['segment_too_large']])).toEqual(['0', '0']);
  });
});
