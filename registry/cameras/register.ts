import { createHash } from 'node:crypto';
import type { IdentityKey, InventoryCamera, Registration } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { outbox } from '../db/schema/registry.js';
import { Failure } from '../errors.js';
import { holdTree } from '../tenancy/tree-lock.js';
import { integers, texts } from './arrays.js';
import { bindNew } from './bind-new.js';
import { identify, storedKey } from './identity.js';
import { isSameKeys, KnownCameras } from './register-index.js';
import {
  countCameras,
  insertCameras,
  loadAgent,
  loadByLocalIds,
  loadKnown,
  markConflicts,
  replaceKeys,
  updateCameras,
  type CameraRow,
} from './register-rows.js';
import { findReplaced, loadReplaced, noteReplacedSeen, replacedLine } from './replaced.js';

/** An agent's desired state holds no more (protocol/state.ts). */
export const maxCamerasPerAgent = 5_000;

/** One entry of an inventory with what is derived from it once. */
interface Candidate {
  entry: InventoryCamera;
  keys: IdentityKey[];
  hash: string;
}

export type RegisterParts = Pick<Context, 'db' | 'changes' | 'newId' | 'log'>;

/** sha-256 of an entry with its fields in one order: equal, nothing to write. */
function fingerprint(entry: InventoryCamera): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, sorted(inner)]),
    );
  };
  return createHash('sha256')
    .update(JSON.stringify(sorted(entry)))
    .digest('hex');
}

/**
 * Takes in one part of an agent's inventory: a few statements whatever the number of cameras, none that
 * writes when nothing changed. `listed` holds the local ids of the inventory's parts so far, this one
 * included. Resolves after commit with one result per entry, in order.
 */
export async function registerCameras(
  ctx: RegisterParts,
  agentId: AgentId,
  entries: readonly InventoryCamera[],
  listed: ReadonlySet<string>,
): Promise<Registration[]> {
  const candidates = entries.map((entry) => ({
    entry,
    keys: entry.keys.map((key) => storedKey(agentId, key)),
    hash: fingerprint(entry),
  }));
  const held = await loadByLocalIds(
    ctx.db,
    agentId,
    entries.map((entry) => entry.localId),
  );
  const results = new Map<string, Registration>();
  const changed = candidates.filter(({ entry, hash }) => {
    const row = held.get(entry.localId);
    if (row === undefined || row.inventoryHash !== hash || row.missing) return true;
    results.set(entry.localId, {
      localId: entry.localId,
      outcome: 'unchanged',
      cameraId: row.id,
      detail: row.conflict,
    });
    return false;
  });
  if (changed.length > 0) {
    const touched = await ctx.db.transaction((tx) => takeIn(ctx, tx, agentId, changed, listed, results));
    if (touched.length > 0) {
      ctx.changes.hint('outbox', undefined);
      ctx.changes.hint('camera', { cameraIds: touched });
    }
  }
  return entries.map(
    ({ localId }) =>
      results.get(localId) ?? {
        localId,
        outcome: 'conflict',
        cameraId: null,
        detail: 'It was listed twice.',
      },
  );
}

