import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import { splitIntoParts, type Desired } from '@gantry/protocol/messages.js';
import type { DesiredCamera, StatePosition } from '@gantry/protocol/state.js';
import type { Context } from '../context.js';
import { hashOf, inOrder, segmentSecondsOn } from './derive.js';
import { ResendTimes } from './resend.js';
import {
  agentsOf,
  claimRows,
  deriveStates,
  dropRows,
  laggingAgents,
  lockAgents,
  writeGenerations,
  type AgentPosition,
} from './rows.js';

export type PublisherParts = Pick<Context, 'db' | 'changes' | 'clock' | 'log' | 'epoch'>;
/** Resolves when the message left; see broker/broker.ts. */
export type SendDesired = (agentId: AgentId, message: Desired) => Promise<void>;

export interface DesiredPublisher {
  /** An agent was heard: it is sent its state at once when it does not have it. */
  heard(agentId: AgentId, accepted: StatePosition, generation: number): Promise<void>;
  /** The agent holds states of cameras that are not its own any more: it is told to let go of them. */
  release(agentId: AgentId, cameraIds: readonly CameraId[]): Promise<void>;
  /** Works off what is in the outbox at this moment; for tests and for shutting down in order. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

interface OutgoingState {
  id: AgentId;
  generation: number;
  cameras: DesiredCamera[];
}

/** Agents derived in one transaction; more cost few statements, but the first is told only when all are derived. */
const agentsPerBatch = 500;
const rowsPerClaim = 200;

/**
 * Keeps the desired states of agents what the database says they must be. Level-triggered: a hint only says
 * look now, the sweep looks anyway; what is derived is always the whole state of an agent, and only a state
 * that differs from the last raises its generation. Safe to run in several processes.
 */
export function startPublisher(
  ctx: PublisherParts,
  send: SendDesired,
  options: { sweepMs?: number; segmentSeconds?: number } = {},
): DesiredPublisher {
  const { db, log, clock, epoch } = ctx;
  const times = new ResendTimes();
  const releasedIds = new Map<AgentId, Set<CameraId>>();
  let running: Promise<void> | null = null;
  let again = false;
  let sweeping: Promise<void> | null = null;
  const sending = new Map<AgentId, Promise<void>>();
  const closing = new AbortController();

  /** Derives, raises what changed, commits, then sends: `always`, or only what changed. */
  async function refresh(ids: readonly AgentId[], when: 'changed' | 'always'): Promise<void> {
    const outgoing = await db.transaction(async (tx) => {
      const positions = await lockAgents(tx, ids);
      const states = await deriveStates(
        tx,
        positions.map(({ id }) => id),
        releasedIds,
        options.segmentSeconds ?? segmentSecondsOn.filesystem,
      );
      const derived = positions.map((position) => {
        const cameras = inOrder(states.get(position.id) ?? []);
        const hash = hashOf(cameras);
        const generation = nextGeneration(position, hash, epoch);
        return { id: position.id, cameras, hash, generation, changed: generation !== position.generation };
      });
      const changed = derived.filter((one) => one.changed);
      await writeGenerations(tx, changed);
      return when === 'always' ? derived : changed;
    });
    outgoing.forEach(queueState);
  }

  /** In order for one agent; an agent that does not read delays no other. */
  function queueState(state: OutgoingState): void {
    const turn = (sending.get(state.id) ?? Promise.resolve()).then(() => sendState(state));
    sending.set(state.id, turn);
    void turn.then(() => sending.get(state.id) === turn && sending.delete(state.id));
  }

  async function sendState(state: OutgoingState): Promise<void> {
    const { id, generation } = state;
    times.sent(id, generation, clock.nowMs());
    const parts = splitIntoParts(state.cameras);
    try {
      for (const [index, cameras] of parts.entries()) {
        await send(id, { epoch, generation, part: index + 1, parts: parts.length, cameras });
      }
    } catch (error) {
      // Anti-entropy sends it again while the agent is there.
      log.warn({ err: error, agentId: id, generation }, 'could not send a desired state');
    }
  }

  async function inBatches(ids: readonly AgentId[], when: 'changed' | 'always'): Promise<void> {
    for (let at = 0; at < ids.length; at += agentsPerBatch) {
      await refresh(ids.slice(at, at + agentsPerBatch), when);
    }
  }

  /**
   * The rows stay locked, not deleted, until their agents' generations are committed: a crash in between
   * leaves them for the next, who finds nothing changed.
   */
  async function workOutbox(): Promise<void> {
    let more = true;
    while (more && !closing.signal.aborted) {
      more = await db.transaction(async (tx) => {
        const rows = await claimRows(tx, rowsPerClaim);
        if (rows.length === 0) return false;
        await inBatches(await agentsOf(tx, rows), 'changed');
        await dropRows(tx, rows);
        return true;
      });
    }
  }

  /** Hints that come while the outbox is worked off are one more look at the end. */
  function look(): Promise<void> {
    if (running !== null) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await workOutbox().catch((error: unknown) =>
          log.error({ err: error }, 'could not work off the outbox; trying again with the next look'),
        );
      } while (again && !closing.signal.aborted);
      running = null;
    })();
    return running;
  }

  async function sweep(): Promise<void> {
    await look();
    const lagging = await laggingAgents(db, epoch);
    const due = times.due(lagging, clock.nowMs());
    await inBatches(
      lagging.map(({ id }) => id).filter((id) => due.has(id)),
      'always',
    );
  }

  const stopListening = ctx.changes.listen('outbox', () => void look());
  const timer = setInterval(() => {
    sweeping ??= sweep()
      .catch((error: unknown) => log.error({ err: error }, 'could not compare desired and applied states'))
      .finally(() => (sweeping = null));
  }, options.sweepMs ?? 1_000);

  return {
    heard: async (agentId, accepted, generation) => {
      if (accepted.epoch > epoch) {
        log.error(
          { agentId, epoch, theirs: accepted.epoch },
          'an agent knows a later epoch: the database is older than the agents; raise the epoch',
        );
      }
      if (accepted.epoch === epoch && accepted.generation === generation && generation > 0) return;
      await refresh([agentId], 'always');
    },
    release: async (agentId, cameraIds) => {
      const held = releasedIds.get(agentId) ?? new Set();
      releasedIds.set(agentId, held);
      const fresh = cameraIds.filter((id) => !held.has(id));
      for (const id of fresh) held.add(id);
      if (fresh.length > 0) await refresh([agentId], 'changed');
    },
    settle: async () => {
      await look();
      await look();
      await Promise.all(sending.values());
    },
    close: async () => {
      closing.abort();
      clearInterval(timer);
      stopListening();
      await Promise.all([running, sweeping]);
    },
  };
}

/**
 * Within an epoch a generation only grows, and a state that differs gets a new one. An agent that is ahead of
 * the registry (its database was restored from a backup) is passed, or it would never listen again.
 */
export function nextGeneration(
  position: Pick<AgentPosition, 'generation' | 'desiredHash' | 'acceptedEpoch' | 'acceptedGeneration'>,
  hash: string,
  epoch: number,
): number {
  const theirs = position.acceptedEpoch === epoch ? position.acceptedGeneration : 0;
  if (theirs > position.generation) return theirs + 1;
  return hash === position.desiredHash ? position.generation : position.generation + 1;
}
