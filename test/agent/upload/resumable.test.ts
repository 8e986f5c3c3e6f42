import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpSender } from '@gantry/agent/upload/http-sender.js';
import type { UploadVerdict } from '@gantry/agent/upload/verdict.js';
import { partBytes } from '@gantry/protocol/upload.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFaultProxy } from '../../support/fault-proxy.js';
import { openTestSpool, recordedFile } from '../spool/spooling.js';
import { startOfferingServer, type OfferingServer } from './offering-server.js';

let root: string;
let server: OfferingServer;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gantry-resume-'));
  server = await startOfferingServer();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await server.close();
  await rm(root, { recursive: true, force: true });
});

async function oneSegment(sizeBytes: number) {
  const { spool } = await openTestSpool(join(root, 'spool'));
  const meta = await spool.add(await recordedFile(root, { bytes: randomBytes(sizeBytes) }));
  const segment = spool.next(new Set());
  if (!meta || !segment) throw new Error('nothing to upload');
  return segment;
}
function senderTo(port: number, more: Partial<Parameters<typeof createHttpSender>[0]> = {}) {
  const sender = createHttpSender({
    registryUrl: `http://127.0.0.1:${port}`,
    bearer: async () => 'a-token',
    ...more,
  });
  closing.push(() => sender.close());
  return sender;
}
const never = new AbortController().signal;

describe('a large segment', () => {
  it('goes up in parts, and after each cut only with what did not arrive', async () => {
    const sizeBytes = 5 * partBytes + 1_234;
    const segment = await oneSegment(sizeBytes);
    // Room for one part and some more: every connection brings the upload one part further.
    const proxy = await startFaultProxy({ targetPort: server.port, cutAfterBytes: () => 1.4 * partBytes });
    closing.push(() => proxy.close());
    const sender = senderTo(proxy.port);
    let verdict: UploadVerdict = { kind: 'retry', detail: '' };
    let tries = 0;
    while (verdict.kind === 'retry' && tries < 20) {
      verdict = await sender.send(segment, never);
      tries += 1;
    }
    expect(verdict).toEqual({ kind: 'stored' });
    expect(tries).toBeGreaterThan(2);
    expect(proxy.cuts()).toBeGreaterThan(2);
    expect(server.stored.get(segment.meta.id)).toBe(segment.meta.sha256);
    expect(server.partBytes).toBe(sizeBytes);
  });

  it('is not sent again when it is stored, nor at all when nobody may have it', async () => {
    const segment = await oneSegment(partBytes + 1);
    const sender = senderTo(server.port);
    server.way = 'refuse';
    expect(await sender.send(segment, never)).toMatchObject({ kind: 'not_permitted' });
    server.way = 'parts';
    expect(await sender.send(segment, never)).toEqual({ kind: 'stored' });
    server.calls.length = 0;
    expect(await sender.send(segment, never)).toEqual({ kind: 'stored' });
    expect(server.calls).toEqual(['POST :offer', 'POST :complete']);
  });

  it('goes straight to the storage where the registry says so, without the box’s token', async () => {
    const segment = await oneSegment(partBytes + 1);
    server.way = 'direct';
    expect(await senderTo(server.port).send(segment, never)).toEqual({ kind: 'stored' });
    expect(server.directHeaders).toMatchObject({
      'x-amz-checksum-sha256': 'of-the-whole',
      'content-length': String(partBytes + 1),
    });
    expect(server.directHeaders.authorization).toBeUndefined();
    expect(server.stored.get(segment.meta.id)).toBe(segment.meta.sha256);
  });

  it('goes up in one request to a registry that makes no offers, which is asked once', async () => {
    const segment = await oneSegment(partBytes + 1);
    server.way = 'none';
    const sender = senderTo(server.port);
    await sender.send(segment, never);
    await sender.send(segment, never);
    expect(server.calls).toEqual(['POST :offer', 'PUT ', 'PUT ']);
  });

  it('whose file was changed on the disk is damaged before a byte of it is sent', async () => {
    const segment = await oneSegment(partBytes + 1);
    const file = await open(segment.file, 'r+');
    await file.write(Buffer.from('other'), 0, 5, 1_000);
    await file.close();
    expect(await senderTo(server.port).send(segment, never)).toMatchObject({ kind: 'damaged' });
    expect(server.calls).toEqual([]);
  });
});

describe('a limit of the line', () => {
  it('is kept by all uploads together', async () => {
    const segment = await oneSegment(partBytes - 1);
    const limitBytesPerSecond = 4 * partBytes;
    const sender = senderTo(server.port, { limitBytesPerSecond });
    const startMs = performance.now();
    await Promise.all([sender.send(segment, never), sender.send(segment, never)]);
    const seconds = (performance.now() - startMs) / 1_000;
    // Two of a quarter second each, one after the other.
    expect(seconds).toBeGreaterThan(0.45);
  });
});
