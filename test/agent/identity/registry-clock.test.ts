import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryClock } from '@gantry/agent/identity/registry-clock.js';
import { readRememberedOffset } from '@gantry/agent/identity/remembered-offset.js';
import { createLog } from '@gantry/agent/log.js';
import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { steeredClock } from '../support/steered-clock.js';

/** An exchange of `roundTripMs` that ends now and that the registry saw in its middle. */
const sampleOf = (
  clock: ReturnType<typeof steeredClock>,
  aheadMs: number,
  roundTripMs: number,
  skewMs = 0,
) => ({
  sentMonotonicMs: clock.monotonicMs() - roundTripMs,
  receivedMonotonicMs: clock.monotonicMs(),
  registryAtMs: clock.wallMs() - roundTripMs / 2 + aheadMs + skewMs,
});

describe('the registry clock', () => {
  it('is the own clock until something was measured', () => {
    const clock = steeredClock();
    const registry = createRegistryClock(clock);
    expect([registry.offsetMs(), registry.nowMs()]).toEqual([0, clock.wallMs()]);
  });

  it('takes the middle of the exchange, and of several exchanges the quickest', () => {
    const clock = steeredClock();
    const registry = createRegistryClock(clock);
    registry.observe(sampleOf(clock, 5_000, 800, 300));
    registry.observe(sampleOf(clock, 5_000, 20, 4));
    registry.observe(sampleOf(clock, 5_000, 600, -250));
    expect(registry.offsetMs()).toBe(5_004);
  });

  it('runs on when the wall clock of the box is set', async () => {
    const clock = steeredClock();
    const registry = createRegistryClock(clock);
    registry.observe(sampleOf(clock, 5_000, 10));
    const beforeMs = registry.nowMs();
    clock.setWall(0);
    await clock.advance(1_000);
    expect(registry.nowMs()).toBe(beforeMs + 1_000);
    expect(registry.offsetMs()).toBe(beforeMs);
  });

  it('believes the newer measurement when both cannot be true', async () => {
    const clock = steeredClock();
    const registry = createRegistryClock(clock);
    registry.observe(sampleOf(clock, 5_000, 10));
    await clock.advance(1_000);
    registry.observe(sampleOf(clock, 90_000, 400));
    expect(registry.offsetMs()).toBe(90_000);
  });

  it('prefers a fresh slow measurement to one so old that quartz may have drifted further', async () => {
    const clock = steeredClock();
    const registry = createRegistryClock(clock);
    registry.observe(sampleOf(clock, 5_000, 10));
    await clock.advance(3_600_000);
    registry.observe(sampleOf(clock, 5_100, 60));
    expect(registry.offsetMs()).toBe(5_100);
  });
});

describe('a remembered offset', () => {
  it('places footage after a restart without network, until the clock is measured again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-offset-'));
    const log = createLog({ level: 'silent' });
    const path = join(folder, 'clock-offset.json');
    try {
      const dayMs = 86_400_000;
      const first = await readRememberedOffset(path, log);
      expect(first.offsetMs).toBe(0);
      const clock = steeredClock();
      createRegistryClock(clock, first.offsetMs, first.remember).observe(sampleOf(clock, dayMs, 10));
      await until(() => existsSync(path), { what: 'the offset on disk' });

      const second = await readRememberedOffset(path, log);
      const later = createRegistryClock(clock, second.offsetMs);
      expect([later.offsetMs(), later.nowMs()]).toEqual([dayMs, clock.wallMs() + dayMs]);
      later.observe(sampleOf(clock, 0, 10));
      expect(later.offsetMs()).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
