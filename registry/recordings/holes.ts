import { gapCauses, type GapCause } from '@gantry/protocol/gap.js';
import { covers, type Interval } from '../tenancy/entitlement.js';
import type { TenantKind } from '../db/schema/tenants.js';
import type { Gap } from './timeline.js';

/**
 * Why a time is not recorded, or not here yet. Beside what agents tell (protocol/gap.ts), what the registry knows:
 * who was switched off, and what is still to come.
 */
export const holeCauses = [
  ...gapCauses,
  'camera_off',
  'unbound',
  'customer_disabled',
  'integrator_disabled',
  'platform_disabled',
  'damaged',
  'on_its_way',
  'retention_ended',
] as const;
export type HoleCause = (typeof holeCauses)[number];

/**
 * `off`: nothing was to be recorded, or to be kept; `pending`: it may still arrive; `missing`: it was to be recorded, and is not
 * here.
 */
export type HoleState = 'off' | 'pending' | 'missing';

export interface Why {
  state: HoleState;
  cause: HoleCause;
  /** Name of the tenant or agent it is about; null where there is none. */
  who: string | null;
}

/** A stretch of time and why it is not recorded. */
export interface Hole extends Gap, Why {}

/** The camera's own part of the right to record, with the tenants above whoever held it then. */
export interface Claim {
  interval: Interval;
  /** Whether whoever asks sees that customer: another one's time is nothing to them (R41). */
  seen: boolean;
  /** Why it ended; null while it lasts. */
  endReason: string | null;
  /** Root first, each with the times in which it was active itself. */
  path: readonly { kind: TenantKind; name: string; active: readonly Interval[] }[];
}

const disabledBy = {
  platform: 'platform_disabled',
  integrator: 'integrator_disabled',
  customer: 'customer_disabled',
} as const;

const off = (cause: HoleCause, who: string | null = null): Why => ({ state: 'off', cause, who });

/** Why nothing was to be recorded at an instant; null when it was. `claims`: newest first. */
export function whyOff(claims: readonly Claim[], atMs: number): Why | null {
  const claim = claims.find(({ interval }) => covers([interval], atMs));
  if (claim === undefined) {
    const before = claims.find(({ interval }) => (interval.toMs ?? Infinity) <= atMs);
    return off(before?.seen === true && before.endReason === 'camera_off' ? 'camera_off' : 'unbound');
  }
  if (!claim.seen) return off('unbound');
  const above = claim.path.find(({ active }) => !covers(active, atMs));
  return above === undefined ? null : off(disabledBy[above.kind], above.name);
}

/** Stretches of a range in which nothing was to be recorded, in order. */
export function offStretches(claims: readonly Claim[], range: Gap): Hole[] {
  const intervals = claims.flatMap(({ interval, path }) => [
    interval,
    ...path.flatMap(({ active }) => [...active]),
  ]);
  const edges = [
    range.startMs,
    ...intervals.flatMap(({ fromMs, toMs }) => (toMs === null ? [fromMs] : [fromMs, toMs])),
  ].filter((edgeMs) => edgeMs >= range.startMs && edgeMs < range.endMs);
  const starts = [...new Set(edges)].toSorted((a, b) => a - b);
  const stretches = starts.flatMap((startMs, index) => {
    const why = whyOff(claims, startMs);
    return why === null ? [] : [{ startMs, endMs: starts[index + 1] ?? range.endMs, ...why }];
  });
  return merged(stretches);
}

const same = (a: Why, b: Why): boolean => a.state === b.state && a.cause === b.cause && a.who === b.who;

/** Joins neighbours with the same reason. In order, without overlap. */
function merged(holes: readonly Hole[]): Hole[] {
  const result: Hole[] = [];
  for (const hole of holes) {
    const last = result.at(-1);
    if (last !== undefined && last.endMs >= hole.startMs && same(last, hole)) last.endMs = hole.endMs;
    else result.push({ ...hole });
  }
  return result;
}

/** Makes stretches that may overlap follow each other: where two say something, the earlier one does. */
export function inOrder(holes: readonly Hole[]): Hole[] {
  let coveredToMs = Number.NEGATIVE_INFINITY;
  return holes
    .toSorted((a, b) => a.startMs - b.startMs)
    .flatMap((hole) => {
      const startMs = Math.max(hole.startMs, coveredToMs);
      coveredToMs = Math.max(coveredToMs, hole.endMs);
      return startMs < hole.endMs ? [{ ...hole, startMs }] : [];
    });
}

