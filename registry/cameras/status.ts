import type { RecorderState } from '@gantry/protocol/state.js';
import type { Presence } from '../db/schema/agents.js';
import type { Wish } from './wish.js';

export const chips = ['recording', 'not_recording', 'waiting', 'offline', 'disabled', 'unassigned'] as const;
/** The one word of a camera's state: what lists are filtered by. */
export type Chip = (typeof chips)[number];

export interface StatusFacts {
  wish: Wish;
  /** Who used the camera's own switch; null while it is on. */
  switchedOffBy: 'integrator' | 'customer' | null;
  agent: { presence: Presence; presenceAt: Date };
  missingSince: Date | null;
  /** Null until the agent said something about this camera. */
  reported: {
    state: RecorderState;
    reason: string | null;
    detail: string | null;
    since: Date | null;
  } | null;
}

export interface CameraStatus {
  chip: Chip;
  /** One line for a person, with its reason (R19). */
  sentence: string;
}

/** How times are written in one time zone, seen from one "now". */
export interface TimeStyle {
  time: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
  /** "Now" as `day` writes it. */
  today: string;
}

/**
 * The style of each time zone (IANA name; the site's). To make a format costs many times what writing a time
 * with it does, so whoever writes a page asks here and each time zone's are made once.
 */
export function timeStyles(now: Date): (timeZone: string) => TimeStyle {
  const made = new Map<string, TimeStyle>();
  return (timeZone) => {
    const known = made.get(timeZone);
    if (known !== undefined) return known;
    const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' });
    const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
    const style = { time, day, today: day.format(now) };
    made.set(timeZone, style);
    return style;
  };
}

/** `10:02` today, `21 Nov 10:02` earlier, in the site's time zone. */
export function timeOf(at: Date, { time, day, today }: TimeStyle): string {
  const date = day.format(at);
  return date === today ? time.format(at) : `${date} ${time.format(at)}`;
}

/** A camera's state as one word and one line, from what is wanted, what is reported and who is there (R19). */
export function statusOf(facts: StatusFacts, style: TimeStyle): CameraStatus {
  return facts.wish.record ? wanted(facts, style) : unwanted(facts);
}

function wanted({ agent, missingSince, reported }: StatusFacts, style: TimeStyle): CameraStatus {
  if (agent.presence === 'offline') {
    return { chip: 'offline', sentence: `Offline since ${timeOf(agent.presenceAt, style)} (agent)` };
  }
  if (agent.presence === 'unknown') return { chip: 'waiting', sentence: 'Waiting to hear from the agent' };
  if (missingSince !== null) {
    return { chip: 'offline', sentence: `Offline since ${timeOf(missingSince, style)} (not found on site)` };
  }
  if (reported === null) return { chip: 'waiting', sentence: 'Waiting for the agent to start it' };
  const why = reported.detail ?? reported.reason;
  const because = why === null ? '' : `: ${why}`;
  switch (reported.state) {
    case 'recording':
      return {
        chip: 'recording',
        sentence: reported.since === null ? 'Recording' : `Recording since ${timeOf(reported.since, style)}`,
      };
    case 'starting':
      return { chip: 'waiting', sentence: 'Starting' };
    case 'stopped':
      if (reported.reason === 'not_scheduled') {
        return { chip: 'waiting', sentence: 'Waiting for the next time of its schedule' };
      }
      return { chip: 'waiting', sentence: 'Waiting for the agent to start it' };
    case 'retrying':
      return { chip: 'not_recording', sentence: `Not recording, trying again${because}` };
    case 'parked':
      return { chip: 'not_recording', sentence: `Not recording${because}` };
    default: {
      const never: never = reported.state;
      return never;
    }
  }
}

function unwanted(facts: StatusFacts): CameraStatus {
  const { wish, reported, agent } = facts;
  const stopped = reported === null || reported.state === 'stopped' || reported.state === 'parked';
  // Proof of stop: what was asked and what is so are two things (R19).
  const proof = stopped ? '' : agent.presence === 'online' ? ' (stopping)' : ' (stop not confirmed)';
  switch (wish.reason) {
    case 'unbound':
      return { chip: 'unassigned', sentence: `Unassigned — assign it to a customer${proof}` };
    case 'no_plan':
      return { chip: 'unassigned', sentence: `Off — no plan${proof}` };
    case 'customer_disabled':
    case 'integrator_disabled':
    case 'platform_disabled': {
      const kind = wish.because?.kind ?? 'tenant';
      const name = wish.because?.name ?? '';
      return { chip: 'disabled', sentence: `Off — ${kind} ${name} disabled${proof}` };
    }
    case 'camera_off':
      return {
        chip: 'disabled',
        sentence: `Off — switched off${facts.switchedOffBy === null ? '' : ` by the ${facts.switchedOffBy}`}${proof}`,
      };
    case 'mode_off':
      return { chip: 'not_recording', sentence: `Off — recording mode is off${proof}` };
    case 'released':
      return { chip: 'unassigned', sentence: `Released${proof}` };
    case 'recording':
      return { chip: 'not_recording', sentence: 'Not recording' };
    default: {
      const never: never = wish.reason;
      return never;
    }
  }
}
