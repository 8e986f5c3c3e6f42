/**
 * Hints inside this process that something was committed: "look again". A hint may be lost (another process,
 * a crash), so whoever listens also looks by itself from time to time.
 */
export interface Hints {
  outbox: undefined;
  camera: { cameraIds: readonly string[] };
  tenant: { tenantId: string };
  agent: { agentId: string };
  operation: undefined;
  /** Something was told that no other hint announces. */
  event: undefined;
}

export interface Changes {
  /** Call after commit, never inside a transaction. */
  hint<Name extends keyof Hints>(name: Name, hint: Hints[Name]): void;
  /** Returns the function that stops listening. A listener must not throw. */
  listen<Name extends keyof Hints>(name: Name, listener: (hint: Hints[Name]) => void): () => void;
}

export function createChanges(): Changes {
  const listeners = new Map<keyof Hints, Set<(hint: never) => void>>();
  return {
    hint: (name, hint) => {
      for (const listener of listeners.get(name) ?? []) (listener as (hint: unknown) => void)(hint);
    },
    listen: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
  };
}
