import { createHash } from 'node:crypto';
import {
  encodeTarHeader,
  manifestName,
  pieceBytes,
  tarBlockBytes,
  tarPadding,
  type EvidenceManifest,
} from '@gantry/protocol/evidence-file.js';
import { recordHash, recordOf, type SignedRecord } from '@gantry/protocol/evidence.js';
import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq, gte, inArray, lt } from '../db/drizzle.js';
import { agentCredentials, agents } from '../db/schema/agents.js';
import { lostLinks } from '../db/schema/gaps.js';
import { segments, type KeptEvidence } from '../db/schema/segments.js';
import { covers, type Interval } from '../tenancy/entitlement.js';
import type { PathTenant } from '../tenancy/path.js';
import { inScope, scopeHolds, type Scope } from '../tenancy/scope.js';
import { touching, type TimeRange } from './archive.js';
import { claimsAround } from './permission.js';
import type { Storage } from './storage/storage.js';

type Link = EvidenceManifest['chain'][number] & { storageKey: string | null; sizeBytes: number };
type Row = typeof segments.$inferSelect;

/** What goes into an evidence file. */
export interface EvidenceContents {
  links: Link[];
  unsigned: { file: string; sha256: string; storageKey: string; sizeBytes: number }[];
  keys: EvidenceManifest['keys'];
  agents: { id: string; name: string }[];
  sizeBytes: number;
}

const fileOf = (id: string): string => `segments/${id}.mp4`;

function signedOf(row: Row, { startedAtMs, clockOffsetMs, previous, signature }: KeptEvidence): SignedRecord {
  const { id, cameraId, sessionId, sequence, durationMs, sha256 } = row;
  const told = { id, cameraId, sessionId, sequence, startedAtMs, durationMs, clockOffsetMs, sha256 };
  return { statement: 'recorded', record: recordOf(told, previous), signature };
}

/** Reads the footage of a range with its chain: of the scope only, however the camera went from hand to hand. */
export async function evidenceOf(
  queryable: Queryable,
  scope: Scope,
  camera: CameraId,
  range: TimeRange,
): Promise<EvidenceContents> {
  const rows = await queryable
    .select()
    .from(segments)
    .where(
      and(
        eq(segments.cameraId, camera),
        eq(segments.state, 'stored'),
        inScope(segments.customerId, scope),
        touching(range),
      ),
    )
    .orderBy(asc(segments.startedAt));
  const first = rows[0]?.startedAt ?? new Date(range.startMs);
  const last = rows.at(-1)?.startedAt ?? first;
  const between = await queryable
    .select()
    .from(lostLinks)
    .where(
      and(eq(lostLinks.cameraId, camera), gte(lostLinks.startedAt, first), lt(lostLinks.startedAt, last)),
    );
  const others = await othersTime(queryable, scope, camera, {
    startMs: first.getTime(),
    endMs: last.getTime(),
  });
  const lost = between.filter(({ startedAt }) => !covers(others, startedAt.getTime()));
  const links: Link[] = rows.flatMap((row) => {
    if (row.evidence === null) return [];
    const { storageKey, sizeBytes, evidence } = row;
    const signed = signedOf(row, evidence);
    return [
      { signed, thumbprint: evidence.thumbprint, file: fileOf(row.id), pieces: [], storageKey, sizeBytes },
    ];
  });
  for (const { signed, thumbprint } of lost) {
    links.push({ signed, thumbprint, file: null, pieces: [], storageKey: null, sizeBytes: 0 });
  }
  const thumbprints = [...new Set(links.map(({ thumbprint }) => thumbprint))];
  const agentIds = [...new Set([...rows, ...lost].map(({ agentId }) => agentId))];
  return {
    links: await inChainOrder(links),
    unsigned: rows
      .filter(({ evidence }) => evidence === null)
      .map(({ id, sha256, storageKey, sizeBytes }) => ({ file: fileOf(id), sha256, storageKey, sizeBytes })),
    keys: await keysFor(queryable, thumbprints),
    agents: await agentsFor(queryable, agentIds),
    sizeBytes: rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** When the camera was another customer's: of that time not even what was lost is told (R41). */
async function othersTime(
  queryable: Queryable,
  scope: Scope,
  camera: CameraId,
  range: TimeRange,
): Promise<Interval[]> {
  const seen = (path: readonly PathTenant[]) => scopeHolds(scope, path.at(-1)?.path ?? '');
  const claims = await claimsAround(queryable, camera, range, seen);
  return claims.filter((claim) => !claim.seen).map(({ interval }) => interval);
}

async function keysFor(queryable: Queryable, thumbprints: string[]): Promise<EvidenceManifest['keys']> {
  if (thumbprints.length === 0) return [];
  const rows = await queryable
    .select()
    .from(agentCredentials)
    .where(inArray(agentCredentials.thumbprint, thumbprints));
  return rows.map(({ thumbprint, publicKey, createdAt }) => ({
    thumbprint,
    enrolledAt: createdAt.toISOString(),
    publicKey,
  }));
}

async function agentsFor(queryable: Queryable, ids: AgentId[]): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return [];
  return queryable.select({ id: agents.id, name: agents.name }).from(agents).where(inArray(agents.id, ids));
}

/**
 * Each link behind the one it names; a part whose beginning is not here stands where its time says. Segments may
 * arrive, and start, in another order than they were recorded in.
 */
export async function inChainOrder<Item extends { signed: SignedRecord }>(
  links: readonly Item[],
): Promise<Item[]> {
  const hashes = await Promise.all(links.map(({ signed }) => recordHash(signed.record)));
  const known = new Set(hashes);
  const next = new Map<string, number[]>();
  const heads: number[] = [];
  for (const [index, { signed }] of links.entries()) {
    const { previous } = signed.record;
    if (previous === null || !known.has(previous)) heads.push(index);
    else next.set(previous, [...(next.get(previous) ?? []), index]);
  }
  const startOf = (index: number): number => (links[index] as Item).signed.record.startedAtMs;
  const ordered: Item[] = [];
  const waiting = heads.toSorted((a, b) => startOf(b) - startOf(a));
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    ordered.push(links[index] as Item);
    waiting.push(...(next.get(hashes[index] as string) ?? []).toSorted((a, b) => startOf(b) - startOf(a)));
  }
  return ordered;
}

