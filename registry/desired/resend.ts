/** Pauses between two sendings of one desired state that an online agent has not applied (design §5), ms. */
const pausesMs = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

interface Sending {
  generation: number;
  /** Sendings so far. */
  count: number;
  dueMs: number;
}

/** When each agent is sent its desired state again. A new generation starts from the shortest pause. */
export class ResendTimes {
  readonly #sendings = new Map<string, Sending>();

  /** The state was sent now. */
  sent(agentId: string, generation: number, nowMs: number): void {
    const before = this.#sendings.get(agentId);
    const count = before?.generation === generation ? before.count + 1 : 1;
    const pauseMs = pausesMs[Math.min(count, pausesMs.length) - 1] as number;
    this.#sendings.set(agentId, { generation, count, dueMs: nowMs + pauseMs });
  }

  /** Those of the lagging agents whose time has come; agents that do not lag any more are forgotten. */
  due(lagging: readonly { id: string; generation: number }[], nowMs: number): Set<string> {
    const ids = new Set(lagging.map(({ id }) => id));
    for (const id of this.#sendings.keys()) if (!ids.has(id)) this.#sendings.delete(id);
    return new Set(
      lagging
        .filter(({ id, generation }) => {
          const sending = this.#sendings.get(id);
          return sending === undefined || sending.generation !== generation || sending.dueMs <= nowMs;
        })
        .map(({ id }) => id),
    );
  }
}
