import type { EnrolAnswer, EnrolRequest } from '@gantry/protocol/enrol.js';
import { enrolmentTokenId, type AgentId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, eq, sql } from '../db/drizzle.js';
import { agentCredentials, agents, enrolments, enrolmentTokens } from '../db/schema/agents.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { requireModule } from '../tenancy/modules.js';
import { loadPath } from '../tenancy/path.js';
import { effectiveStatus } from '../tenancy/tree.js';
import type { EnrolmentTokenRow } from './enrolment-tokens.js';
import { checkDeviceToken, thumbprintOf } from './jwt.js';
import { createPackageSigner } from './package-signature.js';
import { secretMatches, splitToken } from './secrets.js';

type Parts = Pick<Context, 'db' | 'newId'> & Answering;
/** What the answer needs. */
export type Answering = Pick<Context, 'clock' | 'agentMqttUrl' | 'secondFactor'>;

/**
 * Makes an agent known under the token's integrator (R34). The same token with the same key gets the same
 * answer, however often and whenever it is asked (R39); another key takes another use of the token.
 * Throws `unauthenticated` (unknown token, bad proof), `forbidden` (revoked, expired), `conflict` (used up).
 */
export async function enrol(
  ctx: Parts,
  request: EnrolRequest,
  origin: { ip: string | null; userAgent: string | null },
): Promise<{ answer: EnrolAnswer; made: boolean }> {
  const split = splitToken(request.token);
  const tokenId = enrolmentTokenId.safeParse(split?.id);
  const unknown = new Failure(
    'unauthenticated',
    'This enrolment token is not known here. Copy it again, completely.',
  );
  if (split === null || !tokenId.success) throw unknown;
  const thumbprint = await thumbprintOf(request.publicKey);
  const proof = await checkDeviceToken({
    token: request.proof,
    key: request.publicKey,
    use: 'enrol',
    subject: tokenId.data,
    nowMs: ctx.clock.nowMs(),
  });
  return ctx.db.transaction(async (tx) => {
    // The row's lock makes agents that use one token at the same time take turns.
    const [token] = await tx
      .select()
      .from(enrolmentTokens)
      .where(eq(enrolmentTokens.id, tokenId.data))
      .for('update');
    if (token === undefined || !secretMatches(split.secret, token.secretHash)) throw unknown;
    if (!proof.ok)
      throw new Failure('unauthenticated', `The proof of the agent's key is refused: ${proof.why}.`);
    const known = await findEnrolled(tx, token, thumbprint);
    const agentId = known ?? (await admit(ctx, tx, token, thumbprint, request, origin));
    return { answer: await answerFor(ctx, tx, agentId), made: known === null };
  });
}

/** The agent this key enrolled as with this token; null when it has not. Throws when the key may not be used again. */
async function findEnrolled(
  tx: Transaction,
  token: EnrolmentTokenRow,
  thumbprint: string,
): Promise<AgentId | null> {
  const [credential] = await tx
    .select({ agentId: agentCredentials.agentId, state: agentCredentials.state, tokenId: enrolments.tokenId })
    .from(agentCredentials)
    .leftJoin(
      enrolments,
      and(eq(enrolments.thumbprint, agentCredentials.thumbprint), eq(enrolments.tokenId, token.id)),
    )
    .where(eq(agentCredentials.thumbprint, thumbprint));
  if (credential === undefined) return null;
  if (credential.state !== 'active') {
    throw new Failure(
      'forbidden',
      'The key of this agent was revoked. Reset the agent so that it makes a new key.',
    );
  }
  if (credential.tokenId === null) {
    throw new Failure(
      'conflict',
      'This agent is enrolled already, with another token. It needs no second enrolment; to move it, reset it first.',
    );
  }
  return credential.agentId;
}

async function admit(
  ctx: Parts,
  tx: Transaction,
  token: EnrolmentTokenRow,
  thumbprint: string,
  request: EnrolRequest,
  origin: { ip: string | null; userAgent: string | null },
): Promise<AgentId> {
  if (token.revokedAt !== null) {
    throw new Failure('forbidden', 'This enrolment token was revoked. Ask the integrator for a new one.');
  }
  if (token.expiresAt.getTime() <= ctx.clock.nowMs()) {
    throw new Failure(
      'forbidden',
      `This enrolment token expired at ${token.expiresAt.toISOString()}. Ask the integrator for a new one.`,
    );
  }
  if (token.uses >= token.maxUses) {
    throw new Failure(
      'conflict',
      `This enrolment token has been used by ${token.maxUses === 1 ? 'another agent' : `${token.maxUses} agents`} ` +
        `already. Ask the integrator for a new one.`,
    );
  }
  const path = await loadPath(tx, token.integratorId);
  if (!effectiveStatus(path).active) {
    throw new Failure('account_disabled', 'The integrator of this enrolment token is switched off.');
  }
  // The integrator's module, not that of the customer a rule may bind to: for its customers it may add (R11).
  await requireModule(tx, path.at(-1)?.path ?? '', 'cameras.addPnp');
  const agentId = ctx.newId('agent');
  const name = request.hostname.trim() || 'agent';
  await tx.insert(agents).values({
    id: agentId,
    integratorId: token.integratorId,
    name,
    hostname: request.hostname,
    agentVersion: request.agentVersion,
    autoBindCustomerId: token.autoBindCustomerId,
    autoBindPlanId: token.autoBindPlanId,
  });
  const credential = { thumbprint, agentId, publicKey: request.publicKey, state: 'active' as const };
  const added = await tx.insert(agentCredentials).values(credential).onConflictDoNothing().returning();
  // Another token's lock does not hold this one back: the key's own row decides who came first.
  if (added.length === 0) throw new Failure('conflict', 'This agent is being enrolled with another token.');
  await tx.insert(enrolments).values({ tokenId: token.id, thumbprint, agentId });
  await tx
    .update(enrolmentTokens)
    .set({ uses: sql`${enrolmentTokens.uses} + 1` })
    .where(eq(enrolmentTokens.id, token.id));
  await record(tx, {
    actor: { kind: 'agent', id: agentId, name, ...origin },
    tenantId: token.integratorId,
    target: { kind: 'agent', id: agentId },
    operation: 'agent.enrolled',
    sentence: `The agent ${name} enrolled with the token ${token.name}`,
    after: { hostname: request.hostname, thumbprint, tokenId: token.id },
  });
  return agentId;
}

/** What an enrolled agent is told: who it is, where it connects, and whose updates it takes. */
export async function answerFor(ctx: Answering, tx: Queryable, agentId: AgentId): Promise<EnrolAnswer> {
  const [agent] = await tx
    .select({ name: agents.name, integratorId: agents.integratorId })
    .from(agents)
    .where(eq(agents.id, agentId));
  if (agent === undefined) throw new Error(`agent ${agentId} has a credential but no row`);
  const integrator = (await loadPath(tx, agent.integratorId)).at(-1);
  return {
    agentId,
    agentName: agent.name,
    integratorName: integrator?.name ?? '',
    mqttUrl: ctx.agentMqttUrl(),
    packageKey: createPackageSigner(ctx.secondFactor.sealingKey).publicKey,
    atMs: ctx.clock.nowMs(),
  };
}
