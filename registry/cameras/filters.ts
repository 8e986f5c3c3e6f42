import type { AgentId, CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import { alias, type AnyPgColumn, eq, isNull, type SQL, sql } from '../db/drizzle.js';
import { isPartOf } from '../db/few-that-fit.js';
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
  /** Part of name, maker, model, serial number or address; a whole id or UUID, or how a MAC address begins. */
  text?: string | undefined;
  /** Only some of these: what a text was found to fit (fitting.ts). */
  ids?: readonly CameraId[] | undefined;
}

/** Conditions of a query over `cameras`; with a `state` it must be joined with `agents` as well. */
export function conditionsOf(sight: CameraSight, filters: CameraFilters): SQL[] {
  const conditions = [inSight(sight)];
  if (filters.customerId !== undefined) conditions.push(isBelow(cameras.tenantId, filters.customerId));
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
  if (filters.ids !== undefined) conditions.push(sql`${cameras.id} = any(${texts(filters.ids)})`);
  return conditions;
}

/** `column`, a tenant's id, is that of `tenantId` or of one below it. */
export function isBelow(column: AnyPgColumn, tenantId: TenantId): SQL {
  const below = alias(tenants, 'below');
  const root = alias(tenants, 'root');
  return sql`${column} in (select ${below.id} from ${tenants} ${sql.identifier('below')}
    join ${tenants} ${sql.identifier('root')} on ${pathBelow(sql`${below.path}`, sql`${root.path}`)}
    where ${root.id} = ${tenantId})`;
}

function matches(text: string): SQL {
  const keys = keysIn(text);
  const keyed = sql`${cameras.id} in (${bearersOf(keys)})`;
  const named = sql`${cameras.id} = ${text.trim()}`;
  return keys.length === 0
    ? sql`(${isDescribed(text)} or ${named})`
    : sql`(${isDescribed(text)} or ${named} or ${keyed})`;
}

/** The text is part of name, maker, model, serial number or address: word for word as `cameras_described` indexes it. */
export const isDescribed = (text: string): SQL =>
  isPartOf(
    text,
    sql`${cameras.name} || coalesce(' ' || ${cameras.manufacturer}, '') || coalesce(' ' || ${cameras.model}, '')
      || coalesce(' ' || ${cameras.serial}, '') || ' ' || ${cameras.address}`,
  );

/** Values of one kind of identity key, from the first to the last. */
interface KeyRange {
  kind: 'mac' | 'endpoint';
  first: string;
  last: string;
}

const macDigits = 12;
/** Fewer tell no maker's part apart; they may be anything. */
const macBeginning = 6;

/**
 * Identity keys that a person may have typed, as they are stored: a MAC address or its beginning (`AC:CC:8E`), a UUID
 * with or without `urn:`. Beginnings are ranges: any index of the values answers them, also behind row-level security.
 */
export function keysIn(text: string): KeyRange[] {
  const typed = text.trim().toLowerCase();
  const mac = typed.replaceAll(/[:.\-\s]/g, '');
  if (/^[0-9a-f]+$/.test(mac) && mac.length >= macBeginning && mac.length <= macDigits) {
    return [{ kind: 'mac', first: mac.padEnd(macDigits, '0'), last: mac.padEnd(macDigits, 'f') }];
  }
  const uuid = /^(?:urn:uuid:|uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(typed)?.[1];
  if (uuid === undefined) return [];
  return ['urn:uuid:', 'uuid:', ''].map((prefix) => {
    const value = `${prefix}${uuid}`;
    return { kind: 'endpoint', first: value, last: value };
  });
}

/** Ids of the cameras that bear one of the keys, as a query; a beginning may be that of very many. */
export const bearersOf = (keys: readonly KeyRange[]): SQL => sql`select camera_id from camera_keys
  join unnest(${texts(keys.map(({ kind }) => kind))}, ${texts(keys.map(({ first }) => first))},
    ${texts(keys.map(({ last }) => last))}) as wanted (kind, first, last)
  on camera_keys.kind = wanted.kind and camera_keys.value between wanted.first and wanted.last`;
