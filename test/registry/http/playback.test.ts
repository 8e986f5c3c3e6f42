import type { DeviceTokens } from '@gantry/agent/identity/device-token.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { usageEntries } from '@gantry/registry/db/schema/usage.js';
import { and, eq, gt } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { describeFootage, probe, record, type Footage } from '../recordings/footage.js';
import { openShop, type Shop } from '../recordings/site.js';
import { enrolled, putSegment } from '../recordings/uploads.js';

let nowOffsetMs = 0;
let registry: TestRegistry;
let shop: Shop;
let tokens: DeviceTokens;
let footage: Footage;
beforeAll(async () => {
  footage = await record();
  registry = await startTestRegistry({ overrides: { clock: { nowMs: () => Date.now() + nowOffsetMs } } });
  shop = await openShop(registry.context.db);
  tokens = await enrolled(registry.context.db, shop.agentId);
});
afterAll(() => registry?.close());

const minuteMs = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

type Upload = { meta: SegmentMeta; bytes: Buffer };

async function upload(segments: readonly Upload[]): Promise<void> {
  for (const segment of segments) expect((await putSegment(registry.url, tokens, segment)).status).toBe(201);
}

const recordAt = (startedAtMs: number, cameraId: CameraId, of = footage) =>
  describeFootage(of, { cameraId, startedAtMs });

const play = (api: Api, cameraId: CameraId, agoMs = 50 * minuteMs) =>
  api.post<{ url: string; expiresAt: string }>(`/cameras/${cameraId}/playback`, {
    from: iso(Date.now() - agoMs),
    to: iso(Date.now()),
  });

const linesOf = async (url: string) => (await (await fetch(url)).text()).split('\n');

/** Per stream: is every packet later than the one before? */
function isMonotone(packets: readonly { stream: number; dtsS: number }[]): boolean {
  const last = new Map<number, number>();
  return packets.every(({ stream, dtsS }) => {
    const grows = dtsS > (last.get(stream) ?? -1);
    last.set(stream, dtsS);
    return grows;
  });
}

describe('what an agent handed in', () => {
  it('plays as one recording, read by ffprobe without a complaint, in time from start to end', async () => {
    const cameraId = await shop.addCamera();
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
    const { url } = await play(registry.api, cameraId);
    const { complaints, packets } = await probe(url);
    expect(complaints).toBe('');
    expect(isMonotone(packets)).toBe(true);
    const video = packets.filter((packet) => packet.stream === 0).map((packet) => packet.ptsS);
    expect(video.length).toBe(60);
    expect(Math.max(...video)).toBeCloseTo(6, 0);
    const steps = video.slice(1).map((pts, index) => pts - (video[index] as number));
    // The recorder begins with a little sound alone, so that its first segment is 0.13 s longer.
    expect(Math.max(...steps)).toBeLessThan(0.25);
  });

  it('plays from the middle of a session as well', async () => {
    const cameraId = await shop.addCamera();
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId).slice(1));
    const { complaints, packets } = await probe((await play(registry.api, cameraId)).url);
    expect(complaints).toBe('');
    expect(Math.min(...packets.map((packet) => packet.ptsS))).toBeCloseTo(0, 1);
  });

  it('plays across a gap and a restart, and says at what time of day each part is', async () => {
    const cameraId = await shop.addCamera();
    const startMs = Date.now() - 20 * minuteMs;
    const [first, , third] = recordAt(startMs, cameraId) as [Upload, Upload, Upload];
    const second = recordAt(startMs + 5 * minuteMs, cameraId);
    await upload([first, third, ...second]);
    const { url } = await play(registry.api, cameraId);
    const lines = await linesOf(url);
    expect(lines.filter((line) => line === '#EXT-X-DISCONTINUITY')).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith('#EXT-X-MAP'))).toHaveLength(1);
    const times = lines
      .filter((line) => line.startsWith('#EXT-X-PROGRAM-DATE-TIME:'))
      .map((line) => Date.parse(line.slice(25)));
    // Inside a recording it follows from the durations.
    expect(times).toEqual([first, third, second[0]].map((one) => one?.meta.startedAtMs));
    const { complaints, packets } = await probe(url);
    expect(complaints).toBe('');
    expect(isMonotone(packets)).toBe(true);
    expect(packets.filter((packet) => packet.stream === 0)).toHaveLength(60 + 40);
  });

  it('names a new init section when the picture changes its size', async () => {
    const cameraId = await shop.addCamera();
    const larger = await record({ size: '320x240', seconds: 2 });
    await upload(recordAt(Date.now() - 20 * minuteMs, cameraId));
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId, larger));
    const lines = await linesOf((await play(registry.api, cameraId)).url);
    expect(lines.filter((line) => line.startsWith('#EXT-X-MAP'))).toHaveLength(2);
  });

  it('counts as played to the byte, for its customer, also when somebody stops in the middle', async () => {
    const cameraId = await shop.addCamera();
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
    const { url } = await play(registry.api, cameraId);
    const files = (await linesOf(url)).flatMap(
      (line) => /(?:^|URI=")([\w-]+\.(?:mp4|m4s))/.exec(line)?.[1] ?? [],
    );
    expect(files).toHaveLength(4);
    const sizes = [];
    for (const file of files) sizes.push((await (await fetch(new URL(file, url))).arrayBuffer()).byteLength);
    const received = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const played = async () => {
      const rows = await registry.context.db
        .select()
        .from(usageEntries)
        .where(and(eq(usageEntries.cameraId, cameraId), gt(usageEntries.playedBytes, 0)));
      expect(rows.every(({ customerId }) => customerId === shop.bakery)).toBe(true);
      return { times: rows.length, bytes: rows.reduce((sum, { playedBytes }) => sum + playedBytes, 0) };
    };
    const times = files.length;
    await until(async () => (await played()).times === times, { what: 'the count of all files' });
    expect((await played()).bytes).toBe(received);

    const stopping = new AbortController();
    const { body } = await fetch(new URL(files[1] as string, url), { signal: stopping.signal });
    await body?.getReader().read();
    stopping.abort();
    await until(async () => (await played()).times === times + 1, {
      what: 'the count of what was broken off',
    });
    expect((await played()).bytes).toBeGreaterThan(received);
    expect((await played()).bytes).toBeLessThanOrEqual(received + (sizes[1] as number));
  });

  it('is served as media that a browser keeps for itself', async () => {
    const cameraId = await shop.addCamera();
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
    const { url } = await play(registry.api, cameraId);
    const playlist = await fetch(url);
    expect(playlist.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
    const file = (await linesOf(url)).find((line) => line.endsWith('.m4s')) as string;
    const media = await fetch(new URL(file, url));
    expect(media.headers.get('content-type')).toBe('video/mp4');
    expect(media.headers.get('cache-control')).toMatch(/^private, .*immutable$/);
    await media.arrayBuffer();
  });
});

