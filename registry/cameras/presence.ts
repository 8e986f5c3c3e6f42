import type { AgentId } from '@gantry/protocol/ids.js';
import type { Birth, Heartbeat } from '@gantry/protocol/messages.js';
import type { StatePosition } from '@gantry/protocol/state.js';
import type { Context } from '../context.js';
import { type SQL, sql } from '../db/drizzle.js';

export type PresenceParts = Pick<Context, 'db' | 'changes'>;

/** What is known of an agent right after it was heard. */
export interface Heard {
  /** Registry clock, epoch ms: for the acknowledgement (R18). */
  atMs: number;
  /** Of the last inventory that was taken in whole. */
  inventoryHash: string | null;
  /** The desired state the agent should have. */
  generation: number;
  /** Which the agent said it has. */
  accepted: StatePosition;
}

const nowMs = sql`(extract(epoch from date_trunc('milliseconds', clock_timestamp())) * 1000)::float8`;

/**
 * The first message of a connection: the agent is online from now on, whatever other session was before.
 * Null for an agent that is not known (any more).
 */
export async function hearBirth(ctx: PresenceParts, agentId: AgentId, birth: Birth): Promise<Heard | null> {
  const facts = sql`conflict = ${cloneSeen(birth)}, boot_count = greatest(boot_count, ${birth.bootCount ?? 0}),
    previous_boot_id = case when boot_id is distinct from ${birth.bootId} then boot_id else previous_boot_id end,
    session = ${birth.session}, boot_id = ${birth.bootId}, hostname = ${birth.hostname},
    platform = ${birth.platform}, agent_version = ${birth.agentVersion},`;
  return hear(ctx, agentId, birth, facts, sql`true`);
}

/**
 * Two machines with one key give themselves away: each throws the other out and comes back with the start it had
 * before, or one counts fewer starts than were counted (design §6). Reads the row as it was before this birth.
 */
function cloneSeen({ bootId, bootCount }: Birth): SQL {
  const storm = 'Two machines use its key in turns: each throws the other out. Enrol one of them anew.';
  const older =
    'It counts fewer starts than before: a copy of its disk is running, or an old one was restored.';
  return sql`case
    when previous_boot_id = ${bootId} and boot_id is distinct from ${bootId} then ${storm}
    when ${bootCount ?? null}::bigint < boot_count then ${older}
    else conflict end`;
}

/**
 * A heartbeat proves presence too: the birth may have been published while no registry listened. While the
 * agent is online, one of another session is from a connection that has ended, and is ignored.
 */
export async function hearHeartbeat(
  ctx: PresenceParts,
  agentId: AgentId,
  heartbeat: Heartbeat,
): Promise<Heard | null> {
  const facts = sql`session = ${heartbeat.session}, spool_segments = ${heartbeat.spool.segments},
    spool_size_bytes = ${heartbeat.spool.sizeBytes},
    spool_oldest_at = to_timestamp((${heartbeat.spool.oldestAtMs}::float8 + ${nowMs} - ${heartbeat.sentAtMs}::float8) / 1000),`;
  const current = sql`(presence <> 'online' or session = ${heartbeat.session})`;
  return hear(ctx, agentId, heartbeat, facts, current);
}

async function hear(
  ctx: PresenceParts,
  agentId: AgentId,
  message: Pick<Heartbeat, 'sentAtMs' | 'accepted' | 'applied'>,
  facts: SQL,
  current: SQL,
): Promise<Heard | null> {
  const { accepted, applied } = message;
  const heard = await ctx.db.execute<Omit<Heard, 'accepted'> & { before: string; conflicts: boolean }>(sql`
    with old as (select presence as before, conflict as conflict_before from agents where id = ${agentId} for no key update)
    update agents set ${facts}
      presence = 'online',
      presence_at = case when presence = 'online' then presence_at else clock_timestamp() end,
      last_heard_at = clock_timestamp(), clock_offset_ms = ${nowMs} - ${message.sentAtMs}::float8,
      accepted_epoch = ${accepted.epoch}, accepted_generation = ${accepted.generation},
      applied_epoch = ${applied.epoch}, applied_generation = ${applied.generation}
    from old
    where id = ${agentId} and ${current}
    returning ${nowMs} as "atMs", inventory_hash as "inventoryHash", generation::float8 as generation,
      before, conflict is distinct from conflict_before as "conflicts"`);
  const row = heard.rows[0];
  if (row === undefined) return null;
  if (row.before !== 'online' || row.conflicts) ctx.changes.hint('agent', { agentId });
  return { atMs: row.atMs, inventoryHash: row.inventoryHash, generation: row.generation, accepted };
}
