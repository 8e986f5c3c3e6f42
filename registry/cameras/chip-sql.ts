import { sql, type SQL } from 'drizzle-orm';
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

/** The chip as a condition; what waits in the inbox is found by its index. */
export const hasChip = (chip: Chip): SQL =>
  chip === 'unassigned'
    ? sql`${cameras.customerId} is null`
    : sql`(${cameras.customerId} is not null and ${chipColumn} = ${chip})`;
