import type { TenantId } from '@gantry/protocol/ids.js';
import { bigserial, customType, index, jsonb, pgTable, primaryKey, sql, text } from '../drizzle.js';
import { instant } from './columns.js';

/** A transaction's number, 64 bits, as text: it never wraps around. */
const transactionNumber = customType<{ data: string }>({ dataType: () => 'xid8' });

/**
 * What happened, for whoever follows along: written by triggers in the change's own transaction, so that no change
 * goes untold whoever makes it; never updated, forgotten after a day. The history is what stays.
 *
 * The order of reading is (xid, position). Positions alone would not do: they are taken before commit, so that a
 * reader who has seen 7 may find 6 only later. Below the oldest transaction that still runs
 * (`pg_snapshot_xmin`) nothing comes any more, and that is how far readers read.
 */
export const events = pgTable(
  'events',
  {
    xid: transactionNumber('xid')
      .notNull()
      .default(sql`pg_current_xact_id()`),
    position: bigserial('position', { mode: 'number' }).notNull(),
    /** A stable code such as `camera.bound`, see events/event.ts. */
    type: text('type').notNull(),
    /** Who may hear of it: this tenant and those above. Not a reference: what is told of the deleted stays. */
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    /** Id of what it happened to. */
    subject: text('subject').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    at: instant('at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.xid, table.position] }),
    index('events_at').using('brin', table.at),
    /** What is told once only. */
    index('events_stops_unconfirmed')
      .on(table.subject)
      .where(sql`type in ('tenant.stop.unconfirmed', 'camera.stop.unconfirmed')`),
  ],
);
