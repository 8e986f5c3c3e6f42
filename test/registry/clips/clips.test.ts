import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceTokens } from '@gantry/agent/identity/device-token.js';
import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import { entitlements } from '@gantry/registry/db/schema/cameras.js';
import { usageEntries } from '@gantry/registry/db/schema/usage.js';
import { tenantActivity } from '@gantry/registry/db/schema/tenants.js';
import { and, eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { describeFootage, probe, record, type Footage } from '../recordings/footage.js';
import { openShop, type Shop } from '../recordings/site.js';
import { enrolled, putSegment } from '../recordings/uploads.js';

let registry: TestRegistry;
let shop: Shop;
let tokens: DeviceTokens;
let footage: Footage;
beforeAll(async () => {
  // Six seconds in three segments, a key frame every second.
  footage = await record();
  registry = await startTestRegistry();
  shop = await openShop(registry.context.db);
  tokens = await enrolled(registry.context.db, shop.agentId);
});
afterAll(() => registry?.close());

const minuteMs = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

async function recorded(cameraId: CameraId, startedAtMs: number, of = footage, leaveOut: number[] = []) {
  const segments = describeFootage(of, { cameraId, startedAtMs });
  for (const [index, segment] of segments.entries()) {
    if (leaveOut.includes(index)) continue;
    expect((await putSegment(registry.url, tokens, segment)).status).toBe(201);
  }
}

interface Clip {
  id: string;
  state: string;
  progress: number;
  failure: string | null;
  gaps: { from: string; to: string }[] | null;
  durationSeconds: number;
  sizeBytes: number;
  sha256: string;
  fileName: string;
  operationId: string;
}

const order = (api: Api, cameraId: CameraId, fromMs: number, toMs: number, more = {}) =>
  api.post<Clip>(`/cameras/${cameraId}/clips`, { from: iso(fromMs), to: iso(toMs), name: 'Theft', ...more });

const made = (api: Api, { id }: Clip): Promise<Clip> =>
  until(
    async () => {
      const clip = await api.get<Clip>(`/clips/${id}`);
      if (clip.state === 'failed') throw new Error(clip.failure ?? 'failed');
      return clip.state === 'done' ? clip : null;
    },
    { what: 'the clip', timeoutMs: 30_000 },
  );

const fileOf = (api: Api, { id }: Clip, headers = {}) => api.fetch(`/clips/${id}/file`, { headers });

async function probed(bytes: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-clip-'));
  try {
    await writeFile(join(folder, 'clip.mp4'), bytes);
    return await probe(join(folder, 'clip.mp4'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a clip', () => {
  it('is one MP4 of the range, across a gap that it names, with the index in front', async () => {
    const cameraId = await shop.addCamera();
    const startMs = Date.now() - 30 * minuteMs;
    await recorded(cameraId, startMs, footage, [1]);
    const ordered = await order(registry.api, cameraId, startMs + 1_400, startMs + 6_000, {
      name: 'Dieb "am" Tor: Ölfaß/…',
    });
    expect(ordered.state).toMatch(/queued|running|done/);
    const clip = await made(registry.api, ordered);
    expect(clip.gaps).toHaveLength(1);
    const [gap] = clip.gaps as [{ from: string; to: string }];
    expect(Date.parse(gap.from) - startMs).toBeGreaterThan(1_900);
    expect(Date.parse(gap.to) - Date.parse(gap.from)).toBeGreaterThan(1_800);

    const answer = await fileOf(registry.api, clip);
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="Dieb am Tor _lfa_ _.mp4"; filename*=UTF-8''Dieb%20am%20Tor%20%C3%96lfa%C3%9F%20%E2%80%A6.mp4`,
    );
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(clip.sha256);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    const { complaints, packets } = await probed(bytes);
    expect(complaints).toBe('');
    const video = packets.filter(({ stream }) => stream === 0).map(({ ptsS }) => ptsS);
    // From the key frame at 1 s: one second of the first segment, two of the third.
    expect(video.length).toBeGreaterThanOrEqual(29);
    expect(video.length).toBeLessThanOrEqual(31);
    expect(Math.min(...video)).toBeLessThan(0.2);
    expect(Math.max(...video)).toBeLessThan(3.3);
  });

  it('is downloaded in ranges, and goes on only as the same file', async () => {
    const cameraId = await shop.addCamera();
    const startMs = Date.now() - 30 * minuteMs;
    await recorded(cameraId, startMs);
    const clip = await made(registry.api, await order(registry.api, cameraId, startMs, startMs + 6_000));
    const playedBytes = async () => {
      const rows = await registry.context.db
        .select()
        .from(usageEntries)
        .where(eq(usageEntries.cameraId, cameraId));
      return rows.reduce((sum, row) => sum + row.playedBytes, 0);
    };
    const whole = await fileOf(registry.api, clip);
    const etag = whole.headers.get('etag') as string;
    const bytes = Buffer.from(await whole.arrayBuffer());
    const part = await fileOf(registry.api, clip, { range: 'bytes=1000-1999', 'if-range': etag });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 1000-1999/${bytes.byteLength}`,
    ]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1_000, 2_000))).toBe(true);
    const last = await fileOf(registry.api, clip, { range: 'bytes=-10' });
    expect(Buffer.from(await last.arrayBuffer()).equals(bytes.subarray(-10))).toBe(true);
    const other = await fileOf(registry.api, clip, { range: 'bytes=5-', 'if-range': '"another"' });
    expect(other.status).toBe(200);
    await other.arrayBuffer();
    const behind = await fileOf(registry.api, clip, { range: `bytes=${bytes.byteLength}-` });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([
      416,
      `bytes */${bytes.byteLength}`,
    ]);
    // What went out counts as played, to the byte.
    const sentBytes = 2 * bytes.byteLength + 1_000 + 10;
    await until(async () => (await playedBytes()) === sentBytes, {
      what: 'the count of what was downloaded',
    });
  });

  it('needs the right clip, the module, and footage that is the own', async () => {
    const cameraId = await shop.addCamera();
    const startMs = Date.now() - 30 * minuteMs;
    await recorded(cameraId, startMs);
    const personOf = async (tenantId: string, fields = {}) => {
      const { email, password } = await registry.createUser(tenantId, fields);
      return registry.as(email, password);
    };
    const [baker, guard, butcher] = await Promise.all([
      personOf(shop.bakery),
      personOf(shop.bakery, { family: 'guard' }),
      personOf(shop.butcher),
    ]);
    const ask = (api: Api) => order(api, cameraId, startMs, startMs + 2_000);
    expect((await problemOf(ask(guard))).detail).toMatch(/roles do not include clip/);
    expect((await problemOf(ask(butcher))).code).toBe('not_found');
    const clip = await made(baker, await ask(baker));
    // Whoever may watch the camera may watch the clip; nobody else knows of it.
    expect((await fileOf(guard, clip)).status).toBe(200);
    expect((await problemOf(guard.delete(`/clips/${clip.id}`))).code).toBe('forbidden');
    expect((await problemOf(butcher.get(`/clips/${clip.id}`))).code).toBe('not_found');
    expect((await fileOf(butcher, clip)).status).toBe(404);
    const listed = (api: Api) => api.get<{ items: Clip[] }>('/clips');
    expect((await listed(baker)).items.map(({ id }) => id)).toContain(clip.id);
    expect((await listed(butcher)).items).toEqual([]);

    const { version } = await registry.api.get<{ version: number }>(`/tenants/${shop.bakery}`);
    const switched = (off: string[], at: number) =>
      registry.api.fetch(`/tenants/${shop.bakery}/modules`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': `"${at}"` },
        body: JSON.stringify({ off }),
      });
    expect((await switched(['clips'], version)).status).toBe(200);
    expect((await problemOf(ask(baker))).code).toBe('module_disabled');
    expect((await fileOf(baker, clip)).status).toBe(403);
    expect((await switched([], version + 1)).status).toBe(200);

    await shop.unbind(cameraId);
    await shop.bind(cameraId, shop.butcher);
    // The footage stays the baker's, and so does the clip (R41).
    expect((await fileOf(baker, clip)).status).toBe(200);
    expect((await fileOf(butcher, clip)).status).toBe(404);
    await baker.delete(`/clips/${clip.id}`);
    expect((await fileOf(baker, clip)).status).toBe(404);
  });

  it('is refused with the instant where one file cannot hold it', async () => {
    const cameraId = await shop.addCamera();
    const startMs = Date.now() - 30 * minuteMs;
    await recorded(cameraId, startMs);
    await recorded(cameraId, startMs + 2 * minuteMs, await record({ size: '320x240', seconds: 2 }));
    const { email, password } = await registry.createUser(shop.bakery);
    const baker = await registry.as(email, password);
    const changed = await problemOf(order(baker, cameraId, startMs, startMs + 3 * minuteMs));
    expect(changed.errors?.[0]).toMatchObject({ pointer: '/to', code: 'format_changes' });
    expect(changed.detail).toContain(iso(startMs + 2 * minuteMs));
    const long = await problemOf(order(baker, cameraId, startMs, startMs + 181 * minuteMs));
    expect(long.errors?.[0]).toMatchObject({ code: 'too_big' });
    const none = await problemOf(order(baker, cameraId, startMs - minuteMs, startMs - 1_000));
    expect(none.code).toBe('not_found');
  });

  it('goes with its tenant, and the receipt counts it', async () => {
    const { id } = await registry.createCustomer(shop.integratorId);
    const cameraId = await shop.addCamera();
    await shop.unbind(cameraId);
    await registry.context.db.delete(entitlements).where(eq(entitlements.cameraId, cameraId));
    await shop.bind(cameraId, id as TenantId);
    const { db } = registry.context;
    const since = { fromAt: new Date(shop.sinceMs) };
    const ofNew = and(eq(entitlements.cameraId, cameraId), eq(entitlements.customerId, id as TenantId));
    await db.update(entitlements).set(since).where(ofNew);
    await db
      .update(tenantActivity)
      .set(since)
      .where(eq(tenantActivity.tenantId, id as TenantId));
    const startMs = Date.now() - 30 * minuteMs;
    await recorded(cameraId, startMs);
    const clip = await made(registry.api, await order(registry.api, cameraId, startMs, startMs + 6_000));
    const keysOf = async (prefix: string) => {
      const keys = [];
      for await (const { key } of registry.storage.list(prefix)) keys.push(key);
      return keys;
    };
    const own = async () => (await keysOf('clips/')).filter((key) => key.includes(clip.id));
    expect(await own()).toHaveLength(1);
    const started = await registry.api.fetch(`/tenants/${id}`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ confirm: 'Delete' }),
    });
    const operation = (await started.json()) as { id: string };
    const receipt = await until(
      async () => {
        const found = await registry.api.get<{ state: string; result: { recordings: number } }>(
          `/operations/${operation.id}`,
        );
        return found.state === 'done' ? found.result : null;
      },
      { what: 'the deletion' },
    );
    expect(receipt.recordings).toBe(4);
    expect(await own()).toEqual([]);
  });
});
