import type { AgentId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import { eq, isNull, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { cameras } from '../db/schema/cameras.js';
import { tenants } from '../db/schema/tenants.js';
import { pathBelow } from '../tenancy/scope.js';
import { texts } from './arrays.js';
import { hasChip } from './chip-sql.js';
import { inSight, type CameraSight } from './sight.js';
import type { Chip } from './status.js';

/** What a list is narrowed to; everything that is given must hold. */
export interface CameraFilters {
  /** A customer with everything below it. */
  customerId?: TenantId | undefined;
  agentId?: AgentId | undefined;
  planId?: PlanId | undefined;
  /** true: only cameras that wait in the inbox. */
  unbound?: boolean | undefined;
  /** Own switch. */
  enabled?: boolean | undefined;
  state?: Chip | undefined;
  /** Manufacturer, whatever its case. */
  vendor?: string | undefined;
  /** All of them. */
  tags?: readonly string[] | undefined;
  /** Part of name, maker, model, serial number or address; or a whole id, MAC address or UUID. */
  text?: string | undefined;
}

/** Conditions of a query over `cameras`; with a `state` it must be joined with `agents` as well. */
export function conditionsOf(sight: CameraSight, filters: CameraFilters): SQL[] {
  const conditions = [inSight(sight)];
  if (filters.customerId !== undefined) conditions.push(heldBelow(filters.customerId));
  if (filters.agentId !== undefined) conditions.push(eq(cameras.agentId, filters.agentId));
  if (filters.planId !== undefined) conditions.push(eq(cameras.planId, filters.planId));
  if (filters.unbound === true) conditions.push(isNull(cameras.customerId));
  if (filters.unbound === false) conditions.push(sql`${cameras.customerId} is not null`);
  if (filters.enabled !== undefined) conditions.push(eq(cameras.enabled, filters.enabled));
  if (filters.state !== undefined) conditions.push(hasChip(filters.state));
  if (filters.vendor !== undefined) {
    conditions.push(sql`lower(${cameras.manufacturer}) = lower(${filters.vendor})`);
  }
  if (filters.tags !== undefined && filters.tags.length > 0) {
    conditions.push(sql`${cameras.tags} @> ${texts(filters.tags)}`);
  }
  if (filters.text !== undefined && filters.text !== '') conditions.push(matches(filters.text));
  return conditions;
}

function heldBelow(tenantId: TenantId): SQL {
  const below = alias(tenants, 'below');
  const root = alias(tenants, 'root');
  return sql`${cameras.tenantId} in (select ${below.id} from ${tenants} ${sql.identifier('below')}
    join ${tenants} ${sql.identifier('root')} on ${pathBelow(sql`${below.path}`, sql`${root.path}`)}
    where ${root.id} = ${tenantId})`;
}

function matches(text: string): SQL {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const described = sql`concat_ws(' ', ${cameras.name}, ${cameras.manufacturer}, ${cameras.model},
    ${cameras.serial}, ${cameras.address}) ilike ${pattern}`;
  const keys = keysIn(text);
  const keyed = sql`${cameras.id} in (select camera_id from camera_keys
    join unnest(${texts(keys.map(({ kind }) => kind))}, ${texts(keys.map(({ value }) => value))}) as wanted (kind, value)
    using (kind, value))`;
  const named = sql`${cameras.id} = ${text.trim()}`;
  return keys.length === 0 ? sql`(${described} or ${named})` : sql`(${described} or ${named} or ${keyed})`;
}

/** Identity keys that a person may have typed, as they are stored: `AC:CC:8E:…`, a UUID with or without `urn:`. */
export function keysIn(text: string): { kind: 'mac' | 'endpoint'; value: string }[] {
  const typed = text.trim().toLowerCase();
  const mac = typed.replaceAll(/[:.\-\s]/g, '');
  if (/^[0-9a-f]{12}$/.test(mac)) return [{ kind: 'mac', value: mac }];
  const uuid = /^(?:urn:uuid:|uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(typed)?.[1];
  if (uuid === undefined) return [];
  return ['urn:uuid:', 'uuid:', ''].map((prefix) => ({ kind: 'endpoint', value: `${prefix}${uuid}` }));
}
