import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, rm, truncate } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { createHttpSender, type HttpSender } from '@gantry/agent/upload/http-sender.js';
import { startUploader, type Uploader } from '@gantry/agent/upload/uploader.js';
import type { UploadVerdict } from '@gantry/agent/upload/verdict.js';
import { problemKinds, type ProblemCode } from '@gantry/protocol/errors.js';
import { decodeSegmentHeader, segmentHeader, type SegmentMeta } from '@gantry/protocol/segment.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { newCameraId, openTestSpool, recordedFile, type Opened } from '../spool/spooling.js';

/** Time that passes a thousand times faster, so that a minute of back-off costs 60 ms. */
const fastClock: Clock = {
  ...systemClock,
  sleep: (durationMs, signal) => systemClock.sleep(durationMs / 1_000, signal),
  monotonicMs: () => performance.now() * 1_000,
};
const log = createLog({ level: 'silent' });

type Answer = (request: IncomingMessage, response: ServerResponse, meta: SegmentMeta) => void;

const refuse =
  (code: ProblemCode): Answer =>
  (request, response) => {
    const { status, title } = problemKinds[code];
    request.resume();
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(
      JSON.stringify({ type: `/problems/${code}`, title, status, code, detail: 'Because.', requestId: 'r' }),
    );
  };

let root: string;
let opened: Opened;
let server: Server;
let sender: HttpSender;
let uploader: Uploader | null;
/** What the server holds, by id. */
let stored: Map<string, SegmentMeta>;
let answer: Answer;
/** Method, path and authorisation of each request. */
let calls: string[];
let connections: number;

/** Stores a segment as the registry does: same id and digest again is no second segment. */
const store: Answer = (request, response, meta) => {
  const hash = createHash('sha256');
  request.on('data', (chunk: Buffer) => hash.update(chunk));
  request.on('end', () => {
    const digest = hash.digest();
    if (digest.toString('hex') !== meta.sha256) return refuse('digest_mismatch')(request, response, meta);
    const status = stored.has(meta.id) ? 200 : 201;
    stored.set(meta.id, meta);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: meta.id, sha256: meta.sha256 }));
    return undefined;
  });
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gantry-upload-'));
  opened = await openTestSpool(join(root, 'spool'));
  stored = new Map();
  answer = store;
  uploader = null;
  calls = [];
  connections = 0;
  server = createServer((request, response) => {
    // Makes no offers: large segments come in one request.
    if (request.url?.endsWith(':offer')) {
      return refuse('not_found')(request, response, {} as SegmentMeta);
    }
    const meta = decodeSegmentHeader(String(request.headers[segmentHeader]));
    calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    answer(request, response, meta);
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  sender = createHttpSender({
    registryUrl: `http://127.0.0.1:${port}/base/`,
    bearer: () => Promise.resolve('a-token'),
    answerMs: 1_500,
  });
});
afterEach(async () => {
  await uploader?.close();
  await sender.close();
  await opened.spool.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true, force: true });
});

const verdicts: UploadVerdict['kind'][] = [];
const upload = (inFlight = 2): Uploader => {
  verdicts.length = 0;
  uploader = startUploader({
    spool: opened.spool,
    send: (segment, signal) => sender.send(segment, signal),
    inFlight,
    clock: fastClock,
    random: Math.random,
    log,
    onVerdict: (_segment, verdict) => verdicts.push(verdict.kind),
  });
  return uploader;
};
const add = async (given: Parameters<typeof recordedFile>[1] = {}): Promise<SegmentMeta> => {
  const meta = await opened.spool.add(await recordedFile(root, given));
  if (!meta) throw new Error('lost');
  return meta;
};
const filesLeft = async (): Promise<string[]> =>
  (await readdir(join(root, 'spool'))).filter((name) => name !== 'rejected');

