import { readUserCode } from '@gantry/protocol/claim.js';
import type { AgentId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import { requireBindable } from '../access/enrolment-tokens.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { eq } from '../db/drizzle.js';
import { agentCredentials, agents } from '../db/schema/agents.js';
import { claims } from '../db/schema/claims.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { loadPath } from '../tenancy/path.js';
import { holdsAll, type Scope } from '../tenancy/scope.js';
import { invalidField, requireTenant } from '../tenancy/tenants.js';
import { effectiveStatus } from '../tenancy/tree.js';
import type { Allowance } from './allowance.js';
import type { ClaimRow } from './claims.js';
import { waitingBoxOf, type WaitingBox } from './waiting-boxes.js';

/** Wrong codes are counted by who typed them, and by where. */
export interface WrongCodes {
  byAccount: Allowance;
  byAddress: Allowance;
}

type Parts = Pick<Context, 'db' | 'clock' | 'newId'> & { wrongCodes: WrongCodes };

export interface Approval {
  integratorId: TenantId;
  /** The agent's name; null: its host name. */
  name: string | null;
  /** New cameras of it are bound to this customer with this plan; null: they wait unbound. */
  autoBind: { customerId: TenantId; planId: PlanId } | null;
}

export interface ApprovedAgent {
  id: AgentId;
  name: string;
  integratorId: TenantId;
  integratorName: string;
}

/** Who opens a waiting box: it stands in their tenant's list from then on. */
export interface Opener {
  scope: Scope;
  tenantId: TenantId;
}

/** Throws `not_found` for a code nobody was given, `rate_limited` after too many of those. */
export async function openWaitingBox(
  ctx: Parts,
  actor: Actor,
  { scope, tenantId }: Opener,
  text: string,
): Promise<WaitingBox> {
  const now = new Date(ctx.clock.nowMs());
  const row = await ctx.db.transaction(async (tx) => {
    const claim = await findByCode(ctx, tx, actor, text);
    // Who sees all of them anyway takes none from the list of others.
    if (claim.state === 'pending' && !holdsAll(scope))
      await tx
        .update(claims)
        .set({ openedByTenantId: tenantId, openedAt: now })
        .where(eq(claims.id, claim.id));
    return claim;
  });
  return waitingBoxOf(row, now);
}

/**
 * Lets a box in (R34): it becomes an agent of the integrator. Exactly one of two who approve at once wins, the other
 * gets `conflict`; the winner's retry gets the first answer again (R39). Throws `not_found`, `rate_limited`,
 * `forbidden` (expired), `account_disabled`, `invalid`, `plan_not_offered`.
 */
export async function approveClaim(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  code: string,
  approval: Approval,
): Promise<ApprovedAgent> {
  return ctx.db.transaction(async (tx) => {
    const claim = await findByCode(ctx, tx, actor, code);
    const integrator = await requireTenant(tx, scope, approval.integratorId);
    if (integrator.kind !== 'integrator') {
      const detail = `agents enrol under an integrator, not a ${integrator.kind}`;
      throw invalidField('/integratorId', 'wrong_kind', detail);
    }
    if (claim.state === 'approved') return answerAgain(tx, actor, claim, approval);
    requireOpen(ctx, claim);
    if (approval.autoBind !== null) await requireBindable(tx, scope, integrator, approval.autoBind);
    if (!effectiveStatus(await loadPath(tx, integrator.id)).active)
      throw new Failure('account_disabled', `${integrator.name} is switched off.`);
    const id = ctx.newId('agent');
    const name = approval.name ?? (claim.hostname.trim() || 'agent');
    await tx.insert(agents).values({
      id,
      name,
      integratorId: integrator.id,
      hostname: claim.hostname,
      agentVersion: claim.agentVersion,
      autoBindCustomerId: approval.autoBind?.customerId ?? null,
      autoBindPlanId: approval.autoBind?.planId ?? null,
    });
    const { thumbprint, publicKey } = claim;
    const added = await tx
      .insert(agentCredentials)
      .values({ thumbprint, agentId: id, publicKey, state: 'active' })
      .onConflictDoNothing()
      .returning();
    if (added.length === 0)
      throw new Failure('conflict', 'This box was enrolled with a token meanwhile; its code is not needed.');
    await tx
      .update(claims)
      .set({ state: 'approved', agentId: id, ...decisionOf(ctx, actor) })
      .where(eq(claims.id, claim.id));
    await record(tx, {
      actor,
      tenantId: integrator.id,
      target: { kind: 'agent', id },
      operation: 'agent.approved',
      sentence: `${actor.name} let the agent ${name} in by its code`,
      after: { hostname: claim.hostname, thumbprint, askedFrom: claim.ip },
    });
    return { id, name, integratorId: integrator.id, integratorName: integrator.name };
  });
}

/** Turns a box away; it may ask again, with another code. Idempotent for who rejected it. */
export async function rejectClaim(ctx: Parts, actor: Actor, tenantId: TenantId, code: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const claim = await findByCode(ctx, tx, actor, code);
    if (claim.state === 'rejected' && claim.decidedById === actor.id) return;
    requireOpen(ctx, claim);
    await tx
      .update(claims)
      .set({ state: 'rejected', ...decisionOf(ctx, actor) })
      .where(eq(claims.id, claim.id));
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'agent', id: claim.id },
      operation: 'agent.rejected',
      sentence: `${actor.name} turned away the box ${claim.hostname}`,
      after: { hostname: claim.hostname, thumbprint: claim.thumbprint, askedFrom: claim.ip },
    });
  });
}

