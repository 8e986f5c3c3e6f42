/** Everything that is told; migrations/*_events.sql says when. */
export const eventTypes = [
  'camera.registered',
  'camera.removed',
  'camera.bound',
  'camera.unbound',
  'camera.changed',
  'camera.online',
  'camera.offline',
  'camera.recording.desired',
  'camera.recording.reported',
  'camera.stop.unconfirmed',
  'agent.approved',
  'agent.changed',
  'agent.ended',
  'agent.online',
  'agent.offline',
  'claim.waiting',
  'tenant.created',
  'tenant.changed',
  'tenant.moved',
  'tenant.disabled',
  'tenant.enabled',
  'tenant.deleted',
  'tenant.stopping',
  'tenant.stop.unconfirmed',
  'user.locked',
  'user.unlocked',
  'operation.progress',
  'operation.finished',
  'history.entry',
] as const;
export type EventType = (typeof eventTypes)[number];

/** What events are about: the first word of their type. */
export const eventFamilies = ['camera', 'agent', 'claim', 'tenant', 'user', 'operation', 'history'] as const;
export type EventFamily = (typeof eventFamilies)[number];

export const familyOf = (type: EventType): EventFamily => type.split('.')[0] as EventFamily;

/** One thing that happened, as it stands in the log. */
export interface LoggedEvent {
  /** Place in the log, see position.ts. */
  id: string;
  type: EventType;
  tenantId: string;
  /** Of that tenant, as it is when the event is read. */
  path: string;
  /** Id of what it happened to. */
  subject: string;
  at: Date;
  data: Record<string, unknown>;
}

/** `camera.*` names every type that begins with `camera.`, `*` names all. */
export const matches = (patterns: readonly string[], type: EventType): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type,
  );

/** Whether a pattern names any type at all; one that does not is a typing error. */
export const namesSomething = (pattern: string): boolean =>
  /^(?:[a-z]+\.)*(?:\*|[a-z]+)$/.test(pattern) && eventTypes.some((type) => matches([pattern], type));

/** Events with equal keys tell the same story: the last one counts. Entries of the history are each their own. */
export const storyOf = (event: Pick<LoggedEvent, 'id' | 'type' | 'subject'>): string =>
  event.type === 'history.entry' ? event.id : `${event.type} ${event.subject}`;
