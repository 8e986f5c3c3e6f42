import type { Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';

/** How much the registry holds and carries at this moment. */
export interface Load {
  tenants: { integrators: number; customers: number };
  cameras: { registered: number; recording: number };
  agents: { enrolled: number; online: number; versions: { version: string; agents: number }[] };
  database: { sizeBytes: number; connections: number };
  /** Changes that were told within the last minute. */
  eventsLastMinute: number;
  operationsRunning: number;
}

/** So many versions are named; what is older than those is rare. */
const namedVersions = 20;

/** Counts the whole registry; for the platform alone, which sees all of it. */
export async function readLoad(db: Queryable): Promise<Load> {
  const { rows: counted } = await db.execute<Record<keyof typeof counts, number>>(
    sql`select ${sql.join(
      Object.entries(counts).map(([name, count]) => sql`(${count})::float8 as ${sql.identifier(name)}`),
      sql`, `,
    )}`,
  );
  const { rows: versions } = await db.execute<{ version: string; agents: number }>(sql`
    select agent_version as version, count(*)::int as agents from agents where ending is null
    group by agent_version order by count(*) desc, agent_version limit ${namedVersions}`);
  const of = (name: keyof typeof counts): number => counted[0]?.[name] ?? 0;
  return {
    tenants: { integrators: of('integrators'), customers: of('customers') },
    cameras: { registered: of('cameras'), recording: of('recording') },
    agents: { enrolled: of('agents'), online: of('online'), versions },
    database: { sizeBytes: of('sizeBytes'), connections: of('connections') },
    eventsLastMinute: of('events'),
    operationsRunning: of('operations'),
  };
}

const counts = {
  integrators: sql`select count(*) from tenants where kind = 'integrator'`,
  customers: sql`select count(*) from tenants where kind = 'customer'`,
  cameras: sql`select count(*) from cameras`,
  recording: sql`select count(*) from cameras where reported_state = 'recording'`,
  agents: sql`select count(*) from agents where ending is null`,
  online: sql`select count(*) from agents where ending is null and presence = 'online'`,
  sizeBytes: sql`select pg_database_size(current_database())`,
  connections: sql`select count(*) from pg_stat_activity where datname = current_database()`,
  events: sql`select count(*) from events where at > clock_timestamp() - interval '1 minute'`,
  operations: sql`select count(*) from operations where finished_at is null`,
} as const;
