import type { GapCause } from '@gantry/protocol/gap.js';

/** Half open, registry clock, epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** What happened to one camera; all times on the registry's clock, epoch ms. */
export type Happening =
  /** The recorder's state: why it does not record, or null while it does. */
  | { kind: 'state'; atMs: number; cause: GapCause | null }
  /** Footage that is safe in the spool. */
  | ({ kind: 'footage' } & Span)
  /** Footage that was recorded and is not kept, because nobody wants it. */
  | ({ kind: 'unwanted' } & Span)
  /** Footage that was kept and is gone. */
  | ({ kind: 'lost'; cause: GapCause } & Span)
  /** The agent starts; it was alive at `aliveMs` for certain. */
  | { kind: 'started'; aliveMs: number; atMs: number }
  /** The measured clock jumped: what was 12:00 is now 12:00 plus this. */
  | { kind: 'clock_stepped'; byMs: number; atMs: number };

export interface OpenGap {
  fromMs: number;
  cause: GapCause;
}

/** What the ledger knows of a camera between happenings. */
export interface Coverage {
  /** Every moment before is footage or a closed gap; from here on it is the open gap, or still being recorded. */
  accountedToMs: number;
  open: OpenGap | null;
  /** Why it is not recorded at the moment; null while it is. */
  cause: GapCause | null;
}

/** A gap that has ended. Its opening, if it had one, was {@link Coverage.open} before. */
export interface ClosedGap extends Span {
  cause: GapCause;
  /** It was the open gap: told by the same id. */
  wasOpen: boolean;
}

export interface Account {
  coverage: Coverage;
  /** In order of time. One that was open may end where it began: it turned out to be none. */
  closed: ClosedGap[];
}

/** The account of a camera that is heard of for the first time. */
export const newCoverage = (atMs: number, cause: GapCause | null): Coverage => ({
  accountedToMs: atMs,
  open: cause === null ? null : { fromMs: atMs, cause },
  cause,
});

/**
 * The rule of the ledger: every moment is footage, still in work, or in a gap with one cause. While a gap is open
 * its end is not known; footage tells it to the millisecond, a change of the cause as well as we noticed it. A
 * failure is noticed after the last picture, so the gap it explains begins where the footage ended. Pure.
 */
export function account(before: Coverage, happening: Happening): Account {
  switch (happening.kind) {
    case 'state':
      return changeCause(before, happening.atMs, happening.cause);
    case 'footage':
      return takeFootage(before, happening);
    case 'unwanted':
      return takeUnwanted(before, happening);
    case 'lost': {
      const { fromMs, toMs, cause } = happening;
      return { coverage: before, closed: [{ fromMs, toMs, cause, wasOpen: false }] };
    }
    case 'started':
      return resume(before, happening);
    case 'clock_stepped':
      return stepClock(before, happening);
    default:
      return happening satisfies never;
  }
}

const endOpen = (open: OpenGap, atMs: number): ClosedGap => ({
  fromMs: open.fromMs,
  toMs: Math.max(open.fromMs, atMs),
  cause: open.cause,
  wasOpen: true,
});

/** The open gap ends here and one with another cause begins. */
function succeed(before: Coverage, atMs: number, cause: GapCause): Account {
  if (before.open === null) {
    return { coverage: { ...before, open: { fromMs: before.accountedToMs, cause }, cause }, closed: [] };
  }
  if (before.open.cause === cause) return { coverage: { ...before, cause }, closed: [] };
  const ended = endOpen(before.open, atMs);
  return {
    coverage: { accountedToMs: ended.toMs, open: { fromMs: ended.toMs, cause }, cause },
    closed: [ended],
  };
}

function changeCause(before: Coverage, atMs: number, cause: GapCause | null): Account {
  // It records: the open gap ends where its footage begins, which the first segment tells.
  if (cause === null) return { coverage: { ...before, cause }, closed: [] };
  return succeed(before, atMs, cause);
}

/** What lies between the account and `fromMs`, closed. */
function settleUpTo(before: Coverage, fromMs: number): ClosedGap[] {
  if (before.open !== null) return [endOpen(before.open, fromMs)];
  if (fromMs <= before.accountedToMs) return [];
  // Nobody noticed a failure: the camera left out pictures.
  return [{ fromMs: before.accountedToMs, toMs: fromMs, cause: 'source_silent', wasOpen: false }];
}

function takeFootage(before: Coverage, { fromMs, toMs }: Span): Account {
  // Late footage (a disk that was full, a pre-roll) of a time that is accounted for: it wins over its gap.
  if (toMs <= before.accountedToMs) return { coverage: before, closed: [] };
  const closed = settleUpTo(before, fromMs);
  const open = before.cause === null ? null : { fromMs: toMs, cause: before.cause };
  return { coverage: { ...before, accountedToMs: toMs, open }, closed };
}

function takeUnwanted(before: Coverage, { fromMs, toMs }: Span): Account {
  if (toMs <= before.accountedToMs || before.open?.cause === 'not_wanted') {
    return { coverage: before, closed: [] };
  }
  const closed = settleUpTo(before, fromMs);
  const fromThereMs = Math.max(fromMs, before.accountedToMs);
  const open: OpenGap = { fromMs: fromThereMs, cause: 'not_wanted' };
  return { coverage: { ...before, accountedToMs: fromThereMs, open }, closed };
}

/** Between the last sign of life and now nobody looked; what was switched off then was so all the time. */
function resume(before: Coverage, { aliveMs, atMs }: { aliveMs: number; atMs: number }): Account {
  if (atMs < before.accountedToMs) {
    // The box came up with a clock that is behind: the account goes on from where the clock is.
    const open: OpenGap = { fromMs: atMs, cause: 'agent_offline' };
    const closed = before.open === null ? [] : [endOpen(before.open, before.open.fromMs)];
    return { coverage: { accountedToMs: atMs, open, cause: 'agent_offline' }, closed };
  }
  if (before.open?.cause === 'disabled') return { coverage: before, closed: [] };
  const sinceMs = Math.min(Math.max(before.open?.fromMs ?? before.accountedToMs, aliveMs), atMs);
  return succeed(before, sinceMs, 'agent_offline');
}

function stepClock(before: Coverage, { byMs, atMs }: { byMs: number; atMs: number }): Account {
  if (byMs > 0) {
    // The times of before keep their place, and the jump itself is a hole in them.
    const closed = before.open === null ? [] : [endOpen(before.open, atMs - byMs)];
    const fromMs = closed[0]?.toMs ?? before.accountedToMs;
    const jump: ClosedGap = { fromMs, toMs: fromMs + byMs, cause: 'clock_changed', wasOpen: false };
    const open = before.open === null ? null : { fromMs: jump.toMs, cause: before.open.cause };
    return { coverage: { ...before, accountedToMs: jump.toMs, open }, closed: [...closed, jump] };
  }
  // Times repeat: what comes now is told beside what was told before, and nothing is missing.
  const open = before.open === null ? null : { ...before.open, fromMs: before.open.fromMs + byMs };
  const closed = before.open === null ? [] : [endOpen(before.open, before.open.fromMs)];
  return { coverage: { ...before, accountedToMs: before.accountedToMs + byMs, open }, closed };
}
