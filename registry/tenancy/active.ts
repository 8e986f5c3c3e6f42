import { type SQL, sql } from '../db/drizzle.js';
import { tenants } from '../db/schema/tenants.js';

/** For a query over `tenants`: the tenant and all above it are active (R13). The SQL form of `effectiveStatus`. */
export const isEffectivelyActive: SQL<boolean> = sql<boolean>`not exists (
  select 1 from tenants above
  where above.seq = any(string_to_array(rtrim(${tenants.path}, '.'), '.')::bigint[]) and above.status <> 'active'
)`;