describe('a playback URL', () => {
  it('opens nothing but its own range of its own camera', async () => {
    const cameraId = await shop.addCamera();
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
    await upload(recordAt(Date.now() - 30 * minuteMs, cameraId));
    const all = await linesOf((await play(registry.api, cameraId)).url);
    const oldest = all.find((line) => line.endsWith('.m4s')) as string;
    const recent = (await play(registry.api, cameraId, 15 * minuteMs)).url;
    expect((await fetch(new URL(oldest, recent))).status).toBe(404);
    for (const wrong of ['x', '../index.m3u8', 'segment-seg_x-0.m4s', `${oldest}.mp4`]) {
      expect((await fetch(new URL(encodeURIComponent(wrong), recent))).status).toBe(404);
    }
    expect((await fetch(recent.replace('/playback/', '/playback/e'))).status).toBe(404);
  });

  it('does not open after ten minutes, but a player that has begun goes on', async () => {
    const cameraId = await shop.addCamera();
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
    const { email, password } = await registry.createUser(shop.integratorId);
    const { url, expiresAt } = await play(await registry.as(email, password), cameraId);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(9 * minuteMs);
    const file = (await linesOf(url)).find((line) => line.endsWith('.m4s')) as string;
    nowOffsetMs = 11 * minuteMs;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(new URL(file, url))).status).toBe(200);
    nowOffsetMs = 0;
  });

  it('ends with the session it was made in, and with the account, at the next request', async () => {
    const cameraId = await shop.addCamera();
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
    const { email, password } = await registry.createUser(shop.bakery, { owner: true });
    const left = await registry.as(email, password);
    // Handed over: from now on those above watch only while the customer lets them (R32).
    expect((await problemOf(play(registry.api, cameraId))).code).toBe('forbidden');
    await left.post('/support-grants', { customerId: shop.bakery, grantedTo: registry.platformId });
    const { url } = await play(left, cameraId);
    expect((await fetch(url)).status).toBe(200);
    await left.delete('/sessions/current');
    expect((await fetch(url)).status).toBe(401);

    const lockedOut = (await play(await registry.as(email, password), cameraId)).url;
    expect((await fetch(lockedOut)).status).toBe(200);
    await registry.api.post(`/tenants/${shop.bakery}:disable`);
    expect((await fetch(lockedOut)).status).toBe(403);
    // The archive stays, for those above (R20, R21).
    expect((await fetch((await play(registry.api, cameraId)).url)).status).toBe(200);
    await registry.api.post(`/tenants/${shop.bakery}:enable`);
    expect((await fetch(lockedOut)).status).toBe(200);
  });

  it('ends with the module, and says who switched it off', async () => {
    const cameraId = await shop.addCamera();
    await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
    const { email, password } = await registry.createUser(shop.bakery);
    const { url } = await play(await registry.as(email, password), cameraId);
    const file = (await linesOf(url)).find((line) => line.endsWith('.m4s')) as string;
    const switchModules = async (off: string[]) => {
      const { version } = await registry.api.get<{ version: number }>(`/tenants/${shop.bakery}`);
      const answer = await registry.api.fetch(`/tenants/${shop.bakery}/modules`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
        body: JSON.stringify({ off }),
      });
      expect(answer.status).toBe(200);
    };
    await switchModules(['playback']);
    for (const address of [url, new URL(file, url)]) {
      const refused = await fetch(address);
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({
        code: 'module_disabled',
        detail: expect.stringContaining('Bakery'),
      });
    }
    await switchModules([]);
    expect((await fetch(url)).status).toBe(200);
  });

  it('is not given for a time without recordings, an endless range or to strangers', async () => {
    const cameraId = await shop.addCamera();
    expect((await problemOf(play(registry.api, cameraId))).code).toBe('not_found');
    expect((await problemOf(play(registry.api, cameraId, 8 * 1_440 * minuteMs))).code).toBe('invalid');
    expect((await problemOf(play(registry.at(), cameraId))).code).toBe('unauthenticated');
    const { email, password } = await registry.createUser(shop.butcher);
    expect((await problemOf(play(await registry.as(email, password), cameraId))).code).toBe('not_found');
  });
});

