import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openChain, type Chain } from '@gantry/agent/evidence/chain.js';
import { verifyEvidence } from '@gantry/agent/evidence/verify.js';
import type { DeviceTokens } from '@gantry/agent/identity/device-token.js';
import {
  decodeTarHeader,
  encodeTarHeader,
  manifestName,
  tarPadding,
  type EvidenceManifest,
} from '@gantry/protocol/evidence-file.js';
import type { TenantId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { entitlements } from '@gantry/registry/db/schema/cameras.js';
import { lostLinks } from '@gantry/registry/db/schema/gaps.js';
import { createLog } from '@gantry/registry/log.js';
import { takeGaps } from '@gantry/registry/recordings/gaps.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../../support/built.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { describeFootage, inPieces, record } from './footage.js';
import { openShop, type Shop } from './site.js';
import { enrolledWithKey, putSegment } from './uploads.js';

const run = promisify(execFile);
type Upload = { meta: SegmentMeta; bytes: Buffer };

let registry: TestRegistry;
let shop: Shop;
let tokens: DeviceTokens;
let chain: Chain;
let folder: string;
let segments: Upload[];
const startMs = Date.now() - 600_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** As an agent does: each segment names the one before it. */
async function signed(upload: Upload): Promise<Upload> {
  const evidence = await chain.link(upload.meta);
  const meta = { ...upload.meta, evidence };
  await chain.advance(meta);
  return { ...upload, meta };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-evidence-'));
  registry = await startTestRegistry();
  shop = await openShop(registry.context.db);
  const agent = await enrolledWithKey(registry.context.db, shop.agentId);
  tokens = agent.tokens;
  const log = createLog('silent');
  chain = await openChain({ folder: join(folder, 'chain'), privateKey: agent.key.privateKey, log });
  const footage = await record({ seconds: 8, size: '640x480' });
  segments = [];
  for (const upload of describeFootage(footage, { cameraId: shop.cameraId, startedAtMs: startMs })) {
    segments.push(await signed(upload));
  }
});
afterAll(async () => {
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('at the door', () => {
  it('what the agent signed is kept, in whatever order it arrives; one that is lost leaves its signed link', async () => {
    const [first, second, lost, last] = segments as [Upload, Upload, Upload, Upload];
    for (const one of [last, first, second])
      expect((await putSegment(registry.url, tokens, one)).status).toBe(201);
    await chain.lost(lost.meta);
    const told = await chain.untold(10);
    const forged = told.map((one) => ({ ...one, record: { ...one.record, durationMs: 1 } }));
    await takeGaps(registry.context, shop.agentId, { gaps: [], lost: forged });
    expect(await registry.context.db.$count(lostLinks)).toBe(0);
    for (let n = 0; n < 2; n += 1) await takeGaps(registry.context, shop.agentId, { gaps: [], lost: told });
    expect(await registry.context.db.$count(lostLinks)).toBe(1);
  });

  it('a wrong signature, or none where the agent has begun to sign, is refused and stands in the history', async () => {
    const footage = await record({ seconds: 2 });
    const fresh = () =>
      describeFootage(footage, { cameraId: shop.cameraId, startedAtMs: startMs + 60_000 })[0] as Upload;
    const right = await signed(fresh());
    const longer = { ...right, meta: { ...right.meta, durationMs: right.meta.durationMs + 1 } };
    for (const wrong of [longer, fresh()]) {
      const { status, body } = await putSegment(registry.url, tokens, wrong);
      expect([status, body.code]).toEqual([422, 'invalid']);
      expect(body.detail).toMatch(/sign/);
    }
    const { items } = await registry.api.get<{ items: { operation: string; sentence: string }[] }>(
      `/history?target=${shop.agentId}`,
    );
    const told = items.filter(({ operation }) => operation === 'agent.evidenceRefused');
    // Once an hour: whoever sends a thousand of them does not fill the history.
    expect(told.map(({ sentence }) => sentence)).toEqual([
      'Shop handed in footage with a signature that is not its own; it was refused',
    ]);
    // From before it began to sign there may be some that are not.
    const [old] = describeFootage(footage, { cameraId: shop.cameraId, startedAtMs: startMs - 60_000 }) as [
      Upload,
    ];
    expect((await putSegment(registry.url, tokens, old)).status).toBe(201);
  });
});

const verify = async (file: string) => {
  const answer = await run(process.execPath, [programs.agent, 'verify', file, '--json']).catch(
    (error: { code: number; stdout: string }) => ({ stdout: error.stdout, code: error.code }),
  );
  const said = JSON.parse(answer.stdout) as {
    whole: boolean;
    proven: number;
    lost: number;
    unsigned: number;
    faults: { kind: string; sentence: string; bytes: { from: number; to: number } | null }[];
  };
  return { code: 'code' in answer ? answer.code : 0, ...said };
};

describe('an evidence file', () => {
  let file: string;
  let bytes: Buffer;
  beforeAll(async () => {
    file = join(folder, 'till.gantry');
  });

  it('is exported and found whole by commands of their own', async () => {
    const wanted = { tenantId: shop.bakery, name: 'Evidence' };
    const { key } = await registry.api.post<{ key: string }>('/api-keys', wanted);
    const from = ['--from', iso(startMs), '--to', iso(startMs + 30_000)];
    await run(
      process.execPath,
      [programs.registry, 'evidence', 'export', shop.cameraId, ...from, '--out', file],
      {
        env: { ...process.env, GANTRY_URL: registry.url, GANTRY_API_KEY: key },
      },
    );
    bytes = await readFile(file);
    expect(await verify(file)).toMatchObject({
      code: 0,
      whole: true,
      proven: 3,
      lost: 1,
      unsigned: 0,
      faults: [],
    });
    const { stdout } = await run('tar', ['tf', file]);
    expect(stdout.trim().split('\n')).toHaveLength(4);
  });

  it('in which one byte is flipped is found out, and told where', async () => {
    const at = Math.floor(bytes.byteLength / 3);
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] as number) ^ 1;
    await writeFile(join(folder, 'flipped.gantry'), flipped);
    const { code, whole, proven, faults } = await verify(join(folder, 'flipped.gantry'));
    expect([code, whole, proven, faults.length]).toEqual([1, false, 2, 1]);
    const [{ kind, bytes: range, sentence }] = faults as [(typeof faults)[number]];
    expect(kind).toBe('altered');
    expect(range?.from).toBeLessThanOrEqual(at);
    expect(range?.to).toBeGreaterThan(at);
    expect((range?.to ?? 0) - (range?.from ?? 0)).toBeLessThanOrEqual(65_536);
    expect(sentence).toMatch(/^Segment seg_\w+ of 20\S+Z was altered: bytes \d+ to \d+ of it/);
  });

  /** The file with some of its entries, and another manifest. */
  function rebuilt(
    keep: (name: string) => boolean,
    change: (manifest: EvidenceManifest) => EvidenceManifest,
  ): Buffer {
    const entries: Buffer[] = [];
    for (let at = 0; ;) {
      const header = decodeTarHeader(bytes.subarray(at, at + 512));
      if (header === null || header === 'end') break;
      const body = bytes.subarray(at + 512, at + 512 + header.sizeBytes);
      at += 512 + header.sizeBytes + tarPadding(header.sizeBytes);
      if (!keep(header.name)) continue;
      const manifest = () =>
        Buffer.from(JSON.stringify(change(JSON.parse(body.toString()) as EvidenceManifest)));
      const content = header.name === manifestName ? manifest() : body;
      const padding = Buffer.alloc(tarPadding(content.byteLength));
      entries.push(Buffer.from(encodeTarHeader(header.name, content.byteLength)), content, padding);
    }
    return Buffer.concat([...entries, Buffer.alloc(1_024)]);
  }
  const all = () => true;
  const same = (manifest: EvidenceManifest) => manifest;
  const nameAt = (index: number) => `segments/${(segments[index] as Upload).meta.id}.mp4`;
  const withChain =
    (change: (chain: EvidenceManifest['chain']) => EvidenceManifest['chain']) =>
    (manifest: EvidenceManifest) => ({
      ...manifest,
      chain: change(manifest.chain),
    });
  const kindsOf = async (changed: Uint8Array) =>
    (await verifyEvidence(inPieces(changed, 50_000))).faults.map(({ kind }) => kind);

  it.each<[string, () => Buffer, string[]]>([
    ['as it was', () => rebuilt(all, same), []],
    ['a segment removed', () => rebuilt((name) => name !== nameAt(1), same), ['missing_segment']],
    [
      'a segment removed with its link',
      () =>
        rebuilt(
          (name) => name !== nameAt(1),
          withChain((links) => links.filter((_, index) => index !== 1)),
        ),
      ['missing_before'],
    ],
    [
      'the link of the lost one removed',
      () =>
        rebuilt(
          all,
          withChain((links) => links.filter(({ file: of }) => of !== null)),
        ),
      ['missing_before'],
    ],
    [
      'two links swapped',
      () =>
        rebuilt(
          all,
          withChain(([a, b, ...rest]) => [b, a, ...rest].filter((link) => link !== undefined)),
        ),
      ['out_of_order'],
    ],
    [
      'a time changed',
      () =>
        rebuilt(
          all,
          withChain(([first, ...rest]) => {
            const { signed: of, ...link } = first as EvidenceManifest['chain'][number];
            const moved = { ...of, record: { ...of.record, startedAtMs: of.record.startedAtMs + 1 } };
            return [{ ...link, signed: moved }, ...rest];
          }),
        ),
      ['bad_signature', 'missing_before'],
    ],
    ['cut off', () => bytes.subarray(0, bytes.byteLength - 4_096), ['unreadable']],
    ['no such file at all', () => Buffer.from('hello'.repeat(500)), ['unreadable']],
  ])('%s', async (_what, changed, kinds) => {
    expect(await kindsOf(changed())).toEqual(kinds);
  });

  it('with a byte of footage flipped anywhere is never found whole', async () => {
    const first = 512;
    const { sizeBytes } = (segments[0] as Upload).meta;
    for (let n = 0; n < 30; n += 1) {
      const flipped = Buffer.from(bytes);
      const at = first + Math.floor((sizeBytes * n) / 30);
      flipped[at] = (flipped[at] as number) ^ (1 << (n % 8));
      const { faults } = await verifyEvidence(inPieces(flipped, 100_000));
      expect(faults.map(({ kind }) => kind)).toEqual(['altered']);
      expect(faults[0]?.bytes?.from).toBeLessThanOrEqual(at);
      expect(faults[0]?.bytes?.to).toBeGreaterThan(at);
    }
  });

  it('is given to those only who may cut clips out, and stands in the history', async () => {
    const { email, password } = await registry.createUser(shop.bakery, { family: 'guard' });
    const guard = await registry.as(email, password);
    const path = `/cameras/${shop.cameraId}/evidence?from=${iso(startMs)}&to=${iso(startMs + 1_000)}`;
    expect((await guard.fetch(path)).status).toBe(403);
    const { items } = await registry.api.get<{ items: { operation: string }[] }>(
      `/history?target=${shop.cameraId}`,
    );
    expect(items.map(({ operation }) => operation)).toContain('camera.evidenceExported');
  });

  it('is still given to who had the camera before, and tells nothing of the customer after them', async () => {
    const { db } = registry.context;
    const lost = segments[2] as Upload;
    const [from, to] = [0, lost.meta.durationMs].map((ms) => new Date(lost.meta.startedAtMs + ms)) as [
      Date,
      Date,
    ];
    await db.update(entitlements).set({ toAt: from });
    await db.insert(entitlements).values([
      { cameraId: shop.cameraId, customerId: shop.butcher, fromAt: from, toAt: to },
      { cameraId: shop.cameraId, customerId: shop.bakery, fromAt: to },
    ]);
    await shop.unbind(shop.cameraId);
    await shop.bind(shop.cameraId, shop.butcher);
    const path = `/cameras/${shop.cameraId}/evidence?from=${iso(startMs)}&to=${iso(startMs + 30_000)}`;
    const asked = async (customer: TenantId) => {
      const { email, password } = await registry.createUser(customer);
      return (await registry.as(email, password)).fetch(path);
    };
    const given = await asked(shop.bakery);
    expect(given.status).toBe(200);
    const report = await verifyEvidence(inPieces(new Uint8Array(await given.arrayBuffer()), 50_000));
    expect(report).toMatchObject({ proven: 2, lost: 0, faults: [{ kind: 'missing_before' }] });
    expect((await asked(shop.butcher)).status).toBe(404);
  });
});
