import type { ActingPrincipal } from '../access/principal.js';
import { idleMs } from '../access/sessions.js';
import type { Context } from '../context.js';
import { sql } from '../db/drizzle.js';

/** Names a principal as long as it is signed in the same way. */
export const keyOf = (principal: ActingPrincipal): string =>
  principal.kind === 'user' ? `session ${principal.tokenHash}` : `apiKey ${principal.keyId}`;

/** What becomes of somebody who listens. `changed`: still there, but what may be heard is another thing now. */
export type Verdict = 'stays' | 'changed' | 'locked_out' | 'signed_out';

/**
 * What a principal may hear follows from it: equal texts, equal rights. `alive` false: signed out, expired or
 * revoked; `places` null: no tenant that is effectively active is left (R20).
 */
export interface Standing {
  alive: boolean;
  places: string | null;
  rights: string;
}

/** Of what is told about somebody when listening began and what is so now; null: the row is gone. */
export function verdictOf(before: Standing, now: Standing | null): Verdict {
  if (now === null || !now.alive) return 'signed_out';
  if (now.places === null) return 'locked_out';
  return now.places === before.places && now.rights === before.rights ? 'stays' : 'changed';
}

/** For a query in which `t` is a tenant: it and all above it are active (R13). */
const active = sql`not exists (select from tenants above
  where above.seq = any(string_to_array(rtrim(t.path, '.'), '.')::bigint[]) and above.status <> 'active')`;
/** Modules switched off on the way to `t` (R10). */
const modulesOff = sql`(select string_agg(off.module, ',' order by off.module) from module_restrictions off
  join tenants above on above.id = off.tenant_id
  where above.seq = any(string_to_array(rtrim(t.path, '.'), '.')::bigint[]))`;

/**
 * How everybody who listens stands now, in one query per kind whatever their number; by {@link keyOf}. Listening is
 * no activity: it keeps no session from going idle.
 */
export async function readStandings(
  ctx: Pick<Context, 'db' | 'clock'>,
  principals: readonly ActingPrincipal[],
): Promise<Map<string, Standing>> {
  const now = ctx.clock.nowMs();
  const at = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`;
  const hashes = principals.flatMap((one) => (one.kind === 'user' ? [one.tokenHash] : []));
  const keyIds = principals.flatMap((one) => (one.kind === 'apiKey' ? [one.keyId] : []));
  type Row = Standing & { key: string };
  const users =
    hashes.length === 0
      ? []
      : await ctx.db
          .execute<Row & Record<string, unknown>>(
            sql`
    select 'session ' || s.token_hash as key,
      s.expires_at > ${at(now)} and s.last_seen_at > ${at(now - idleMs)} as alive,
      case when u.disabled_at is null then (
        select string_agg(concat_ws(' ', t.path, m.family, m.owner, t.portal_access, ${modulesOff}), ';' order by t.path)
        from memberships m join tenants t on t.id = m.tenant_id where m.user_id = u.id and ${active}
      ) end as places,
      concat_ws(' ', u.must_change_password, u.must_confirm_email and u.email_confirmed_at is null, (
        select string_agg(r.id || ':' || r.version, ',' order by r.id)
        from role_members held join roles r on r.id = held.role_id where held.user_id = u.id
      )) as rights
    from sessions s join users u on u.id = s.user_id
    where s.token_hash = any(${sql.param(hashes)}::text[])`,
          )
          .then(({ rows }) => rows);
  const keys =
    keyIds.length === 0
      ? []
      : await ctx.db
          .execute<Row & Record<string, unknown>>(
            sql`
    select 'apiKey ' || k.id as key,
      k.revoked_at is null and (k.expires_at is null or k.expires_at > ${at(now)}) as alive,
      case when ${active} then concat_ws(' ', t.path, ${modulesOff}) end as places,
      coalesce(array_to_string(k.modules, ','), '') as rights
    from api_keys k join tenants t on t.id = k.tenant_id
    where k.id = any(${sql.param(keyIds)}::text[])`,
          )
          .then(({ rows }) => rows);
  return new Map(
    [...users, ...keys].map(({ key, alive, places, rights }) => [key, { alive, places, rights }]),
  );
}
