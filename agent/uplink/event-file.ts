import { agentEvent } from '@gantry/protocol/messages.js';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { readStored, writeDurably } from '../store.js';
import { maxWaiting, type EventStore, type QueuedEvent } from './event-queue.js';

const document = z.array(agentEvent.omit({ session: true })).max(maxWaiting);

/** Most events are acknowledged before they are written: a flash card is spared. */
const restMs = 1_000;

export interface EventFile extends EventStore {
  /** Writes what is not on disk yet. */
  close(): Promise<void>;
}

/** Opens the events that wait for the registry; a damaged file is told and starts anew. */
export async function openEventFile(o: { path: string; clock: Clock; log: Log }): Promise<EventFile> {
  const stored = await readStored(o.path, document);
  if (stored.kind === 'damaged')
    o.log.error({ why: stored.why }, 'the stored events are damaged and are given up');
  const waiting = stored.kind === 'value' ? stored.value : [];
  const abort = new AbortController();
  let written = JSON.stringify(waiting);
  let wanted: readonly QueuedEvent[] = waiting;
  let running: Promise<void> | null = null;
  const write = async (): Promise<void> => {
    const text = JSON.stringify(wanted);
    if (text === written) return;
    try {
      await writeDurably(o.path, text);
      written = text;
    } catch (error) {
      o.log.error({ err: error }, 'events that wait for the registry cannot be written');
    }
  };
  const later = async (): Promise<void> => {
    await o.clock.sleep(restMs, abort.signal).catch(() => undefined);
    running = null;
    await write();
  };
  return {
    waiting,
    keep(events) {
      wanted = events;
      running ??= later();
    },
    async close() {
      abort.abort();
      await running;
      await write();
    },
  };
}