/** Writes the file as it reads the segments: the manifest comes last, for it tells of their pieces. */
export async function* writeEvidence(
  storage: Pick<Storage, 'get'>,
  contents: EvidenceContents,
  about: Omit<EvidenceManifest, 'format' | 'keys' | 'chain' | 'unsigned' | 'statement'> & {
    statement: Omit<EvidenceManifest['statement'], 'agents'>;
  },
): AsyncGenerator<Uint8Array> {
  const chain: EvidenceManifest['chain'] = [];
  for (const { storageKey, sizeBytes, ...link } of contents.links) {
    if (storageKey === null || link.file === null) {
      chain.push(link);
      continue;
    }
    const pieces = createPieces();
    yield* entry(link.file, sizeBytes, pieces.pass(await storage.get(storageKey)));
    chain.push({ ...link, pieces: pieces.hashes() });
  }
  for (const { file, sizeBytes, storageKey } of contents.unsigned) {
    yield* entry(file, sizeBytes, await storage.get(storageKey));
  }
  const manifest: EvidenceManifest = {
    format: 'gantry-evidence-1',
    ...about,
    statement: { ...about.statement, agents: contents.agents },
    keys: contents.keys,
    chain,
    unsigned: contents.unsigned.map(({ file, sha256 }) => ({ file, sha256 })),
  };
  const text = Buffer.from(JSON.stringify(manifest, null, 1));
  yield* entry(manifestName, text.byteLength, [text]);
  yield new Uint8Array(2 * tarBlockBytes);
}

async function* entry(
  name: string,
  sizeBytes: number,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield encodeTarHeader(name, sizeBytes);
  let passedBytes = 0;
  for await (const chunk of bytes) {
    passedBytes += chunk.byteLength;
    yield chunk;
  }
  // The header has promised its size; a file that ends here would not be read.
  if (passedBytes !== sizeBytes) throw new Error(`${name} has ${passedBytes} of its ${sizeBytes} bytes`);
  yield new Uint8Array(tarPadding(sizeBytes));
}

/** Hashes what passes, piece by piece. */
function createPieces(): {
  pass(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  hashes(): string[];
} {
  const done: string[] = [];
  let hash = createHash('sha256');
  let inPiece = 0;
  return {
    async *pass(bytes) {
      for await (const chunk of bytes) {
        for (let at = 0; at < chunk.byteLength;) {
          const part = chunk.subarray(at, at + pieceBytes - inPiece);
          hash.update(part);
          at += part.byteLength;
          inPiece += part.byteLength;
          if (inPiece < pieceBytes) continue;
          done.push(hash.digest('hex'));
          hash = createHash('sha256');
          inPiece = 0;
        }
        yield chunk;
      }
      if (inPiece > 0) done.push(hash.digest('hex'));
    },
    hashes: () => done,
  };
}
