import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { type SQL, sql } from '../db/drizzle.js';
import { pathInScope, type Scope } from '../tenancy/scope.js';
import type { EventType, LoggedEvent } from './event.js';
import { decodePosition, start, type Position } from './position.js';

/** How long events are kept for those who come back. */
export const keptHours = 24;

/** Nothing is written below it any more: every transaction that began earlier has ended. */
const settled = sql`e.xid < pg_snapshot_xmin(pg_current_snapshot())`;

const beyond = ({ xid, position }: Position): SQL =>
  sql`(e.xid, e.position) > (${String(xid)}::xid8, ${String(position)}::bigint)`;
const upTo = ({ xid, position }: Position): SQL =>
  sql`(e.xid, e.position) <= (${String(xid)}::xid8, ${String(position)}::bigint)`;

interface Row extends Record<string, unknown> {
  id: string;
  type: EventType;
  tenantId: TenantId;
  path: string;
  subject: string;
  atMs: number;
  data: Record<string, unknown>;
}

/** The newest event that can be read, the oldest that is kept; {@link start} for an empty log. */
export async function readEnds(db: Queryable): Promise<{ oldest: Position; newest: Position }> {
  const { rows } = await db.execute<{ oldest: string | null; newest: string | null }>(sql`
    select
      (select e.xid || '.' || e.position from events e order by e.xid, e.position limit 1) as oldest,
      (select e.xid || '.' || e.position from events e where ${settled}
        order by e.xid desc, e.position desc limit 1) as newest`);
  const end = (text: string | null | undefined): Position => decodePosition(text ?? '') ?? start;
  return { oldest: end(rows[0]?.oldest), newest: end(rows[0]?.newest) };
}

/** Where something new was told: the tenants' paths, and how far that goes. For deciding who must look. */
export async function readNews(
  db: Queryable,
  after: Position,
  limit: number,
): Promise<{ paths: string[]; reached: Position; more: boolean }> {
  const { rows } = await db.execute<{ id: string; path: string | null }>(sql`
    select e.xid || '.' || e.position as id, t.path
    from events e left join tenants t on t.id = e.tenant_id
    where ${beyond(after)} and ${settled}
    order by e.xid, e.position limit ${limit}`);
  return {
    paths: [...new Set(rows.flatMap(({ path }) => (path === null ? [] : [path])))],
    reached: decodePosition(rows.at(-1)?.id ?? '') ?? after,
    more: rows.length === limit,
  };
}

/** What the scope holds of the events after one place up to another, in order. */
export async function readEvents(
  db: Queryable,
  scope: Scope,
  range: { after: Position; upTo: Position; limit: number },
): Promise<LoggedEvent[]> {
  const { rows } = await db.execute<Row>(sql`
    select e.xid || '.' || e.position as id, e.type, e.tenant_id as "tenantId", tenants.path, e.subject, e.data,
      (extract(epoch from e.at) * 1000)::float8 as "atMs"
    from events e join tenants on tenants.id = e.tenant_id
    where ${beyond(range.after)} and ${upTo(range.upTo)} and ${settled} and ${pathInScope(scope)}
    order by e.xid, e.position limit ${range.limit}`);
  return rows.map(({ atMs, ...row }) => ({ ...row, at: new Date(atMs) }));
}

/** Writes something that no row's change tells by itself. */
export async function tell(
  db: Queryable,
  event: Pick<LoggedEvent, 'type' | 'subject' | 'data'> & { tenantId: TenantId },
): Promise<void> {
  const { type, tenantId, subject, data } = event;
  await db.execute(sql`
    insert into events (type, tenant_id, subject, data)
    values (${type}, ${tenantId}, ${subject}, ${JSON.stringify(data)}::jsonb)`);
}

/** Forgets what nobody can ask for any more. */
export async function forgetOldEvents(db: Queryable): Promise<void> {
  await db.execute(sql`delete from events where at < now() - ${`${keptHours} hours`}::interval`);
}
