import type { Stack } from '../support/stack.js';
import { until } from '../support/until.js';

export interface DisableRound {
  /** HTTP answer of the disable → the last recorder's exit, ms. */
  stoppedMs: number;
  /** HTTP answer of the enable → every camera has a recorder again, ms. */
  startedMs: number;
}

export interface DisableRounds {
  rounds: DisableRound[];
  /** Segments that were stored although they start at or after a disable and before the enable that follows. */
  storedWhileDisabled: number;
  /** Segments that were stored at all; a run that stored none proves nothing. */
  stored: number;
}

interface Switched {
  at: string;
}

/** Switches the customer off and on over recording cameras and looks at every consequence (R15, R16, R18). */
export async function runDisableRounds(stack: Stack, cameras: number, count: number): Promise<DisableRounds> {
  const switchTo = (verb: 'enable' | 'disable') =>
    stack.api.post<Switched>(`/tenants/${stack.tenants.customerId}:${verb}`, {});
  const rounds: DisableRound[] = [];
  const off: { fromMs: number; toMs: number }[] = [];
  for (let round = 0; round < count; round += 1) {
    // Every camera has an open segment that the disable must close.
    await stack.recording(cameras);
    const disabled = await switchTo('disable');
    const disabledMs = performance.now();
    await until(() => stack.recorders() === 0, {
      timeoutMs: 15_000,
      everyMs: 5,
      what: 'the last recorder’s exit',
    });
    const stoppedMs = performance.now() - disabledMs;
    const enabled = await switchTo('enable');
    const enabledMs = performance.now();
    await until(() => stack.recorders() === cameras, {
      timeoutMs: 30_000,
      everyMs: 5,
      what: 'a recorder per camera',
    });
    rounds.push({ stoppedMs, startedMs: performance.now() - enabledMs });
    off.push({ fromMs: Date.parse(disabled.at), toMs: Date.parse(enabled.at) });
  }
  await stack.uploaded(cameras * count);
  const segments = await stack.segments();
  return {
    rounds,
    stored: segments.length,
    storedWhileDisabled: segments.filter(({ startedAtMs }) =>
      off.some(({ fromMs, toMs }) => startedAtMs >= fromMs && startedAtMs < toMs),
    ).length,
  };
}
