import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import { isUserDescribed } from '../access/fitting.js';
import { texts } from '../cameras/arrays.js';
import type { Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { users } from '../db/schema/people.js';
import { tenants } from '../db/schema/tenants.js';
import { isTenantDescribed } from '../tenancy/fitting.js';
import { inScope, pathInScope, type Scope } from '../tenancy/scope.js';
import type { Found } from './found.js';
import { literal } from './words.js';

type Row = Found & Record<string, unknown>;

/** Names that begin with the text come first. */
const order = (begins: string) => sql`order by lower(name) not like ${begins}, lower(name), id`;
const patterns = (text: string) => {
  const plain = literal(text.trim().toLowerCase());
  return { part: `%${plain}%`, begins: `${plain}%` };
};

/** `few`: the only ones that the text fits, where these are few (tenancy/fitting.ts). */
export async function findTenants(
  q: Queryable,
  scope: Scope,
  text: string,
  few: readonly TenantId[] | null,
  limit: number,
): Promise<Found[]> {
  const { begins } = patterns(text);
  const fits = few === null ? isTenantDescribed(text.trim()) : sql`id = any(${texts(few)})`;
  const { rows } = await q.execute<Row>(sql`
    select 'tenant' as kind, id, name, id as "tenantId", concat_ws(' · ', kind, company_name, external_ref) as detail
    from ${tenants}
    where ${pathInScope(scope)} and (id = ${text.trim()} or ${fits})
    ${order(begins)} limit ${limit}`);
  return rows;
}

/** Of the integrators in the scope; those that ended are found as long as they are listed. */
export async function findAgents(q: Queryable, scope: Scope, text: string, limit: number): Promise<Found[]> {
  const { part, begins } = patterns(text);
  const { rows } = await q.execute<Row>(sql`
    select 'agent' as kind, id, name, integrator_id as "tenantId", concat_ws(' · ', hostname, presence) as detail
    from ${agents}
    where ${inScope(agents.integratorId, scope)} and (id = ${text.trim()} or lower(concat_ws(' ', name, hostname)) like ${part})
    ${order(begins)} limit ${limit}`);
  return rows;
}

/** `few`: the only ones that the text fits, where these are few (access/fitting.ts). */
export async function findUsers(
  q: Queryable,
  scope: Scope,
  text: string,
  few: readonly UserId[] | null,
  limit: number,
): Promise<Found[]> {
  if (scope.paths.length === 0) return [];
  const { begins } = patterns(text);
  const fits = few === null ? isUserDescribed(text.trim()) : sql`${users.id} = any(${texts(few)})`;
  const { rows } = await q.execute<Row>(sql`
    select 'user' as kind, id, name, email as detail, "tenantId" from (
      select distinct on (users.id) users.id, users.name, users.email, m.tenant_id as "tenantId"
      from ${users} join memberships m on m.user_id = users.id
      where m.tenant_id in (select id from ${tenants} where ${pathInScope(scope)})
        and (users.id = ${text.trim()} or ${fits})
    ) found
    ${order(begins)} limit ${limit}`);
  return rows;
}
