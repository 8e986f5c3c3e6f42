import type { UserId } from '@gantry/protocol/ids.js';
import type { Database } from '../db/database.js';
import { sql, type SQL } from '../db/drizzle.js';
import { fewThatFit, isPartOf } from '../db/few-that-fit.js';
import { memberships, users } from '../db/schema/people.js';
import { inScope, type Scope } from '../tenancy/scope.js';

/** The text is part of name or e-mail: as `users_described` indexes it. */
export const isUserDescribed = (text: string): SQL =>
  isPartOf(text, sql`${users.name} || ' ' || ${users.email}`);

/** People with a place in the scope whom the text fits, when these are few; else null. Ask it outside row-security.ts. */
export const usersThatFit = (db: Database, scope: Scope, text: string): Promise<UserId[] | null> =>
  fewThatFit(
    db,
    text,
    (atMost) => sql`
      select id from ${users} where ${isUserDescribed(text)} and exists (
        select from ${memberships} where ${memberships.userId} = ${users.id} and ${inScope(memberships.tenantId, scope)}
      ) limit ${atMost}`,
  );
