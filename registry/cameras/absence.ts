import type { AgentId } from '@gantry/protocol/ids.js';
import type { Death } from '@gantry/protocol/messages.js';
import type { Context } from '../context.js';
import { sql } from '../db/drizzle.js';
import { texts } from './arrays.js';

export interface AbsenceOptions {
  /** A lost connection is announced only when it did not come back for so long (design §5). */
  offlineAfterMs?: number;
  /** Silence for so long means offline: three heartbeats. */
  silentAfterMs?: number;
}

/**
 * Tells when agents are gone. Deaths wait in memory for their time; what a crash of this process loses, the
 * silence finds out. Call {@link Absences.sweep} about every second.
 */
export class Absences {
  readonly #ctx: Pick<Context, 'db' | 'changes' | 'clock'>;
  readonly #offlineAfterMs: number;
  readonly #silentAfterMs: number;
  readonly #deaths = new Map<AgentId, { session: string; dueMs: number }>();

  constructor(ctx: Pick<Context, 'db' | 'changes' | 'clock'>, options: AbsenceOptions = {}) {
    this.#ctx = ctx;
    this.#offlineAfterMs = options.offlineAfterMs ?? 10_000;
    this.#silentAfterMs = options.silentAfterMs ?? 45_000;
  }

  /** An agent's connection ended. Of a session that is not the agent's latest any more, nothing will follow. */
  noteDeath(agentId: AgentId, death: Death): void {
    const dueMs = this.#ctx.clock.nowMs() + this.#offlineAfterMs;
    this.#deaths.set(agentId, { session: death.session, dueMs });
  }

  /** Nobody was heard yet by this process, whatever the database remembers. */
  async forgetAll(): Promise<void> {
    await this.#ctx.db.execute(
      sql`update agents set presence = 'unknown', presence_at = clock_timestamp() where presence = 'online'`,
    );
  }

  /** Marks offline whose death is due and who was silent too long; resolves with their ids. */
  async sweep(): Promise<AgentId[]> {
    const now = this.#ctx.clock.nowMs();
    const due = [...this.#deaths].filter(([, { dueMs }]) => dueMs <= now);
    const gone = await this.#ctx.db.execute<{ id: AgentId }>(sql`
      update agents set presence = 'offline', presence_at = clock_timestamp()
      where (presence = 'online' and (id, session) in (
          select * from unnest(${texts(due.map(([id]) => id))}, ${texts(due.map(([, { session }]) => session))})
        ))
        or (presence <> 'offline' and greatest(presence_at, last_heard_at)
          < clock_timestamp() - ${this.#silentAfterMs} * interval '1 millisecond')
      returning id`);
    for (const [id, death] of due) if (this.#deaths.get(id) === death) this.#deaths.delete(id);
    const ids = gone.rows.map(({ id }) => id);
    for (const agentId of ids) this.#ctx.changes.hint('agent', { agentId });
    return ids;
  }
}