/** Identifies, writes and fills `results`; answers the ids of cameras that changed. */
async function takeIn(
  ctx: RegisterParts,
  tx: Transaction,
  agentId: AgentId,
  candidates: readonly Candidate[],
  listed: ReadonlySet<string>,
  results: Map<string, Registration>,
): Promise<CameraId[]> {
  // Before any camera is locked (tree-lock.ts): new ones may be bound.
  await holdTree(tx);
  const agent = await loadAgent(tx, agentId);
  if (agent === null) throw new Failure('not_found', `There is no agent ${agentId}.`);
  if (agent.ending !== null) {
    const detail = 'This box was replaced: it hands in what it had recorded, and registers nothing more.';
    for (const { entry } of candidates)
      results.set(entry.localId, {
        localId: entry.localId,
        outcome: 'bound_elsewhere',
        cameraId: null,
        detail,
      });
    return [];
  }
  await lockKeys(tx, candidates);
  const replaced = await loadReplaced(tx, agent, candidates);
  const replacedSeen: Parameters<typeof noteReplacedSeen>[2][number][] = [];
  const known = new KnownCameras(await loadKnown(tx, agent, candidates));
  let room = maxCamerasPerAgent - (await countCameras(tx, agentId));

  const inserts: CameraRow[] = [];
  const updates: CameraRow[] = [];
  const rekeyed: CameraRow[] = [];
  const conflicts = new Map<CameraId, string>();
  const outboxAgents = new Set<AgentId>();
  const done = new Set<string>();
  for (const { entry, keys, hash } of candidates) {
    const { localId } = entry;
    // The same local id twice in one part: the first counts.
    if (done.has(localId)) continue;
    done.add(localId);
    const nearby = known.near({ localId, channel: entry.channel, keys });
    const identified = identify({ localId, keys }, nearby, (other) => listed.has(other));
    switch (identified.kind) {
      case 'elsewhere':
        results.set(localId, {
          localId,
          outcome: 'bound_elsewhere',
          cameraId: null,
          detail: identified.detail,
        });
        break;
      case 'conflict': {
        for (const camera of identified.cameras) conflicts.set(camera.id, identified.detail);
        const own = identified.cameras.find(
          (camera) => camera.holder === 'own' && camera.localId === localId,
        );
        results.set(localId, {
          localId,
          outcome: 'conflict',
          cameraId: own?.id ?? null,
          detail: identified.detail,
        });
        break;
      }
      case 'same': {
        const { camera } = identified;
        const row = { id: camera.id, entry, keys, hash };
        updates.push(row);
        if (camera.channel !== entry.channel || !isSameKeys(camera.keys, keys)) rekeyed.push(row);
        if (camera.holder !== 'own' || camera.localId !== localId) {
          outboxAgents.add(agentId).add(camera.agentId);
        }
        // What this part decided counts for the entries after it.
        Object.assign(camera, { holder: 'own', localId, agentId, keys });
        known.add(camera);
        results.set(localId, { localId, outcome: 'updated', cameraId: camera.id, detail: null });
        break;
      }
      case 'new': {
        const hardware = findReplaced({ channel: entry.channel, keys }, replaced);
        if (hardware !== null) {
          replacedSeen.push({ hardware, address: entry.address });
          const detail = replacedLine(hardware);
          results.set(localId, { localId, outcome: 'bound_elsewhere', cameraId: null, detail });
          break;
        }
        if (room <= 0) {
          const detail = `This agent has ${maxCamerasPerAgent} cameras already; put the rest on another agent.`;
          results.set(localId, { localId, outcome: 'conflict', cameraId: null, detail });
          break;
        }
        room -= 1;
        const id = ctx.newId('camera');
        inserts.push({ id, entry, keys, hash });
        outboxAgents.add(agentId);
        known.add({ id, agentId, localId, keys, holder: 'own', channel: entry.channel });
        results.set(localId, { localId, outcome: 'registered', cameraId: id, detail: null });
        break;
      }
      default: {
        const never: never = identified;
        throw new Error(`unknown identification ${String(never)}`);
      }
    }
  }

  await updateCameras(tx, agentId, updates);
  await insertCameras(tx, agent, inserts);
  await replaceKeys(tx, rekeyed, inserts);
  await noteReplacedSeen(tx, agent, replacedSeen);
  const marked = await markConflicts(tx, conflicts);
  if (outboxAgents.size > 0) await tx.insert(outbox).values({ kind: 'agent', refs: [...outboxAgents] });
  await bindNew(ctx, tx, agent, inserts);
  return [...inserts.map(({ id }) => id), ...updates.map(({ id }) => id), ...marked];
}

/** Namespaces of advisory locks; 1 is tenants' (see tenancy/switch.ts). */
const registrations = 2;
const registrationKeys = 3;
/** Above so many keys a part takes all of them at once: the lock table of Postgres is finite. */
const maxKeyLocks = 64;

/**
 * Two agents that announce one camera at once take turns: whoever comes second sees the first's row (R39).
 * Locks are taken in one order everywhere, so that nobody waits in a circle.
 */
async function lockKeys(tx: Transaction, candidates: readonly Candidate[]): Promise<void> {
  const hashes = new Set(
    candidates.flatMap(({ keys, entry }) =>
      keys.map((key) =>
        createHash('sha256').update(`${key.kind}\0${key.value}\0${entry.channel}`).digest().readInt32BE(0),
      ),
    ),
  );
  if (hashes.size > maxKeyLocks) {
    await tx.execute(sql`select pg_advisory_xact_lock(${registrations}, 0)`);
    return;
  }
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${registrations}, 0)`);
  const ordered = [...hashes].sort((a, b) => a - b);
  await tx.execute(
    sql`select pg_advisory_xact_lock(${registrationKeys}, key::int) from unnest(${integers(ordered)}) as key`,
  );
}

/**
 * Ends an inventory: cameras of the agent that no part listed are missing from now on, and its hash is
 * what a birth or heartbeat is compared with. Resolves after commit.
 */
export async function completeInventory(
  ctx: Pick<Context, 'db' | 'changes'>,
  agentId: AgentId,
  hash: string,
  listed: ReadonlySet<string>,
): Promise<void> {
  const missing = await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`update agents set inventory_hash = ${hash} where id = ${agentId}`);
    const gone = await tx.execute<{ id: CameraId }>(sql`
      update cameras set missing_since = clock_timestamp()
      where agent_id = ${agentId} and missing_since is null and not (local_id = any(${texts([...listed])}))
      returning id`);
    return gone.rows.map(({ id }) => id);
  });
  ctx.changes.hint('agent', { agentId });
  if (missing.length > 0) ctx.changes.hint('camera', { cameraIds: missing });
}
