import type { TenantId } from '@gantry/protocol/ids.js';
import { sightOf } from '../access/camera-access.js';
import { isGuard, scopeOf, type ActingPrincipal } from '../access/principal.js';
import { countByChip } from '../cameras/count.js';
import { listCameras, type CameraView } from '../cameras/list.js';
import { timeStyles, type Chip } from '../cameras/status.js';
import type { Database, Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { scopedRead } from '../db/row-security.js';
import { listWaitingBoxes } from '../enrolment/waiting-boxes.js';
import { pathBelow, type Scope } from '../tenancy/scope.js';
import { requireTenant, type TenantRow } from '../tenancy/tenants.js';
import { attentionFrom, type Attention } from './attention.js';
import { cameraTroubles, conflictingAgents, failedOperations, offlineAgents } from './facts.js';

const shownAttention = 10;
const shownCameras = 6;

/** A box that asks to be let in, or was let in and never heard since. */
export interface Waiting {
  kind: 'claim' | 'agent';
  id: string;
  name: string;
  since: Date;
}

/** What a new integrator does first, in order; each ticks itself. */
export const firstSteps = ['add_agent', 'create_customer', 'bind_camera'] as const;

export interface Home {
  cameras: Record<Chip, number>;
  attention: { items: Attention[]; total: number };
  waiting: Waiting[];
  newest: CameraView[];
  /** Null for customers, who have a checklist of their own (R9), and for those who only watch. */
  steps: { step: (typeof firstSteps)[number]; done: boolean }[] | null;
}

/** What somebody sees of a tenant first (ux P5). Throws `not_found`. */
export async function readHome(
  db: Database,
  principal: ActingPrincipal,
  tenantId: TenantId,
  now: Date,
): Promise<Home> {
  const scope = scopeOf(principal);
  const home = await scopedRead(db, scope, async (q) => {
    const tenant = await requireTenant(q, scope, tenantId);
    const sight = await sightOf(q, principal, 'view');
    const here = { paths: [tenant.path] };
    const filters = { customerId: tenantId };
    const counted = await countByChip(q, sight, filters);
    const newest = await listCameras(
      q,
      sight,
      filters,
      { limit: shownCameras, sort: '-createdAt', after: null },
      now,
    );
    const manages = !isGuard(principal);
    const attention = manages
      ? attentionFrom(
          {
            offline: await offlineAgents(q, sight, tenantId),
            conflicts: await conflictingAgents(q, here),
            troubles: await cameraTroubles(q, sight, tenantId),
            failures: await failedOperations(q, here),
            inbox: tenant.kind === 'customer' ? 0 : counted.unassigned,
            tenant,
          },
          timeStyles(now)(tenant.timeZone ?? 'UTC'),
        )
      : [];
    return {
      cameras: counted,
      attention: { items: attention.slice(0, shownAttention), total: attention.length },
      newest: newest.items,
      waiting: manages ? await unheardAgents(q, tenant) : [],
      steps: manages && tenant.kind !== 'customer' ? await stepsOf(q, tenant) : null,
    };
  });
  const { waiting, ...rest } = home;
  // Customers, and who only watches, let no box in.
  const claims = rest.steps === null ? [] : await waitingClaims(db, scope, now);
  return { ...rest, waiting: [...claims, ...waiting].slice(0, shownAttention) };
}

interface WaitingRow extends Record<string, unknown> {
  id: string;
  name: string;
  ms: number;
}

/** Let in, but never heard: somebody stands before a box that does not come up. */
async function unheardAgents(db: Queryable, { path }: TenantRow): Promise<Waiting[]> {
  const { rows } = await db.execute<WaitingRow>(sql`
    select a.id, a.name, (extract(epoch from a.created_at) * 1000)::float8 as ms
    from agents a join tenants t on t.id = a.integrator_id
    where a.last_heard_at is null and a.ending is null and ${pathBelow(sql`t.path`, sql`${path}`)}
    order by a.id desc limit ${shownAttention}`);
  return rows.map(({ id, name, ms }) => ({ kind: 'agent', id, name, since: new Date(ms) }));
}

async function waitingClaims(db: Queryable, scope: Scope, now: Date): Promise<Waiting[]> {
  const rows = await listWaitingBoxes(db, scope, { limit: shownAttention, after: null }, now);
  return rows.map(({ id, hostname, createdAt }) => ({ kind: 'claim', id, name: hostname, since: createdAt }));
}

async function stepsOf(db: Queryable, { id, path }: TenantRow): Promise<NonNullable<Home['steps']>> {
  const below = sql`(select id from tenants where ${pathBelow(sql`tenants.path`, sql`${path}`)})`;
  const { rows } = await db.execute<Record<(typeof firstSteps)[number], boolean>>(sql`
    select
      exists (select from agents where integrator_id in ${below}) as add_agent,
      exists (select from tenants where kind = 'customer' and id <> ${id} and id in ${below}) as create_customer,
      exists (select from cameras where customer_id in ${below}) as bind_camera`);
  return firstSteps.map((step) => ({ step, done: rows[0]?.[step] === true }));
}
