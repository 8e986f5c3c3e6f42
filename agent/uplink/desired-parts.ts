import type { Desired } from '@gantry/protocol/messages.js';
import { comparePositions, type DesiredState } from '@gantry/protocol/state.js';

/** Parts of one desired state that have come so far. */
export interface DesiredParts {
  epoch: number;
  generation: number;
  parts: number;
  received: ReadonlyMap<number, Desired>;
}

export interface Assembly {
  held: DesiredParts | null;
  /** The whole state, once its last part is here. */
  complete: DesiredState | null;
}

/**
 * Adds one part. Parts come in any order and may repeat; a newer position replaces what was collected, an
 * older one is ignored, and parts that contradict each other (`parts`) start anew with the latest.
 */
export function addPart(held: DesiredParts | null, incoming: Desired): Assembly {
  if (incoming.part > incoming.parts) return { held, complete: null };
  const order = held ? comparePositions(incoming, held) : 1;
  if (order < 0) return { held, complete: null };
  const same = held !== null && order === 0 && held.parts === incoming.parts;
  const received = new Map(same ? held.received : []).set(incoming.part, incoming);
  const { epoch, generation, parts } = incoming;
  if (received.size < parts) return { held: { epoch, generation, parts, received }, complete: null };
  const cameras = [...received.values()].sort((a, b) => a.part - b.part).flatMap((part) => part.cameras);
  return { held: null, complete: { epoch, generation, cameras } };
}