/** The claim, locked: those who decide at the same time take turns. A wrong code costs the one who typed it a try. */
async function findByCode(ctx: Parts, tx: Transaction, actor: Actor, text: string): Promise<ClaimRow> {
  const { byAccount, byAddress } = ctx.wrongCodes;
  const account = `${actor.kind} ${actor.id}`;
  byAccount.check(account);
  byAddress.check(actor.ip);
  const code = readUserCode(text);
  const rows =
    code === null ? [] : await tx.select().from(claims).where(eq(claims.userCode, code)).for('update');
  const [row] = rows;
  if (row !== undefined) return row;
  byAccount.take(account);
  byAddress.take(actor.ip);
  throw new Failure(
    'not_found',
    'No box shows this code. Compare it with the screen of the box: a code that expired is followed by a new one there.',
  );
}

function requireOpen(ctx: Pick<Context, 'clock'>, claim: ClaimRow): void {
  if (claim.state !== 'pending') throw decidedBefore();
  if (claim.expiresAt.getTime() > ctx.clock.nowMs()) return;
  throw new Failure('forbidden', 'This code has expired. Use the new one that the box shows.');
}

async function answerAgain(
  tx: Transaction,
  actor: Actor,
  claim: ClaimRow,
  approval: Approval,
): Promise<ApprovedAgent> {
  const agentId = claim.agentId as AgentId;
  const [agent] = await tx.select().from(agents).where(eq(agents.id, agentId));
  const isWinner = claim.decidedById === actor.id && agent?.integratorId === approval.integratorId;
  if (agent === undefined || !isWinner) throw decidedBefore();
  const integratorName = (await loadPath(tx, agent.integratorId)).at(-1)?.name ?? '';
  return { id: agent.id, name: agent.name, integratorId: agent.integratorId, integratorName };
}

/** Does not say who decided: it may be a stranger. */
const decidedBefore = (): Failure =>
  new Failure('conflict', 'Somebody decided about this box before. A code is used once.');

const decisionOf = (ctx: Pick<Context, 'clock'>, actor: Actor) => ({
  decidedById: actor.id,
  decidedByName: actor.name,
  decidedAt: new Date(ctx.clock.nowMs()),
});
