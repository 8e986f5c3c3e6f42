import type { PublicKey } from '@gantry/protocol/enrol.js';
import { isSignedBy, recordOf, type SignedRecord } from '@gantry/protocol/evidence.js';
import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { registryActor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Database, type Queryable } from '../db/database.js';
import { and, desc, eq, gt, isNotNull, lt } from '../db/drizzle.js';
import { agentCredentials, agents } from '../db/schema/agents.js';
import { history } from '../db/schema/registry.js';
import { segments, type KeptEvidence } from '../db/schema/segments.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';

export interface AgentKey {
  /** RFC 7638, base64url. */
  thumbprint: string;
  publicKey: PublicKey;
}

/** Keys an agent has or had, the newest first: what was recorded before a renewal is signed by the one before. */
export const keysOf = (queryable: Queryable, agentId: AgentId): Promise<AgentKey[]> =>
  queryable
    .select({ thumbprint: agentCredentials.thumbprint, publicKey: agentCredentials.publicKey })
    .from(agentCredentials)
    .where(eq(agentCredentials.agentId, agentId))
    .orderBy(desc(agentCredentials.createdAt));

/** Thumbprint of the key that signed a record; null when none of these did. */
export async function signerOf(keys: readonly AgentKey[], signed: SignedRecord): Promise<string | null> {
  for (const { thumbprint, publicKey } of keys) if (await isSignedBy(publicKey, signed)) return thumbprint;
  return null;
}

/**
 * What is kept of a segment's place in its chain; null from an agent that did not sign this camera's footage before
 * it either: agents before 0.2 sign nothing, and who has begun to sign does not stop. Throws `invalid` for a
 * signature that is not the agent's over what it says of the segment, or is missing; that stands in the history.
 */
export async function checkEvidence(
  ctx: Pick<Context, 'db'>,
  agentId: AgentId,
  meta: SegmentMeta,
  startMs: number,
): Promise<KeptEvidence | null> {
  const { evidence, startedAtMs, clockOffsetMs, cameraId, id } = meta;
  if (evidence === undefined) {
    if (!(await hadBegunToSign(ctx.db, agentId, cameraId, startMs))) return null;
    await recordRefusal(ctx.db, agentId, meta, 'without a signature, though it signed before');
    throw refused(`Segment ${id} is not signed, and its agent signed this camera's footage before it.`);
  }
  const { previous, signature } = evidence;
  const signed = { statement: 'recorded', record: recordOf(meta, previous), signature } as const;
  const thumbprint = await signerOf(await keysOf(ctx.db, agentId), signed);
  if (thumbprint !== null) return { startedAtMs, clockOffsetMs, previous, signature, thumbprint };
  await recordRefusal(ctx.db, agentId, meta, 'with a signature that is not its own');
  throw refused(`The signature of segment ${id} is not its agent's over what is told of it.`);
}

const refused = (why: string): Failure => new Failure('invalid', `${why} It was not kept.`);

async function hadBegunToSign(
  db: Queryable,
  agentId: AgentId,
  cameraId: CameraId,
  startMs: number,
): Promise<boolean> {
  const [signed] = await db
    .select({ id: segments.id })
    .from(segments)
    .where(
      and(
        eq(segments.cameraId, cameraId),
        eq(segments.agentId, agentId),
        lt(segments.startedAt, new Date(startMs)),
        isNotNull(segments.evidence),
      ),
    )
    .orderBy(desc(segments.startedAt))
    .limit(1);
  return signed !== undefined;
}

/** An agent that sends a thousand of them is told of once in this time. */
const refusalEveryMs = 3_600_000;

async function recordRefusal(
  db: Database,
  agentId: AgentId,
  { cameraId, id }: SegmentMeta,
  how: string,
): Promise<void> {
  const operation = 'agent.evidenceRefused';
  const [agent] = await db
    .select({ name: agents.name, integratorId: agents.integratorId })
    .from(agents)
    .where(eq(agents.id, agentId));
  const since = new Date((await databaseNow(db)).getTime() - refusalEveryMs);
  const [told] = await db
    .select({ id: history.id })
    .from(history)
    .where(and(eq(history.targetId, agentId), eq(history.operation, operation), gt(history.at, since)))
    .limit(1);
  if (agent === undefined || told !== undefined) return;
  await db.transaction((tx) =>
    record(tx, {
      actor: registryActor,
      tenantId: agent.integratorId,
      target: { kind: 'agent', id: agentId },
      cameraId,
      operation,
      sentence: `${agent.name} handed in footage ${how}; it was refused`,
      after: { cameraId, segmentId: id },
    }),
  );
}