describe('uploading', () => {
  it('loses none and doubles none of 200 segments on a line cut at random bytes', async () => {
    const cameras = Array.from({ length: 8 }, newCameraId);
    for (let count = 0; count < 200; count += 1) {
      const cameraId = cameras[count % cameras.length] ?? newCameraId();
      const bytes = randomBytes(2_000 + Math.floor(Math.random() * 60_000));
      await add({ cameraId, bytes, sequence: count, startedAtMs: 1_000 * count });
    }
    let cuts = 0;
    answer = (request, response, meta) => {
      const dice = Math.random();
      if (dice < 0.25) {
        // Within the request.
        let left = Math.floor(Math.random() * meta.sizeBytes);
        request.on('data', (chunk: Buffer) =>
          (left -= chunk.length) < 0 ? request.socket.destroy() : undefined,
        );
        cuts += 1;
      } else if (dice < 0.35) {
        // After it was stored, before the agent hears of it.
        store(request, response, meta);
        response.writeHead = () => {
          request.socket.destroy();
          return response;
        };
        cuts += 1;
      } else store(request, response, meta);
    };
    const running = upload();
    await until(() => running.idle(), { timeoutMs: 60_000, what: 'an empty spool' });
    console.info(`200 segments, ${cuts} cuts, ${calls.length} requests, ${connections} connections`);
    expect(cuts).toBeGreaterThan(20);
    expect(stored.size).toBe(200);
    expect(new Set([...stored.values()].map(({ sequence }) => sequence)).size).toBe(200);
    expect(opened.lost).toEqual([]);
    expect(await filesLeft()).toEqual([]);
  });

  it('streams 63 MB in little memory', async () => {
    const recorded = await recordedFile(root);
    await truncate(recorded.file, 63 * 1024 * 1024);
    await opened.spool.add(recorded);
    const segment = opened.spool.next(new Set());
    if (!segment) throw new Error('nothing to upload');
    const beforeBytes = process.memoryUsage().rss;
    let peakBytes = 0;
    const watching = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage().rss)), 5);
    const verdict = await sender.send(segment, new AbortController().signal);
    clearInterval(watching);
    console.info(
      `63 MB: resident memory grew ${Math.round((peakBytes - beforeBytes) / 1024 / 1024)} MB (client and server)`,
    );
    expect(verdict).toEqual({ kind: 'stored' });
    expect(peakBytes - beforeBytes).toBeLessThan(55 * 1024 * 1024);
  });

  it('keeps connections open and two on their way, one per camera', async () => {
    const cameras = [newCameraId(), newCameraId(), newCameraId()];
    for (let count = 0; count < 12; count += 1) await add({ cameraId: cameras[count % 3] ?? newCameraId() });
    const onTheWay: string[] = [];
    let most = 0;
    answer = (request, response, meta) => {
      expect(onTheWay).not.toContain(meta.cameraId);
      onTheWay.push(meta.cameraId);
      most = Math.max(most, onTheWay.length);
      response.once('close', () => onTheWay.splice(onTheWay.indexOf(meta.cameraId), 1));
      store(request, response, meta);
    };
    const running = upload();
    await until(() => running.idle(), { what: 'an empty spool' });
    expect(stored.size).toBe(12);
    for (const [index, id] of [...stored.keys()].entries()) {
      expect(calls[index]).toMatch(/^PUT \/base\/api\/v1\/agent\/segments\/seg_\w+ Bearer a-token$/);
      expect(calls.some((call) => call.includes(id))).toBe(true);
    }
    expect(most).toBeLessThanOrEqual(2);
    expect(connections).toBeLessThanOrEqual(3);
  });

  it('deletes what may not be recorded and sets aside what is refused for good', async () => {
    const forbidden = await add({ sequence: 1 });
    const invalid = await add({ sequence: 2 });
    answer = (request, response, meta) =>
      refuse(meta.id === forbidden.id ? 'recording_not_permitted' : 'conflict')(request, response, meta);
    const running = upload();
    await until(() => running.idle(), { what: 'an empty spool' });
    expect(verdicts.sort()).toEqual(['not_permitted', 'rejected']);
    expect(await filesLeft()).toEqual([]);
    expect(await readdir(join(root, 'spool', 'rejected'))).toContain(`${invalid.id}.mp4`);
  });

  it('reports bytes that rotted on the disk as lost instead of sending them for ever', async () => {
    await add();
    const rotten = opened.spool.next(new Set());
    opened.spool.release(rotten?.meta.id ?? (await add()).id);
    const file = await open(rotten?.file ?? '', 'r+');
    await file.write(Buffer.from('rot'), 0, 3, 500);
    await file.close();
    const running = upload();
    await until(() => running.idle(), { what: 'an empty spool' });
    expect(verdicts).toEqual(['damaged']);
    expect(opened.lost).toMatchObject([{ segmentId: rotten?.meta.id, cause: 'damaged' }]);
    expect(stored.size).toBe(0);
  });

  it('reports a file that vanished as lost', async () => {
    await add();
    const gone = opened.spool.next(new Set());
    opened.spool.release(gone?.meta.id ?? (await add()).id);
    await rm(gone?.file ?? '');
    const running = upload();
    await until(() => running.idle(), { what: 'an empty spool' });
    expect(opened.lost).toHaveLength(1);
  });

  it('keeps everything through a registry that fails, hangs or is a stranger', async () => {
    const cameras = [newCameraId(), newCameraId()];
    for (let count = 0; count < 6; count += 1) await add({ cameraId: cameras[count % 2] ?? newCameraId() });
    const strangers: Answer[] = [
      refuse('internal'),
      refuse('unauthenticated'),
      refuse('rate_limited'),
      (request, response) => (request.resume(), response.writeHead(404).end('<h1>nginx</h1>')),
      (request, response) => (request.resume(), response.writeHead(200).end('{"welcome":"to the hotel"}')),
      (request, response) => (
        request.resume(),
        response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
      ),
      (request, response) => (request.resume(), response.writeHead(200).end(Buffer.alloc(100_000, 'x'))),
      (request) => request.resume(),
    ];
    let count = 0;
    answer = (request, response, meta) => (strangers[count++] ?? store)(request, response, meta);
    const running = upload();
    await until(() => running.idle(), { timeoutMs: 60_000, what: 'an empty spool' });
    expect(stored.size).toBe(6);
    expect(verdicts.filter((verdict) => verdict === 'retry')).toHaveLength(strangers.length);
    expect(opened.lost).toEqual([]);
  });

  it('one segment that always fails stops nobody else', async () => {
    const bad = await add({ startedAtMs: 1 });
    for (let count = 0; count < 10; count += 1) await add({ startedAtMs: 10 + count });
    answer = (request, response, meta) =>
      (meta.id === bad.id ? refuse('internal') : store)(request, response, meta);
    upload();
    await until(() => opened.spool.pending().segments === 1, { what: 'the others' });
    expect(stored.size).toBe(10);
    expect(stored.has(bad.id)).toBe(false);
  });

  it('closes in the middle of an upload and finds the segment again', async () => {
    const meta = await add({ bytes: randomBytes(3_000_000) });
    answer = () => {};
    const running = upload();
    await until(() => calls.length > 0, { what: 'a request' });
    await running.close();
    expect(opened.spool.pending().segments).toBe(1);
    answer = store;
    const again = upload();
    await until(() => again.idle(), { what: 'an empty spool' });
    expect([...stored.keys()]).toEqual([meta.id]);
  });
});
