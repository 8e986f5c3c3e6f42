import { fingerprintWords } from '@gantry/protocol/claim.js';
import type { ClaimId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, desc, eq, gt, lt, type SQL } from '../db/drizzle.js';
import { claims } from '../db/schema/claims.js';
import { holdsAll, inScope, type Scope } from '../tenancy/scope.js';
import type { ClaimRow } from './claims.js';

/** A box that waits, as the person who lets it in sees it. */
export interface WaitingBox {
  userCode: string;
  hostname: string;
  agentVersion: string;
  ip: string | null;
  words: readonly string[];
  state: 'pending' | 'approved' | 'rejected' | 'expired';
  askedAt: Date;
  expiresAt: Date;
}

/** A box that was opened by its code stays in the list of who opened it for so long. */
const rememberedMs = 24 * 3_600_000;

export const waitingBoxOf = (row: ClaimRow, now: Date): WaitingBox => ({
  userCode: row.userCode,
  hostname: row.hostname,
  agentVersion: row.agentVersion,
  ip: row.ip,
  words: fingerprintWords(row.thumbprint),
  state: row.state === 'pending' && row.expiresAt <= now ? 'expired' : row.state,
  askedAt: row.createdAt,
  expiresAt: row.expiresAt,
});

/**
 * Boxes that wait now, newest first; one more than `limit`. Until it is decided a box is nobody's: the platform sees
 * them all, everybody else those that one of their people opened by its code (R3, R34) within a day, also after the
 * box got a new code.
 */
export async function listWaitingBoxes(
  db: Queryable,
  scope: Scope,
  page: { limit: number; after: string | null },
  now: Date,
): Promise<ClaimRow[]> {
  const conditions: SQL[] = [eq(claims.state, 'pending'), gt(claims.expiresAt, now)];
  if (!holdsAll(scope)) {
    conditions.push(inScope(claims.openedByTenantId, scope));
    conditions.push(gt(claims.openedAt, new Date(now.getTime() - rememberedMs)));
  }
  if (page.after !== null) conditions.push(lt(claims.id, page.after as ClaimId));
  return db
    .select()
    .from(claims)
    .where(and(...conditions))
    .orderBy(desc(claims.id))
    .limit(page.limit + 1);
}
