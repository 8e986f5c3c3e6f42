import { type SQL, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { pathBelow } from '../tenancy/scope.js';
import type { Chip } from './status.js';

/** Tenants below which nothing records: themselves or one above them is not active (R13). */
const heldOff = sql`(select below.id from tenants off_one
  join tenants below on ${pathBelow(sql`below.path`, sql`off_one.path`)} where off_one.status <> 'active')`;

/**
 * The chip of `statusOf` (status.ts) for a query over `cameras` joined with `agents`. Two forms of one decision, the
 * other for one camera with its sentence; a test holds them together over all facts.
 */
export const chipColumn: SQL<Chip> = sql<Chip>`case
  when ${cameras.customerId} is null or ${cameras.planId} is null then 'unassigned'
  when ${cameras.tenantId} in ${heldOff} or not ${cameras.enabled} then 'disabled'
  when ${cameras.mode} = 'off' then 'not_recording'
  when ${agents.presence} = 'offline' then 'offline'
  when ${agents.presence} = 'unknown' then 'waiting'
  when ${cameras.missingSince} is not null then 'offline'
  when ${cameras.reportedState} = 'recording' then 'recording'
  when ${cameras.reportedState} in ('retrying', 'parked') then 'not_recording'
  else 'waiting' end`;

/** Wanted to record (R14): what is left is the agent's word. */
const wanted = sql`(${cameras.customerId} is not null and ${cameras.enabled} and ${cameras.mode} <> 'off'
  and ${cameras.tenantId} not in ${heldOff})`;
const isThere = sql`(${agents.presence} = 'online' and ${cameras.missingSince} is null)`;

/**
 * The chip as a condition. Spelled out, not `case … = chip`: of a column the planner knows how often it has a value,
 * of a CASE nothing, and then it reads a million cameras for a page of those that record.
 */
export function hasChip(chip: Chip): SQL {
  switch (chip) {
    case 'unassigned':
      return sql`${cameras.customerId} is null`;
    case 'disabled':
      return sql`(${cameras.customerId} is not null
        and (not ${cameras.enabled} or ${cameras.tenantId} in ${heldOff}))`;
    case 'offline':
      return sql`(${wanted} and (${agents.presence} = 'offline'
        or (${agents.presence} = 'online' and ${cameras.missingSince} is not null)))`;
    case 'recording':
      return sql`(${wanted} and ${isThere} and ${cameras.reportedState} = 'recording')`;
    case 'not_recording':
      return sql`(${cameras.customerId} is not null and ${cameras.enabled} and ${cameras.tenantId} not in ${heldOff}
        and (${cameras.mode} = 'off' or (${isThere} and ${cameras.reportedState} in ('retrying', 'parked'))))`;
    case 'waiting':
      return sql`(${wanted} and (${agents.presence} = 'unknown' or (${isThere}
        and coalesce(${cameras.reportedState}, 'stopped') in ('starting', 'stopped'))))`;
    default: {
      const never: never = chip;
      return never;
    }
  }
}
