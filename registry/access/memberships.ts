import type { UserId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq } from '../db/drizzle.js';
import { memberships } from '../db/schema/people.js';
import { tenants } from '../db/schema/tenants.js';
import { isEffectivelyActive } from '../tenancy/active.js';
import type { Membership } from './principal.js';

/** The user's places in tenants that are effectively active; the others drop out at once (R20). */
export const loadMemberships = (queryable: Queryable, userId: UserId): Promise<Membership[]> =>
  queryable
    .select({
      tenantId: tenants.id,
      tenantName: tenants.name,
      kind: tenants.kind,
      path: tenants.path,
      family: memberships.family,
      owner: memberships.owner,
    })
    .from(memberships)
    .innerJoin(tenants, eq(tenants.id, memberships.tenantId))
    .where(and(eq(memberships.userId, userId), isEffectivelyActive))
    .orderBy(asc(tenants.path));
