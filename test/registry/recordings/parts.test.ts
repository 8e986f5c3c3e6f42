import { createHash, randomBytes } from 'node:crypto';
import type { DeviceTokens } from '@gantry/agent/identity/device-token.js';
import { newId, type CameraId } from '@gantry/protocol/ids.js';
import { maxSegmentBytes, type SegmentMeta } from '@gantry/protocol/segment.js';
import { partBytes, partsOf, rangeOfPart, type UploadOffer } from '@gantry/protocol/upload.js';
import { entitlements } from '@gantry/registry/db/schema/cameras.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { uploads } from '@gantry/registry/db/schema/uploads.js';
import { forgetOldUploads } from '@gantry/registry/recordings/uploads.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startObjectStore, type ObjectStore } from '../../support/object-store.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { describeFootage, probe, record } from './footage.js';
import { openShop, type Shop } from './site.js';
import { enrolled, putSegment } from './uploads.js';

type Upload = { meta: SegmentMeta; bytes: Buffer };

/** A segment of more than two parts: a real file, its media followed by a box that players skip. */
async function largeSegment(cameraId: CameraId): Promise<Upload> {
  const startedAtMs = Date.now() - 600_000;
  const [small] = describeFootage(await record({ seconds: 2 }), { cameraId, startedAtMs }) as [Upload];
  const filler = Buffer.alloc(2 * partBytes + 1_000, 7);
  filler.writeUInt32BE(filler.byteLength, 0);
  filler.write('free', 4, 'latin1');
  const bytes = Buffer.concat([small.bytes, filler]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, meta: { ...small.meta, sizeBytes: bytes.byteLength, sha256 } };
}

