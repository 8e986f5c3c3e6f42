import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeviceTokens, type DeviceTokens } from '@gantry/agent/identity/device-token.js';
import { loadOrMakeKey, type DeviceKey } from '@gantry/agent/identity/key.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import { encodeSegmentHeader, segmentHeader, type SegmentMeta } from '@gantry/protocol/segment.js';
import type { Database } from '@gantry/registry/db/database.js';
import { agentCredentials } from '@gantry/registry/db/schema/agents.js';

/** Gives an agent a key, as enrolment does, and signs its tokens. */
export const enrolled = async (db: Database, agentId: AgentId): Promise<DeviceTokens> =>
  (await enrolledWithKey(db, agentId)).tokens;

/** {@link enrolled}, with the key itself: for an agent that signs its segments. */
export async function enrolledWithKey(
  db: Database,
  agentId: AgentId,
): Promise<{ tokens: DeviceTokens; key: DeviceKey }> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-key-'));
  try {
    const { key } = await loadOrMakeKey(join(folder, 'key'));
    const { thumbprint, publicKey } = key;
    await db.insert(agentCredentials).values({ thumbprint, agentId, publicKey, state: 'active' });
    const tokens = createDeviceTokens({
      key,
      agentId,
      registryNowMs: () => Date.now(),
      newTokenId: () => randomUUID(),
    });
    return { tokens, key };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Sends one segment as an agent does; `body` and `header` replace what belongs to it. */
export async function putSegment(
  registryUrl: string,
  tokens: DeviceTokens,
  { meta, bytes }: { meta: SegmentMeta; bytes: Uint8Array },
  other: { body?: Uint8Array; header?: string } = {},
): Promise<{ status: number; body: { id?: string; sha256?: string; code?: string; detail?: string } }> {
  const answer = await fetch(`${registryUrl}/api/v1/agent/segments/${meta.id}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${await tokens.current()}`,
      'content-type': 'video/mp4',
      [segmentHeader]: other.header ?? encodeSegmentHeader(meta),
    },
    body: new Uint8Array(other.body ?? bytes),
  });
  return { status: answer.status, body: (await answer.json()) as { id?: string } };
}
