import type { AgentId } from '@gantry/protocol/ids.js';
import type { Inventory } from '@gantry/protocol/messages.js';
import { maxCamerasPerAgent } from './register.js';

/** One inventory as far as its parts have arrived. */
interface Assembly {
  inventoryId: string;
  parts: Set<number>;
  listed: Set<string>;
  /** False once more cameras were listed than an agent may have: what is missing cannot be told then. */
  whole: boolean;
}

export interface InventoryPart {
  /** Local ids of this and all earlier parts. */
  listed: ReadonlySet<string>;
  /** All parts are here: what is not listed is missing. */
  complete: boolean;
}

/**
 * Remembers which parts of an agent's latest inventory have arrived, in memory only: an inventory that was
 * interrupted by a restart is never complete, its hash is never recorded, and the agent sends it again.
 */
export class InventoryAssemblies {
  readonly #latest = new Map<AgentId, Assembly>();

  add(
    agentId: AgentId,
    message: Pick<Inventory, 'inventoryId' | 'part' | 'parts' | 'cameras'>,
  ): InventoryPart {
    let assembly = this.#latest.get(agentId);
    if (assembly?.inventoryId !== message.inventoryId) {
      assembly = { inventoryId: message.inventoryId, parts: new Set(), listed: new Set(), whole: true };
      this.#latest.set(agentId, assembly);
    }
    assembly.parts.add(message.part);
    for (const { localId } of message.cameras) {
      if (assembly.listed.size < 2 * maxCamerasPerAgent) assembly.listed.add(localId);
      else assembly.whole = false;
    }
    return { listed: assembly.listed, complete: assembly.whole && assembly.parts.size === message.parts };
  }

  /** The inventory was taken in. */
  forget(agentId: AgentId): void {
    this.#latest.delete(agentId);
  }
}
