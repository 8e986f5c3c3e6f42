import { request } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { DeviceTokens } from '@gantry/agent/identity/device-token.js';
import {
  encodeSegmentHeader,
  maxSegmentBytes,
  segmentHeader,
  type SegmentMeta,
} from '@gantry/protocol/segment.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { describeFootage, record, type Footage } from '../recordings/footage.js';
import { openShop, type Shop } from '../recordings/site.js';
import { enrolled, putSegment } from '../recordings/uploads.js';

let registry: TestRegistry;
let shop: Shop;
let tokens: DeviceTokens;
let footage: Footage;
beforeAll(async () => {
  footage = await record();
  registry = await startTestRegistry();
  shop = await openShop(registry.context.db);
  tokens = await enrolled(registry.context.db, shop.agentId);
});
afterAll(() => registry?.close());

type Upload = { meta: SegmentMeta; bytes: Buffer };
const recorded = (agoMs = 60_000): Upload =>
  describeFootage(footage, { cameraId: shop.cameraId, startedAtMs: Date.now() - agoMs })[0] as Upload;
const put = (upload: Upload, other = {}) => putSegment(registry.url, tokens, upload, other);
const stored = () => registry.context.db.$count(segments);

describe('an agent hands in a segment', () => {
  it('gets 201 with the digest, and 200 for the same bytes again', async () => {
    const upload = recorded();
    const receipt = { id: upload.meta.id, sha256: upload.meta.sha256 };
    expect(await put(upload)).toEqual({ status: 201, body: receipt });
    expect(await put(upload)).toEqual({ status: 200, body: receipt });
  });

  it('hears what is wrong with a header it made wrong', async () => {
    const { meta, bytes } = recorded();
    const header = (over: object) => encodeSegmentHeader({ ...meta, ...over });
    const cases: [string, { header?: string; body?: Uint8Array }, number, string, RegExp][] = [
      ['no JSON', { header: '!!' }, 400, 'malformed', /not JSON in base64url/],
      ['a field too many', { header: header({ extra: 1 }) }, 422, 'invalid', /extra/],
      ['no length', { header: header({ durationMs: 0 }) }, 422, 'invalid', /durationMs/],
      [
        'over the limit',
        { header: header({ sizeBytes: maxSegmentBytes + 1 }) },
        413,
        'too_large',
        /sizeBytes/,
      ],
      ['another size', { body: bytes.subarray(1) }, 422, 'invalid', /the request/],
      [
        'another segment',
        { header: header({ id: recorded().meta.id }) },
        422,
        'invalid',
        /the address names/,
      ],
      [
        'another digest',
        { header: header({ sha256: '0'.repeat(64) }) },
        422,
        'digest_mismatch',
        /Send the file again/,
      ],
    ];
    for (const [what, other, status, code, detail] of cases) {
      const answer = await put({ meta, bytes }, other);
      expect({ what, status: answer.status, code: answer.body.code }).toEqual({ what, status, code });
      expect(answer.body.detail).toMatch(detail);
    }
  });

  it('is nobody without its key, and nothing else may be put in its place', async () => {
    const { meta, bytes } = recorded();
    const send = (authorization: string | undefined) =>
      fetch(`${registry.url}/api/v1/agent/segments/${meta.id}`, {
        method: 'PUT',
        headers: { [segmentHeader]: encodeSegmentHeader(meta), ...(authorization && { authorization }) },
        body: new Uint8Array(bytes),
      });
    expect((await send(undefined)).status).toBe(401);
    expect((await send('Bearer nonsense')).status).toBe(401);
    const asUser = await registry.api.fetch(`/agent/segments/${meta.id}`, { method: 'PUT', body: 'x' });
    expect(asUser.status).toBe(403);
  });

  it('can be cut off at any byte: nothing half is kept, and the whole is taken afterwards', async () => {
    const upload = recorded();
    const before = await stored();
    const objectsBefore = await countObjects();
    for (let round = 0; round < 30; round += 1) {
      const cut = request(`${registry.url}/api/v1/agent/segments/${upload.meta.id}`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${await tokens.current()}`,
          'content-length': upload.bytes.byteLength,
          [segmentHeader]: encodeSegmentHeader(upload.meta),
        },
      });
      cut.on('error', () => {});
      const closed = new Promise((resolve) => cut.once('close', resolve));
      const part = upload.bytes.subarray(0, Math.floor(Math.random() * upload.bytes.byteLength));
      cut.write(part, () => cut.destroy());
      await closed;
    }
    expect((await put(upload)).status).toBe(201);
    expect(await stored()).toBe(before + 1);
    await until(async () => (await countObjects()) === objectsBefore + 1, { what: 'cut uploads to be gone' });
  });
});

async function countObjects(): Promise<number> {
  let count = 0;
  for await (const _ of registry.storage.list('')) count += 1;
  return count;
}

describe('an agent hands in a snapshot', () => {
  const send = async (bytes: Uint8Array, cameraId: string = shop.cameraId) =>
    fetch(`${registry.url}/api/v1/agent/cameras/${cameraId}/snapshot`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${await tokens.current()}`, 'content-type': 'image/jpeg' },
      body: new Uint8Array(bytes),
    });

  it('and who sees the camera sees the picture, who does not gets 404', async () => {
    const jpeg = await readFile(new URL('../../fixtures/media/main.jpg', import.meta.url));
    expect((await registry.api.fetch(`/cameras/${shop.cameraId}/snapshot`)).status).toBe(404);
    expect((await send(jpeg)).status).toBe(204);
    const seen = await registry.api.fetch(`/cameras/${shop.cameraId}/snapshot`);
    expect(seen.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await seen.arrayBuffer()).equals(jpeg)).toBe(true);
    const etag = seen.headers.get('etag') as string;
    const again = await registry.api.fetch(`/cameras/${shop.cameraId}/snapshot`, {
      headers: { 'if-none-match': etag },
    });
    expect(again.status).toBe(304);

    const { email, password } = await registry.createUser(shop.butcher);
    const stranger = await registry.as(email, password);
    expect((await stranger.fetch(`/cameras/${shop.cameraId}/snapshot`)).status).toBe(404);
    // The camera changes hands: the picture stays with whom it was taken for.
    await shop.unbind(shop.cameraId);
    await shop.bind(shop.cameraId, shop.butcher);
    expect((await stranger.fetch(`/cameras/${shop.cameraId}/snapshot`)).status).toBe(404);
    expect((await send(jpeg)).status).toBe(204);
    expect((await stranger.fetch(`/cameras/${shop.cameraId}/snapshot`)).status).toBe(200);
  });

  it('unless it is no picture, too large, or not of its camera', async () => {
    expect((await send(Buffer.from('GIF89a'))).status).toBe(422);
    expect((await send(Buffer.alloc(2 * 1024 * 1024 + 1, 0xff))).status).toBe(413);
    expect((await send(Buffer.from([0xff, 0xd8, 0xff]), 'cam_00000000000000000000000000')).status).toBe(404);
  });
});
