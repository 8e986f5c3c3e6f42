import type { AgentId } from '@gantry/protocol/ids.js';
import type { RecorderState } from '@gantry/protocol/state.js';
import { timeOf, type TimeStyle } from '../cameras/status.js';
import type { Presence } from '../db/schema/agents.js';

/** Whoever has not confirmed a stop by then is looked at by a person (R19). */
export const overdueMs = 30_000;

/** Cameras of one agent that are alike: what is wanted, what is reported. */
export interface CameraGroup {
  agent: { id: AgentId; name: string; presence: Presence; presenceAt: Date };
  /** R14, now. */
  wanted: boolean;
  /** Null: the agent never said. */
  reported: RecorderState | null;
  cameras: number;
}

/** An agent some of whose cameras are not yet what they should be. */
export interface Straggler {
  agentId: AgentId;
  agentName: string;
  cameras: number;
  /** Why, and what follows. */
  sentence: string;
}

/** Desired and reported side by side over a whole subtree (R19). */
export interface Stopping {
  cameras: number;
  /** Cameras that shall record, and of them those that do. */
  wanted: number;
  recording: number;
  /** Cameras that shall not, and of them those that confirmed it. */
  unwanted: number;
  stopped: number;
  /** Some have not confirmed their stop {@link overdueMs} after it was asked for. */
  overdue: boolean;
  stragglers: Straggler[];
}

/** Groups written out; beyond, the numbers tell. */
const namedStragglers = 20;

/** Nothing records there; what was never heard of records nothing either. */
const isStopped = (reported: RecorderState | null): boolean =>
  reported === null || reported === 'stopped' || reported === 'parked';

/** `askedAt`: when the stop was asked for; null when none was. */
export function stoppingOf(
  groups: readonly CameraGroup[],
  askedAt: Date | null,
  now: Date,
  style: TimeStyle,
): Stopping {
  const sum = (fits: (group: CameraGroup) => boolean): number =>
    groups.filter(fits).reduce((total, { cameras }) => total + cameras, 0);
  const late = groups.filter((group) => !group.wanted && !isStopped(group.reported));
  const overdue = late.length > 0 && askedAt !== null && now.getTime() - askedAt.getTime() >= overdueMs;
  return {
    cameras: sum(() => true),
    wanted: sum((group) => group.wanted),
    recording: sum((group) => group.wanted && group.reported === 'recording'),
    unwanted: sum((group) => !group.wanted),
    stopped: sum((group) => !group.wanted && isStopped(group.reported)),
    overdue,
    stragglers: stragglersOf(late, overdue, style),
  };
}

function stragglersOf(late: readonly CameraGroup[], overdue: boolean, style: TimeStyle): Straggler[] {
  const byAgent = new Map<AgentId, CameraGroup>();
  for (const group of late) {
    const known = byAgent.get(group.agent.id);
    byAgent.set(group.agent.id, { ...group, cameras: group.cameras + (known?.cameras ?? 0) });
  }
  return [...byAgent.values()]
    .toSorted((a, b) => b.cameras - a.cameras)
    .slice(0, namedStragglers)
    .map(({ agent, cameras }) => ({
      agentId: agent.id,
      agentName: agent.name,
      cameras,
      sentence: sentenceOf(agent, cameras, overdue, style),
    }));
}

function sentenceOf(
  { name, presence, presenceAt }: CameraGroup['agent'],
  cameras: number,
  overdue: boolean,
  style: TimeStyle,
): string {
  const some = cameras === 1 ? 'One camera' : `${cameras} cameras`;
  const refused = 'Nothing they record from now on is taken.';
  switch (presence) {
    case 'online':
      return overdue
        ? `${some} of ${name} did not confirm the stop. Look at the agent. ${refused}`
        : `${some} of ${name} stopping`;
    case 'offline':
      return `${some} of ${name}, offline since ${timeOf(presenceAt, style)}: will stop when it is back. ${refused}`;
    case 'unknown':
      return `${some} of ${name}, not heard since the registry started: will stop when it is back. ${refused}`;
    default: {
      const never: never = presence;
      return never;
    }
  }
}