describe('a still picture of a recording', () => {
  const at = (cameraId: CameraId, ms: number) => `/cameras/${cameraId}/snapshot?at=${iso(ms)}`;

  it('is what the camera saw at that moment, kept by the browser as long as it is the same', async () => {
    const cameraId = await shop.addCamera();
    const startMs = Date.now() - 10 * minuteMs;
    await upload(recordAt(startMs, cameraId));
    const fetched = (ms: number, headers = {}) =>
      fetch(`${registry.url}/api/v1${at(cameraId, ms)}`, {
        headers: { ...registry.api.headers, ...headers },
      });
    const early = await fetched(startMs + 500);
    expect(early.headers.get('content-type')).toBe('image/jpeg');
    const [first, later] = [
      Buffer.from(await early.arrayBuffer()),
      Buffer.from(await (await fetched(startMs + 4_700)).arrayBuffer()),
    ];
    expect(first.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(later.equals(first)).toBe(false);
    const same = await fetched(startMs + 500, { 'if-none-match': early.headers.get('etag') as string });
    expect(same.status).toBe(304);
    expect((await fetched(startMs + minuteMs)).status).toBe(404);
  });

  it('is for those only who may watch that time', async () => {
    const cameraId = await shop.addCamera();
    const startMs = Date.now() - 10 * minuteMs;
    await upload(recordAt(startMs, cameraId));
    await shop.unbind(cameraId);
    await shop.bind(cameraId, shop.butcher);
    const { email, password } = await registry.createUser(shop.butcher);
    const butcher = await registry.as(email, password);
    expect((await problemOf(butcher.get(at(cameraId, startMs + 1_000)))).code).toBe('not_found');
  });
});

it('a camera that changes hands shows each customer only its own time', async () => {
  const cameraId = await shop.addCamera();
  await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
  await shop.unbind(cameraId);
  await shop.bind(cameraId, shop.butcher);
  const people = await Promise.all(
    [shop.bakery, shop.butcher].map((tenantId) => registry.createUser(tenantId)),
  );
  const [baker, butcher] = (await Promise.all(
    people.map(({ email, password }) => registry.as(email, password)),
  )) as [Api, Api];

  expect((await probe((await play(baker, cameraId)).url)).packets.length).toBeGreaterThan(0);
  expect((await problemOf(play(butcher, cameraId))).code).toBe('not_found');

  type Timeline = { recordings: unknown[]; gaps: { from: string; to: string; state: string }[] };
  const query = `/cameras/${cameraId}/recordings?from=${iso(Date.now() - 30 * minuteMs)}&to=${iso(Date.now())}`;
  const ofBaker = await baker.get<Timeline>(query);
  const ofButcher = await butcher.get<Timeline>(query);
  expect(ofBaker.recordings).toHaveLength(1);
  expect(ofBaker.gaps[0]?.state).toBe('missing');
  expect(ofBaker.gaps.at(-1)?.state).toBe('off');
  expect(ofButcher.recordings).toHaveLength(0);
  expect(ofButcher.gaps[0]?.state).toBe('off');
});

it('whoever stands above sees nothing of a former customer when its camera goes to one without people (R32, R41)', async () => {
  const cameraId = await shop.addCamera();
  await upload(recordAt(Date.now() - 10 * minuteMs, cameraId));
  await registry.createUser(shop.bakery);
  const heir = await registry.createCustomer(shop.integratorId);
  await shop.unbind(cameraId);
  expect((await problemOf(play(registry.api, cameraId))).code).toBe('not_found');
  await shop.bind(cameraId, heir.id as typeof shop.bakery);
  expect((await problemOf(play(registry.api, cameraId))).code).toBe('not_found');
});

it('H.265 plays too, for players that can', async () => {
  const cameraId = await shop.addCamera();
  await upload(recordAt(Date.now() - 10 * minuteMs, cameraId, await record({ video: 'h265' })));
  const { complaints, packets } = await probe((await play(registry.api, cameraId)).url);
  expect(complaints).toBe('');
  expect(isMonotone(packets)).toBe(true);
});
