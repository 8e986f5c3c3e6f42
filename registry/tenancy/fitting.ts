import type { TenantId } from '@gantry/protocol/ids.js';
import type { Database } from '../db/database.js';
import { sql, type SQL } from '../db/drizzle.js';
import { fewThatFit, isPartOf } from '../db/few-that-fit.js';
import { tenants } from '../db/schema/tenants.js';
import { pathInScope, type Scope } from './scope.js';

/** The text is part of name, company, e-mail or external reference: as `tenants_described` indexes it. */
export const isTenantDescribed = (text: string): SQL =>
  isPartOf(
    text,
    sql`${tenants.name} || coalesce(' ' || ${tenants.companyName}, '') || coalesce(' ' || ${tenants.email}, '')
      || coalesce(' ' || ${tenants.externalRef}, '')`,
  );

/** Tenants of the scope that the text fits, when these are few; else null. Ask it outside row-security.ts. */
export const tenantsThatFit = (db: Database, scope: Scope, text: string): Promise<TenantId[] | null> =>
  fewThatFit(
    db,
    text,
    (atMost) => sql`
      select id from ${tenants} where ${isTenantDescribed(text)} and ${pathInScope(scope)} limit ${atMost}`,
  );
