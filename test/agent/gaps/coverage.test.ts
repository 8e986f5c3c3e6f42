import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  account,
  newCoverage,
  type ClosedGap,
  type Coverage,
  type Happening,
  type Span,
} from '@gantry/agent/gaps/coverage.js';
import type { GapCause } from '@gantry/protocol/gap.js';

/** Tells a camera's story and answers the gaps as lines: `cause from–to`. */
function tell(start: Coverage, ...story: Happening[]): string[] {
  let coverage = start;
  const lines: string[] = [];
  for (const happening of story) {
    const after = account(coverage, happening);
    coverage = after.coverage;
    lines.push(...after.closed.map(({ cause, fromMs, toMs }) => `${cause} ${fromMs}–${toMs}`));
  }
  if (coverage.open) lines.push(`${coverage.open.cause} ${coverage.open.fromMs}–`);
  return lines;
}
const state = (atMs: number, cause: GapCause | null): Happening => ({ kind: 'state', atMs, cause });
const footage = (fromMs: number, toMs: number): Happening => ({ kind: 'footage', fromMs, toMs });
const unwanted = (fromMs: number, toMs: number): Happening => ({ kind: 'unwanted', fromMs, toMs });
const recordingFrom = (atMs: number) => newCoverage(atMs, null);

describe('the account of a camera', () => {
  it.each<[string, string[], string[]]>([
    [
      'has no gap while segments follow each other',
      tell(recordingFrom(0), footage(0, 10), footage(10, 20)),
      [],
    ],
    [
      'begins a gap where the footage ended, however late the failure was noticed',
      tell(recordingFrom(0), footage(0, 10), footage(10, 13), state(23, 'source_silent')),
      ['source_silent 13–'],
    ],
    [
      'ends it where footage begins again, not where the recorder said so',
      tell(
        recordingFrom(0),
        footage(0, 10),
        state(20, 'camera_unreachable'),
        state(33, null),
        footage(32, 42),
      ),
      ['camera_unreachable 10–32'],
    ],
    [
      'keeps one gap per cause',
      tell(
        recordingFrom(0),
        footage(0, 10),
        state(12, 'camera_unreachable'),
        state(13, 'camera_unreachable'),
        state(50, 'auth_failed'),
        state(60, null),
        footage(60, 70),
      ),
      ['camera_unreachable 10–50', 'auth_failed 50–60'],
    ],
    [
      'names the camera when pictures are missing and nothing failed',
      tell(recordingFrom(0), footage(0, 10), footage(14, 20)),
      ['source_silent 10–14'],
    ],
    [
      'takes the segment that a stop handed over last before the gap begins',
      tell(recordingFrom(0), footage(0, 10), footage(10, 17), state(18, 'disabled')),
      ['disabled 17–'],
    ],
    [
      'makes room for footage that comes out of a recorder whose disk was full',
      tell(recordingFrom(0), state(5, 'disk_full'), footage(0, 10), footage(10, 20), state(25, null)),
      ['disk_full 0–0', 'disk_full 10–10', 'disk_full 20–'],
    ],
    [
      'takes no gap back for footage older than what is accounted for',
      tell(recordingFrom(0), footage(0, 10), footage(20, 30), footage(12, 18)),
      ['source_silent 10–20'],
    ],
    [
      'calls what was recorded without a motion not wanted, in one gap',
      tell(
        recordingFrom(0),
        unwanted(0, 5),
        unwanted(5, 10),
        footage(10, 15),
        footage(15, 20),
        unwanted(20, 25),
      ),
      ['not_wanted 0–10', 'not_wanted 20–'],
    ],
    [
      'says that the agent was not running since its last footage',
      tell(recordingFrom(0), footage(0, 10), { kind: 'started', aliveMs: 12, atMs: 100 }, state(103, null)),
      ['agent_offline 10–'],
    ],
    [
      'lets a failure last until the agent was last alive',
      tell(
        recordingFrom(0),
        state(5, 'camera_unreachable'),
        { kind: 'started', aliveMs: 40, atMs: 100 },
        state(100, 'source_silent'),
        state(104, null),
        footage(103, 110),
      ),
      ['camera_unreachable 0–40', 'agent_offline 40–100', 'source_silent 100–103'],
    ],
    [
      'leaves a switched-off camera switched off while the agent was away',
      tell(newCoverage(0, 'disabled'), { kind: 'started', aliveMs: 10, atMs: 50 }, state(50, 'disabled')),
      ['disabled 0–'],
    ],
    [
      'tells footage that was kept and is gone beside everything else',
      tell(recordingFrom(0), footage(0, 10), { kind: 'lost', fromMs: 0, toMs: 10, cause: 'evicted' }),
      ['evicted 0–10'],
    ],
    [
      'calls a jump of the clock what it is',
      tell(
        recordingFrom(0),
        footage(0, 10),
        { kind: 'clock_stepped', byMs: 1_000, atMs: 1_015 },
        footage(1_010, 1_020),
      ),
      ['clock_changed 10–1010'],
    ],
    [
      'goes on where the clock is when it was set back',
      tell(
        recordingFrom(0),
        footage(0, 1_000),
        { kind: 'clock_stepped', byMs: -900, atMs: 110 },
        footage(100, 110),
      ),
      [],
    ],
    [
      'goes on where the clock is when the box came up in the past',
      tell(
        recordingFrom(0),
        footage(0, 1_000),
        { kind: 'started', aliveMs: 990, atMs: 5 },
        state(8, null),
        footage(8, 20),
      ),
      ['agent_offline 5–8'],
    ],
  ])('%s', (_, told, expected) => {
    expect(told).toEqual(expected);
  });
});

