import type { QueryClient } from '@tanstack/react-query';
import type { LiveEvent } from './feed.js';

/** What an event makes stale: first words of query keys. */
const stale: readonly (readonly [prefix: string, subjects: readonly string[]])[] = [
  ['camera.', ['cameras', 'home', 'tenants']],
  ['customer.', ['tenants', 'cameras', 'home']],
  ['tenant.', ['tenants', 'cameras', 'home']],
  ['integrator.', ['tenants', 'cameras', 'home']],
  ['agent.', ['agents', 'cameras', 'home']],
  ['claim.', ['agents', 'claims', 'home']],
  ['operation.', ['operations']],
  ['user.', ['users']],
  ['history.', ['history']],
];

/** The first words of query keys that these events make stale. */
export function staleSubjects(events: readonly LiveEvent[]): Set<string> {
  const subjects = new Set<string>();
  for (const { type } of events) {
    for (const [prefix, words] of stale)
      if (type.startsWith(prefix)) for (const word of words) subjects.add(word);
  }
  return subjects;
}

/** Each subject is asked for again at most this often, however much happens. */
const everyMs = 1_000;

/** Asks for what is on screen again as events make it stale; null makes everything stale. */
export function keepFresh(client: QueryClient): (events: readonly LiveEvent[] | null) => void {
  const askedAtMs = new Map<string, number>();
  const waiting = new Set<string>();
  const ask = (subject: string) => {
    waiting.delete(subject);
    askedAtMs.set(subject, Date.now());
    void client.invalidateQueries({ queryKey: [subject] }, { cancelRefetch: false });
  };
  return (events) => {
    if (events === null) {
      void client.invalidateQueries();
      return;
    }
    for (const subject of staleSubjects(events)) {
      if (waiting.has(subject)) continue;
      const waitMs = (askedAtMs.get(subject) ?? 0) + everyMs - Date.now();
      if (waitMs <= 0) ask(subject);
      else {
        waiting.add(subject);
        setTimeout(() => ask(subject), waitMs);
      }
    }
  };
}
