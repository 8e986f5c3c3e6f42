import { createHttpSender } from '@gantry/agent/upload/http-sender.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import type { Registry } from '@gantry/registry/registry.js';
import { execFile } from 'node:child_process';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { segments as segmentRows } from '@gantry/registry/db/schema/segments.js';
import { inArray } from '@gantry/registry/db/drizzle.js';
import { repositoryRoot } from '../support/source-files.js';
import { roundsOf, type Bench, type Stage } from './bench.js';
import type { BenchDatabase } from './database.js';
import { compare, timed, type Variant } from './harness.js';
import { enrolAgents, tokensOf } from './raw-agents.js';
import { startBenchRegistry } from './registry-in-process.js';
import { addCameras, addMarket, addTenant, mint, numberedCameraId } from './rows.js';
import { figure } from './report.js';

/** What is uploaded again and again, each time as another segment. */
interface Footage {
  file: string;
  bytes: Buffer;
  sha256: string;
  durationMs: number;
}
type Load = { segments: number; sideBySide: number };

export const uploadIngest: Bench = {
  name: 'upload-ingest',
  what: 'segments of 1 MB through the ingest gate against a bare HTTP server and against writing the bytes to disk',
  async *run(stage) {
    const footage = await makeFootage(stage.folder);
    const database = await stage.openDatabase();
    const ours = await startOurs(stage, database, footage);
    const peer = await startBareServer(stage);
    for (const sideBySide of [1, 8]) {
      const load = { segments: stage.smoke ? 2 * sideBySide : 32, sideBySide };
      const floorFolder = join(stage.folder, `floor-${sideBySide}`);
      await mkdir(floorFolder);
      const comparison = await compare({
        name: `upload-ingest, ${sideBySide} at a time`,
        unit: `ms per segment of ${figure(footage.bytes.length / 1e6)} MB`,
        ...roundsOf(stage),
        variants: {
          ours: uploading('agent/upload → HTTP → registry/recordings/ingest.ts', load, footage, ours),
          peer: uploading('agent/upload → a server that hashes, writes, fsyncs', load, footage, peer),
          floor: writing(load, footage, floorFolder),
        },
      });
      const { median } = comparison.variants[0]?.summary ?? { median: 0 };
      comparison.notes.push(`${figure(footage.bytes.length / 1e3 / median)} MB/s through the gate`);
      yield comparison;
    }
  },
};

/** 20 s of a virtual camera's clip as a recorder writes them: fragmented MP4. */
async function makeFootage(folder: string): Promise<Footage> {
  const file = join(folder, 'segment.mp4');
  const clip = join(repositoryRoot, 'test/fixtures/media/main.h264');
  const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin'];
  const input = ['-framerate', '15', '-f', 'h264', '-i', `concat:${clip}|${clip}`];
  const output = ['-c', 'copy', '-movflags', '+frag_keyframe+empty_moov+default_base_moof', file];
  await promisify(execFile)('ffmpeg', [...quiet, ...input, ...output]);
  const bytes = await readFile(file);
  return { file, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), durationMs: 20_000 };
}

/** A server with what the sender needs to reach it, and the proof that it kept what it was sent. */
interface Receiver {
  url: string;
  bearer: () => Promise<string>;
  cameraIds: readonly CameraId[];
  checkKept: (metas: readonly SegmentMeta[]) => Promise<void>;
}

async function startOurs(stage: Stage, database: BenchDatabase, footage: Footage): Promise<Receiver> {
  const { db } = database;
  const { integrator, planId } = await addMarket(db);
  const customer = await addTenant(db, 'customer', 'Bakery', integrator);
  const [key] = await enrolAgents(db, 1, integrator.id);
  assert.ok(key);
  const count = 8;
  await addCameras(db, {
    agentIds: [key.id],
    integratorId: integrator.id,
    customerId: customer.id,
    planId,
    first: 0,
    count,
  });
  const registry: Registry = await startBenchRegistry(stage, database);
  const tokens = tokensOf(key);
  return {
    url: registry.url,
    bearer: () => tokens.current(),
    cameraIds: Array.from({ length: count }, (_, i) => numberedCameraId(i) as CameraId),
    checkKept: async (metas) => {
      const ids = metas.map((meta) => meta.id);
      const rows = await db.select().from(segmentRows).where(inArray(segmentRows.id, ids));
      assert.equal(rows.length, metas.length);
      for (const row of rows) {
        assert.deepEqual([row.sha256, row.customerId], [footage.sha256, customer.id]);
        assert.equal((await registry.storage.head(row.storageKey))?.sizeBytes, footage.bytes.length);
      }
    },
  };
}

/** The least a receiver must do: hash, write beside, fsync, rename, fsync the folder, answer with the digest. */
async function startBareServer(stage: Stage): Promise<Receiver> {
  const folder = join(stage.folder, 'bare');
  await mkdir(folder);
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = basename(request.url ?? '');
    const hash = createHash('sha256');
    const part = await open(join(folder, `${id}.part`), 'wx');
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await part.write(chunk);
    }
    await part.sync();
    await part.close();
    await rename(join(folder, `${id}.part`), join(folder, id));
    await syncFolder(folder);
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id, sha256: hash.digest('hex') }));
  };
  const server = createServer((request, response) => {
    take(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stage.atEnd(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bearer: async () => 'nobody looks at it',
    cameraIds: Array.from({ length: 8 }, (_, i) => numberedCameraId(i) as CameraId),
    checkKept: async (metas) => {
      for (const meta of metas) assert.equal((await stat(join(folder, meta.id))).size, meta.sizeBytes);
    },
  };
}

function uploading(label: string, load: Load, footage: Footage, receiver: Receiver): Variant {
  const describe = (i: number): SegmentMeta => ({
    id: mint('segment'),
    cameraId: receiver.cameraIds[i % receiver.cameraIds.length] as CameraId,
    sessionId: mint('session'),
    sequence: 0,
    startedAtMs: Date.now() - 60_000,
    durationMs: footage.durationMs,
    mediaOffsetUs: 0,
    clockOffsetMs: 0,
    sizeBytes: footage.bytes.length,
    sha256: footage.sha256,
    video: 'h264',
    audio: null,
  });
  return {
    label,
    run: async () => {
      const metas = Array.from({ length: load.segments }, (_, i) => describe(i));
      const sender = createHttpSender({ registryUrl: receiver.url, bearer: receiver.bearer });
      const never = new AbortController().signal;
      const { durationMs } = await timed(() =>
        sideBySide(load.sideBySide, metas, async (meta) => {
          assert.deepEqual(await sender.send({ meta, file: footage.file }, never), { kind: 'stored' });
        }),
      );
      await sender.close();
      return { cost: durationMs / load.segments, check: () => receiver.checkKept(metas) };
    },
  };
}

function writing(load: Load, footage: Footage, folder: string): Variant {
  return {
    label: 'write and fsync a file',
    run: async () => {
      const names = Array.from({ length: load.segments }, () => join(folder, mint('segment')));
      const { durationMs } = await timed(() =>
        sideBySide(load.sideBySide, names, async (name) => {
          const file = await open(name, 'wx');
          await file.write(footage.bytes);
          await file.sync();
          await file.close();
        }),
      );
      return {
        cost: durationMs / load.segments,
        check: async () => {
          for (const name of names) assert.equal((await stat(name)).size, footage.bytes.length);
        },
      };
    },
  };
}

/** Works on the items, so many at once. */
async function sideBySide<Item>(
  count: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  await opened.sync();
  await opened.close();
}