/** A camera's life as its recorder sees it, told the way the parts of the agent tell it. */
const life = fc.array(
  fc.record({
    what: fc.constantFrom('record', 'fail', 'off', 'ring', 'restart', 'evict'),
    lastsMs: fc.integer({ min: 1, max: 50 }),
    noticedMs: fc.integer({ min: 0, max: 10 }),
    cause: fc.constantFrom<GapCause>('camera_unreachable', 'auth_failed', 'source_silent', 'disk_full'),
  }),
  { maxLength: 40 },
);

describe('the coverage invariant', () => {
  it('every moment is footage or in a gap, and no gap lies over footage that was not given up', () => {
    fc.assert(
      fc.property(life, (phases) => {
        let nowMs = 0;
        let coverage = newCoverage(0, 'disabled');
        const kept: Span[] = [];
        const gaps: ClosedGap[] = [];
        const evicted = new Set<Span>();
        const take = (happening: Happening) => {
          const after = account(coverage, happening);
          coverage = after.coverage;
          gaps.push(...after.closed);
        };
        for (const { what, lastsMs, noticedMs, cause } of phases) {
          const span = { fromMs: nowMs + noticedMs, toMs: nowMs + noticedMs + lastsMs };
          const oldest = kept.find((one) => !evicted.has(one));
          if (what === 'evict' && oldest) {
            evicted.add(oldest);
            take({ kind: 'lost', ...oldest, cause: 'evicted' });
          }
          if (what === 'record' || what === 'ring') {
            take({ kind: 'state', atMs: span.fromMs, cause: null });
            if (what === 'record') kept.push(span);
            take({ kind: what === 'record' ? 'footage' : 'unwanted', ...span });
          }
          if (what === 'fail') take({ kind: 'state', atMs: span.fromMs, cause });
          if (what === 'off') take({ kind: 'state', atMs: span.fromMs, cause: 'disabled' });
          if (what === 'restart') take({ kind: 'started', aliveMs: span.fromMs, atMs: span.toMs });
          nowMs = span.toMs;
        }
        take({ kind: 'state', atMs: nowMs, cause: 'disabled' });

        const stored = kept.filter((one) => !evicted.has(one));
        const openFromMs = coverage.open?.fromMs ?? Infinity;
        for (let ms = 0; ms < nowMs; ms += 1) {
          const holds = (one: Span) => one.fromMs <= ms && ms < one.toMs;
          const causes = gaps.filter(holds).length + (ms >= openFromMs ? 1 : 0);
          expect(causes + (stored.some(holds) ? 1 : 0), `at ${ms}`).toBe(1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