/** Cuts what a layer explains out of what is unexplained yet. Both in order, without overlap. */
function cutBy(rest: readonly Gap[], layer: readonly Hole[]): { explained: Hole[]; rest: Gap[] } {
  const explained: Hole[] = [];
  const left: Gap[] = [];
  let next = 0;
  for (const { startMs, endMs } of rest) {
    let atMs = startMs;
    while (next < layer.length && (layer[next] as Hole).endMs <= atMs) next += 1;
    for (let index = next; index < layer.length && atMs < endMs; index += 1) {
      const hole = layer[index] as Hole;
      if (hole.startMs >= endMs) break;
      const fromMs = Math.max(hole.startMs, atMs);
      const toMs = Math.min(hole.endMs, endMs);
      if (fromMs > atMs) left.push({ startMs: atMs, endMs: fromMs });
      if (toMs > fromMs) explained.push({ ...hole, startMs: fromMs, endMs: toMs });
      atMs = Math.max(atMs, toMs);
    }
    if (atMs < endMs) left.push({ startMs: atMs, endMs });
  }
  return { explained, rest: left };
}

const unexplained: Why = { state: 'missing', cause: 'unexplained', who: null };

/**
 * Gives each part of the gaps its one reason: that of the first layer that has one, `unexplained` only when none
 * has (issue 5, gap ledger). Together the answers are the gaps, without overlap, in order.
 */
export function explainGaps(gaps: readonly Gap[], layers: readonly (readonly Hole[])[]): Hole[] {
  const holes: Hole[] = [];
  let rest: Gap[] = [...gaps];
  for (const layer of layers) {
    const cut = cutBy(rest, layer);
    holes.push(...cut.explained);
    rest = cut.rest;
  }
  holes.push(...rest.map((gap) => ({ ...gap, ...unexplained })));
  return merged(holes.toSorted((a, b) => a.startMs - b.startMs));
}

/** What an agent tells of a gap, as a reason: of a switch or a schedule nobody expects footage. */
export const whyTold = (cause: GapCause): Why => ({
  state: cause === 'disabled' || cause === 'not_wanted' ? 'off' : 'missing',
  cause,
  who: null,
});

/** One line for a person (R19). */
export function sentenceOf({ state, cause, who }: Why): string {
  const name = who === null ? '' : ` ${who}`;
  switch (cause) {
    case 'camera_off':
      return 'Off: the camera was switched off';
    case 'unbound':
      return 'Off: the camera was not yours to record';
    case 'customer_disabled':
      return `Off: customer${name} was disabled`;
    case 'integrator_disabled':
      return `Off: integrator${name} was disabled`;
    case 'platform_disabled':
      return 'Off: the platform was disabled';
    case 'disabled':
      return 'Off: recording was switched off';
    case 'not_wanted':
      return 'Off: the schedule, or no motion, asked for no recording';
    case 'camera_unreachable':
      return 'Not recorded: the camera did not answer';
    case 'auth_failed':
      return 'Not recorded: the camera refused the login';
    case 'agent_offline':
      return state === 'pending'
        ? `Not here yet: the agent${name} is offline; what it records arrives when it is back`
        : 'Not recorded: the agent was not running';
    case 'disk_full':
      return "Not recorded: the agent's disk took no more";
    case 'evicted':
      return 'Lost: recorded, and given up before it was uploaded, for the disk of the agent was full';
    case 'source_silent':
      return 'Not recorded: the camera was connected and sent no video';
    case 'recorder_failed':
      return 'Not recorded: the recorder failed';
    case 'codec_unsupported':
      return "Not recorded: the camera's encoding cannot be recorded";
    case 'clock_changed':
      return "Not recorded: the agent's clock was set";
    case 'damaged':
      return 'Lost: it was stored here, and its file is gone or damaged';
    case 'on_its_way':
      return `Not here yet: it waits on the agent${name}`;
    case 'retention_ended':
      return 'Not kept: recordings of this time are past their retention';
    case 'unexplained':
      return 'Not recorded: nobody knows why';
    default: {
      const never: never = cause;
      return never;
    }
  }
}