/** As an agent talks to the registry. */
function agentOf(registry: TestRegistry, tokens: DeviceTokens) {
  const send = async (method: string, path: string, body: Uint8Array | object, headers = {}) => {
    const isBytes = body instanceof Uint8Array;
    const answer = await fetch(`${registry.url}/api/v1/agent/segments/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await tokens.current()}`,
        'content-type': isBytes ? 'application/octet-stream' : 'application/json',
        ...headers,
      },
      body: isBytes ? new Uint8Array(body) : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const digestOf = (bytes: Uint8Array) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
  return {
    offer: (meta: SegmentMeta) => send('POST', `${meta.id}:offer`, meta),
    complete: (meta: SegmentMeta) => send('POST', `${meta.id}:complete`, meta),
    part: ({ meta, bytes }: Upload, part: number, wrong?: { digest?: string; bytes?: Uint8Array }) => {
      const { from, to } = rangeOfPart(part, meta.sizeBytes);
      const own = wrong?.bytes ?? bytes.subarray(from, to);
      return send('PUT', `${meta.id}/parts/${part}`, own, {
        'content-digest': wrong?.digest ?? digestOf(own),
      });
    },
  };
}

async function keysBelow(registry: TestRegistry, ...prefixes: string[]): Promise<string[]> {
  const keys = [];
  for (const prefix of prefixes) for await (const { key } of registry.storage.list(prefix)) keys.push(key);
  return keys;
}

describe('a large segment in parts', () => {
  let registry: TestRegistry;
  let shop: Shop;
  let agent: ReturnType<typeof agentOf>;
  let segment: Upload;
  beforeAll(async () => {
    registry = await startTestRegistry();
    shop = await openShop(registry.context.db);
    agent = agentOf(registry, await enrolled(registry.context.db, shop.agentId));
    segment = await largeSegment(shop.cameraId);
  });
  afterAll(() => registry?.close());
  const stored = ({ meta }: Upload) => registry.context.db.$count(segments, eq(segments.id, meta.id));
  const leftOver = () => keysBelow(registry, 'uploads/', 'direct/');

  it('comes in any order, twice, cut in the middle, and is stored once and whole', async () => {
    expect(partsOf(segment.meta.sizeBytes)).toBe(3);
    expect((await agent.offer(segment.meta)).body).toEqual({ way: 'parts', held: [] });
    for (const part of [3, 1, 3]) expect((await agent.part(segment, part)).status).toBe(204);
    expect((await agent.complete(segment.meta)).status).toBe(412);
    // The connection broke here: what is held is not sent again.
    const again = (await agent.offer(segment.meta)).body as unknown as UploadOffer;
    expect(again).toEqual({ way: 'parts', held: [1, 3] });
    expect((await agent.part(segment, 2)).status).toBe(204);
    const receipt = { id: segment.meta.id, sha256: segment.meta.sha256 };
    expect(await agent.complete(segment.meta)).toEqual({ status: 201, body: receipt });
    expect(await agent.complete(segment.meta)).toEqual({ status: 200, body: receipt });
    expect((await agent.offer(segment.meta)).body).toEqual({ way: 'stored' });
    expect(await stored(segment)).toBe(1);
    const [key] = await keysBelow(registry, 'segments/');
    const chunks = [];
    for await (const chunk of await registry.storage.get(key as string)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(segment.bytes)).toBe(true);
    expect(await leftOver()).toEqual([]);
  });

  const fresh = (more: Partial<SegmentMeta> = {}): Upload => ({
    bytes: segment.bytes,
    meta: {
      ...segment.meta,
      id: newId('segment', Date.now(), (bytes) => randomBytes(bytes.length)),
      sessionId: newId('session', Date.now(), (bytes) => randomBytes(bytes.length)),
      ...more,
    },
  });

  it('of a hostile agent is not stored, whatever it tries', async () => {
    const outside = fresh({ startedAtMs: shop.sinceMs - 600_000 });
    expect((await agent.offer(outside.meta)).status).toBe(410);
    expect((await agent.part(outside, 1)).status).toBe(412);
    const foreign = fresh({ cameraId: newId('camera', 0, (bytes) => bytes) });
    expect((await agent.offer(foreign.meta)).status).toBe(404);
    expect((await agent.offer({ ...fresh().meta, sizeBytes: maxSegmentBytes + 1 })).status).toBe(422);

    const lying = fresh({ sha256: 'f'.repeat(64) });
    expect((await agent.offer(lying.meta)).status).toBe(200);
    expect((await agent.part(lying, 1, { digest: 'sha-256=:AAAA:' })).status).toBe(400);
    const other = `sha-256=:${createHash('sha256').update('other').digest('base64')}:`;
    expect((await agent.part(lying, 1, { digest: other })).status).toBe(422);
    // More than the part has: cut off at its size, whatever still comes.
    expect((await agent.part(lying, 3, { bytes: Buffer.alloc(partBytes + 1) })).status).toBe(422);
    expect((await agent.part(lying, 4)).status).toBe(422);
    for (const part of [1, 2, 3]) expect((await agent.part(lying, part)).status).toBe(204);
    // The whole is not what was announced, and neither is a description that was changed since the offer.
    expect((await agent.complete({ ...lying.meta, sha256: segment.meta.sha256 })).status).toBe(412);
    expect((await agent.complete(lying.meta)).body['code']).toBe('digest_mismatch');
    expect((await agent.complete(lying.meta)).status).toBe(412);
    expect(await leftOver()).toEqual([]);
    for (const { meta } of [outside, foreign, lying])
      expect(await stored({ meta, bytes: segment.bytes })).toBe(0);
  });

  it('is refused at its end when the right ended while it was on its way', async () => {
    const cameraId = await shop.addCamera();
    const late = fresh({ cameraId, startedAtMs: Date.now() - 4_000 });
    expect((await agent.offer(late.meta)).status).toBe(200);
    for (const part of [1, 2, 3]) await agent.part(late, part);
    await registry.context.db.delete(entitlements).where(eq(entitlements.cameraId, cameraId));
    expect((await agent.complete(late.meta)).status).toBe(410);
    expect(await stored(late)).toBe(0);
    expect(await leftOver()).toEqual([]);
  });

  it('that nobody completes takes a bounded place, and is forgotten after a day', async () => {
    const cameraId = await shop.addCamera();
    for (let n = 0; n < 12; n += 1) {
      const one = fresh({ cameraId });
      expect((await agent.offer(one.meta)).status).toBe(200);
      expect((await agent.part(one, 3)).status).toBe(204);
    }
    expect(await keysBelow(registry, 'uploads/')).toHaveLength(8);
    const { context, storage } = registry;
    expect(await forgetOldUploads({ ...context, storage })).toBe(0);
    await context.db.update(uploads).set({ offeredAt: new Date(0) });
    expect(await forgetOldUploads({ ...context, storage })).toBe(8);
    expect(await leftOver()).toEqual([]);
  });
});

describe('a large segment straight into S3', () => {
  let store: ObjectStore;
  let registry: TestRegistry;
  let shop: Shop;
  let agent: ReturnType<typeof agentOf>;
  let segment: Upload;
  beforeAll(async () => {
    store = await startObjectStore();
    for (const [name, value] of Object.entries(store.credentials)) vi.stubEnv(name, value);
    registry = await startTestRegistry({ config: { storageUrl: store.storageUrl } });
    shop = await openShop(registry.context.db);
    agent = agentOf(registry, await enrolled(registry.context.db, shop.agentId));
    segment = await largeSegment(shop.cameraId);
  });
  afterAll(async () => {
    await registry?.close();
    await store?.close();
    vi.unstubAllEnvs();
  });

  const put = async (meta: SegmentMeta, bytes: Uint8Array) => {
    const offer = (await agent.offer(meta)).body as unknown as UploadOffer & { way: 'direct' };
    expect(offer.way).toBe('direct');
    expect(offer.url).not.toContain(store.credentials.AWS_SECRET_ACCESS_KEY + '&');
    const answer = await fetch(offer.url, {
      method: 'PUT',
      headers: offer.headers,
      body: new Uint8Array(bytes),
    });
    return { offer, status: answer.status };
  };

  it('does not pass through the registry, plays, and cannot be changed afterwards by its address', async () => {
    expect((await agent.offer(segment.meta)).status).toBe(200);
    expect((await agent.complete(segment.meta)).status).toBe(412);
    const { offer, status } = await put(segment.meta, segment.bytes);
    expect(status).toBe(200);
    expect((await agent.complete(segment.meta)).status).toBe(201);
    // The address still takes bytes for some minutes: they are nobody's.
    await fetch(offer.url, {
      method: 'PUT',
      headers: offer.headers,
      body: Buffer.alloc(segment.bytes.byteLength),
    });
    const { url } = await registry.api.post<{ url: string }>(`/cameras/${shop.cameraId}/playback`, {
      from: new Date(Date.now() - 1_200_000).toISOString(),
      to: new Date().toISOString(),
    });
    const { complaints, packets } = await probe(url);
    expect(complaints).toBe('');
    expect(packets.length).toBeGreaterThan(20);
  });

  it('is thrown away when the bytes are not those announced', async () => {
    const id = newId('segment', Date.now(), (bytes) => randomBytes(bytes.length));
    const sessionId = newId('session', Date.now(), (bytes) => randomBytes(bytes.length));
    const meta = { ...segment.meta, id, sessionId };
    const damaged = Buffer.from(segment.bytes);
    damaged[5_000_000] = (damaged[5_000_000] as number) ^ 1;
    // A server that checks refuses it itself; one that does not is not believed.
    await put(meta, damaged);
    expect((await agent.complete(meta)).body['code']).toMatch(/digest_mismatch|precondition_failed/);
    expect(await registry.context.db.$count(segments, eq(segments.id, id))).toBe(0);
    expect((await keysBelow(registry, 'segments/')).filter((key) => key.includes(id))).toEqual([]);
  });

  it('of a hostile agent outside its right is not stored, in one request, by its address, or by one from before', async () => {
    const ids = () => ({
      id: newId('segment', Date.now(), (bytes) => randomBytes(bytes.length)),
      sessionId: newId('session', Date.now(), (bytes) => randomBytes(bytes.length)),
    });
    const objects = () => keysBelow(registry, 'segments/', 'direct/');
    const before = {
      rows: await registry.context.db.$count(segments),
      objects: (await objects()).toSorted(),
    };
    const tokens = await enrolled(registry.context.db, shop.agentId);

    // Before the camera was anybody's: no address is given, and none of the ways takes it.
    const outside = { ...segment.meta, ...ids(), startedAtMs: shop.sinceMs - 600_000 };
    expect(await agent.offer(outside)).toMatchObject({
      status: 410,
      body: { code: 'recording_not_permitted' },
    });
    expect((await agent.complete(outside)).status).toBe(410);
    expect((await putSegment(registry.url, tokens, { meta: outside, bytes: segment.bytes })).status).toBe(
      410,
    );
    // A description that lies about its camera, or about its time once the address is given.
    const foreign = { ...segment.meta, ...ids(), cameraId: newId('camera', 0, (bytes) => bytes) };
    expect((await agent.offer(foreign)).status).toBe(404);
    const lying = { ...segment.meta, ...ids() };
    expect((await put(lying, segment.bytes)).status).toBe(200);
    expect((await agent.complete({ ...lying, startedAtMs: shop.sinceMs - 600_000 })).status).toBe(410);
    expect((await agent.complete(lying)).status).toBe(412);
    // The right ends between the address and the end.
    const cameraId = await shop.addCamera();
    const late = { ...segment.meta, ...ids(), cameraId, startedAtMs: Date.now() - 4_000 };
    expect((await put(late, segment.bytes)).status).toBe(200);
    await registry.context.db.delete(entitlements).where(eq(entitlements.cameraId, cameraId));
    expect((await agent.complete(late)).status).toBe(410);

    expect(await registry.context.db.$count(segments)).toBe(before.rows);
    expect((await objects()).toSorted()).toEqual(before.objects);
  });
});
