/** Who stands in the history for a change. */
export interface Actor {
  kind: 'user' | 'apiKey' | 'agent' | 'registry';
  id: string | null;
  name: string;
  ip: string | null;
  userAgent: string | null;
}

/** What the registry does by itself. */
export const registryActor: Actor = { kind: 'registry', id: null, name: 'Gantry', ip: null, userAgent: null };
