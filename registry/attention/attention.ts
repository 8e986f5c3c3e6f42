import { timeOf, type TimeStyle } from '../cameras/status.js';
import { workWords } from './work-words.js';

/** What may need a person, the most urgent first. */
export const attentionKinds = [
  'stop_unconfirmed',
  'agent_conflict',
  'camera_conflict',
  'agent_offline',
  'not_recording',
  'camera_missing',
  'needs_login',
  'operation_failed',
  'inbox',
] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** What a person does about it; the portal has a button for each. */
export const attentionActions = [
  'open_agent',
  'open_camera',
  'open_cameras',
  'enter_login',
  'settle_conflict',
  'bind_cameras',
  'open_operation',
] as const;
export type AttentionAction = (typeof attentionActions)[number];

export interface Target {
  kind: 'agent' | 'camera' | 'operation' | 'tenant';
  id: string;
  name: string;
}

/** One root cause, however many cameras it touches (R50). */
export interface Attention {
  kind: AttentionKind;
  /** What, since when, because of what. */
  sentence: string;
  /** Because of what, as the agent or the registry said it; null where nothing was said. */
  reason: string | null;
  /** Cameras it touches; 0 where none are. */
  cameras: number;
  since: Date | null;
  target: Target;
  action: AttentionAction;
}

/** Cameras of one agent with one and the same trouble. */
export interface Trouble {
  kind: 'stop_unconfirmed' | 'camera_conflict' | 'not_recording' | 'camera_missing' | 'needs_login';
  agent: { id: string; name: string };
  /** In the words of the agent; null where it gave none. */
  reason: string | null;
  cameras: number;
  /** One of them: the only one, when it is one. */
  camera: { id: string; name: string };
  since: Date | null;
}

export interface AttentionFacts {
  /** Agents that are gone, with their cameras in sight. */
  offline: readonly { id: string; name: string; since: Date; cameras: number }[];
  /** Agents whose key may be used by two machines. */
  conflicts: readonly { id: string; name: string; conflict: string }[];
  /** Cameras of agents that are there. */
  troubles: readonly Trouble[];
  failures: readonly { id: string; kind: string; detail: string; at: Date }[];
  /** Cameras that wait for a customer. */
  inbox: number;
  tenant: { id: string; name: string };
}

/** Everything that needs somebody, the most urgent first, then what touches most cameras. Pure. */
export function attentionFrom(facts: AttentionFacts, style: TimeStyle): Attention[] {
  const all: Attention[] = [
    ...facts.conflicts.map(({ id, name, conflict }): Attention => ({
      kind: 'agent_conflict',
      sentence: `${name}: ${conflict}`,
      reason: conflict,
      cameras: 0,
      since: null,
      target: { kind: 'agent', id, name },
      action: 'open_agent',
    })),
    ...facts.offline.map(({ id, name, since, cameras }): Attention => ({
      kind: 'agent_offline',
      sentence: `${name} offline since ${timeOf(since, style)} (${camerasText(cameras)})`,
      reason: null,
      cameras,
      since,
      target: { kind: 'agent', id, name },
      action: 'open_agent',
    })),
    ...facts.troubles.map((trouble) => fromTrouble(trouble, style)),
    ...facts.failures.map(({ id, kind, detail, at }): Attention => ({
      kind: 'operation_failed',
      sentence: `${workWords(kind)} failed at ${timeOf(at, style)}: ${detail}`,
      reason: detail,
      cameras: 0,
      since: at,
      target: { kind: 'operation', id, name: kind },
      action: 'open_operation',
    })),
  ];
  if (facts.inbox > 0) {
    // Only these two: a tenant's row has a kind of its own.
    const { id, name } = facts.tenant;
    all.push({
      kind: 'inbox',
      sentence: `${camerasText(facts.inbox)} ${facts.inbox === 1 ? 'waits' : 'wait'} for a customer`,
      reason: null,
      cameras: facts.inbox,
      since: null,
      target: { kind: 'tenant', id, name },
      action: 'bind_cameras',
    });
  }
  const urgency = (one: Attention): number => attentionKinds.indexOf(one.kind);
  return all.toSorted((a, b) => urgency(a) - urgency(b) || b.cameras - a.cameras);
}

const camerasText = (count: number): string => (count === 1 ? '1 camera' : `${count} cameras`);

function fromTrouble({ kind, agent, reason, cameras, camera, since }: Trouble, style: TimeStyle): Attention {
  const alone = cameras === 1;
  const who = alone ? camera.name : `${cameras} cameras of ${agent.name}`;
  const because = reason === null ? '' : `: ${reason}`;
  const from = since === null || !alone ? '' : ` since ${timeOf(since, style)}`;
  const words: Record<Trouble['kind'], { sentence: string; action: AttentionAction }> = {
    stop_unconfirmed: {
      sentence: `${who} ${alone ? 'goes' : 'go'} on recording though switched off; nothing of it is taken`,
      action: 'open_agent',
    },
    camera_conflict: {
      sentence: `${who}${because || ': it is not clear who it is'}`,
      action: 'settle_conflict',
    },
    not_recording: {
      sentence: `${who} ${alone ? 'does' : 'do'} not record${from}${because}`,
      action: alone ? 'open_camera' : 'open_cameras',
    },
    camera_missing: {
      sentence: `${who} not found on site${from}`,
      action: alone ? 'open_camera' : 'open_cameras',
    },
    needs_login: { sentence: `${who} ${alone ? 'needs' : 'need'} a login${because}`, action: 'enter_login' },
  };
  const target: Target = alone ? { kind: 'camera', ...camera } : { kind: 'agent', ...agent };
  return { kind, reason, cameras, since, target, ...words[kind] };
}
