import { createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import type { InventoryCamera } from '@gantry/protocol/camera.js';
import { encodeJoinToken, enrolRequest, type PublicKey } from '@gantry/protocol/enrol.js';
import { cameraId, newId, type AgentId, type CameraId } from '@gantry/protocol/ids.js';
import {
  decodePayload,
  encodePayload,
  uplinkMessages,
  type Ack,
  type UplinkKind,
  type UplinkMessage,
} from '@gantry/protocol/messages.js';
import { decodeSegmentHeader, segmentHeader, type SegmentMeta } from '@gantry/protocol/segment.js';
import type { DesiredCamera } from '@gantry/protocol/state.js';
import { downlinkTopic, parseTopic } from '@gantry/protocol/topics.js';
import { Aedes } from 'aedes';

export interface Heard {
  kind: UplinkKind;
  message: UplinkMessage<UplinkKind>;
}

/** As much of a registry as an agent notices: enrolment and uploads by HTTP, a real MQTT broker, acknowledgements. */
export interface SmallRegistry {
  url: string;
  mqttUrl: string;
  joinToken: string;
  /** Every message of agents, in order. */
  heard: Heard[];
  of<Kind extends UplinkKind>(kind: Kind): UplinkMessage<Kind>[];
  /** Cameras by the agent's name, as acknowledged. */
  cameras: Map<string, { cameraId: CameraId; camera: InventoryCamera }>;
  segments: SegmentMeta[];
  snapshots: string[];
  /** Of the box that enrolled; throws before. */
  publicKey(): PublicKey;
  enrolments: { thumbprintX: string; agentId: AgentId }[];
  /** What happens to the next requests; each entry is used up by one. */
  enrolFaults: ('cut before the request' | 'cut before the answer' | 'refuse the token')[];
  /** Answers to uploads instead of 201. */
  uploadStatus: 201 | 410;
  /** Kinds of messages that are heard and not answered. */
  silentAbout: UplinkKind[];
  isAccepting: boolean;
  /** Registry clock minus real time. */
  aheadMs: number;
  /** What signs its packages, told to boxes that enrol; null: a registry of before that was told. */
  packageKey: string | null;
  desire(epoch: number, generation: number, cameras: DesiredCamera[], parts?: number): void;
  send(kind: 'desired' | 'request' | 'ack', payload: string | object): void;
  dropConnections(): void;
  close(): Promise<void>;
}

const bytesOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

export async function startSmallRegistry(): Promise<SmallRegistry> {
  const nowMs = () => Date.now() + registry.aheadMs;
  const agentId = newId('agent', Date.now(), (bytes) => bytes.fill(randomBytes(1)[0] ?? 0));
  let enrolledKey: PublicKey | null = null;
  let inventoryHash: string | null = null;
  const inventories = new Map<string, Set<number>>();

  const problem = (response: ServerResponse, status: number, code: string, detail: string) => {
    response.writeHead(status, {
      'content-type': 'application/problem+json',
      date: new Date(nowMs()).toUTCString(),
    });
    response.end(JSON.stringify({ type: '/p', title: code, status, code, detail, requestId: 'r' }));
  };
  const json = (response: ServerResponse, status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json', date: new Date(nowMs()).toUTCString() });
    response.end(JSON.stringify(body));
  };
  const isSigned = (token: string, key: PublicKey, audience: string): boolean => {
    const [head, body, signature] = token.split('.');
    if (!head || !body || !signature) return false;
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    const nowSeconds = nowMs() / 1_000;
    const fits =
      claims.aud === audience &&
      (claims.exp as number) > nowSeconds &&
      (claims.iat as number) < nowSeconds + 30;
    const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
    return (
      fits &&
      verify(
        'sha256',
        Buffer.from(`${head}.${body}`),
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      )
    );
  };
  const isBearer = (request: IncomingMessage): boolean =>
    enrolledKey !== null &&
    isSigned(request.headers.authorization?.replace('Bearer ', '') ?? '', enrolledKey, 'gantry-registry');

  const enrolNow = async (request: IncomingMessage, response: ServerResponse) => {
    const fault = registry.enrolFaults.shift();
    if (fault === 'cut before the request') return void request.socket.destroy();
    const asked = enrolRequest.parse(JSON.parse((await bytesOf(request)).toString()));
    if (fault === 'refuse the token') return problem(response, 403, 'forbidden', 'This token is used up.');
    if (!isSigned(asked.proof, asked.publicKey, 'gantry-enrol')) {
      return problem(response, 401, 'unauthenticated', 'The proof has expired.');
    }
    if (enrolledKey !== null && enrolledKey.x !== asked.publicKey.x) {
      return problem(response, 409, 'conflict', 'This token belongs to another box.');
    }
    enrolledKey = asked.publicKey;
    registry.enrolments.push({ thumbprintX: asked.publicKey.x, agentId });
    if (fault === 'cut before the answer') return void request.socket.destroy();
    json(response, 201, {
      agentId,
      agentName: 'Warehouse',
      integratorName: 'North',
      mqttUrl: registry.mqttUrl,
      ...(registry.packageKey === null ? {} : { packageKey: registry.packageKey }),
      atMs: nowMs(),
    });
  };

  const http = createHttp((request, response) => {
    const answer = async () => {
      const path = request.url ?? '';
      if (path === '/api/v1/enrol') return enrolNow(request, response);
      if (request.method === 'HEAD') return json(response, 200, {});
      if (!isBearer(request)) return problem(response, 401, 'unauthenticated', 'No good token.');
      const bytes = await bytesOf(request);
      if (path.endsWith('/snapshot')) {
        registry.snapshots.push(path);
        return json(response, 204, {});
      }
      const meta = decodeSegmentHeader(String(request.headers[segmentHeader]));
      if (registry.uploadStatus === 410)
        return problem(response, 410, 'recording_not_permitted', 'Switched off.');
      if (bytes.byteLength !== meta.sizeBytes)
        return problem(response, 422, 'digest_mismatch', 'Other bytes.');
      // An agent that was killed before it heard the answer sends it again: it is stored once.
      if (registry.segments.every(({ id }) => id !== meta.id)) registry.segments.push(meta);
      json(response, 201, { id: meta.id, sha256: meta.sha256 });
    };
    answer().catch((error: unknown) => problem(response, 400, 'malformed', String(error)));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));

  const sockets = new Set<Socket>();
  const broker = await Aedes.createBroker();
  broker.authenticate = (client, _username, password, done) => {
    const isGood =
      registry.isAccepting &&
      client.id === agentId &&
      enrolledKey !== null &&
      isSigned(String(password ?? ''), enrolledKey, 'gantry-registry');
    if (isGood) done(null, true);
    else done(Object.assign(new Error('refused'), { returnCode: 5 }), false);
  };
  const tcp = createTcp((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    broker.handle(socket);
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));

  const send: SmallRegistry['send'] = (kind, payload) => {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(encodePayload(payload));
    const topic = downlinkTopic(agentId, kind);
    broker.publish(
      { cmd: 'publish', topic, payload: bytes, qos: 0, retain: false, dup: false },
      () => undefined,
    );
  };
  const acknowledge = (ack: Ack) => send('ack', ack);
  const react = ({ kind, message }: Heard) => {
    if (registry.silentAbout.includes(kind)) return;
    if (kind === 'birth' || kind === 'heartbeat') {
      const { session, sentAtMs } = message as UplinkMessage<'birth'>;
      acknowledge({ of: kind, session, sentAtMs, atMs: nowMs(), inventoryHash });
    } else if (kind === 'inventory') {
      const { inventoryId, part, parts, hash, cameras } = message as UplinkMessage<'inventory'>;
      const received = (inventories.get(inventoryId) ?? new Set()).add(part);
      inventories.set(inventoryId, received);
      if (received.size === parts) inventoryHash = hash;
      const results = cameras.map((camera) => {
        const known = registry.cameras.get(camera.localId);
        const id =
          known?.cameraId ??
          cameraId.parse(newId('camera', Date.now(), (bytes) => new Uint8Array(randomBytes(bytes.length))));
        registry.cameras.set(camera.localId, { cameraId: id, camera });
        const outcome = known ? ('updated' as const) : ('registered' as const);
        return { localId: camera.localId, outcome, cameraId: id, detail: null };
      });
      acknowledge({ of: 'inventory', inventoryId, part, parts, results });
    } else if (kind === 'reported') {
      const { reportId, part, parts } = message as UplinkMessage<'reported'>;
      acknowledge({ of: 'reported', reportId, part, parts });
    } else if (kind === 'event') {
      acknowledge({ of: 'event', eventId: (message as UplinkMessage<'event'>).eventId });
    } else if (kind === 'gaps') {
      acknowledge({ of: 'gaps', batchId: (message as UplinkMessage<'gaps'>).batchId });
    }
  };
  broker.on('publish', (packet) => {
    const topic = parseTopic(packet.topic);
    if (topic?.direction !== 'up') return;
    const decoded = decodePayload<UplinkMessage<UplinkKind>>(
      uplinkMessages[topic.kind],
      packet.payload as Buffer,
    );
    if (!decoded.ok) throw new Error(`the agent sent a wrong ${topic.kind}: ${decoded.why}`);
    const heard = { kind: topic.kind, message: decoded.message };
    registry.heard.push(heard);
    react(heard);
  });

  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const registry: SmallRegistry = {
    url,
    mqttUrl: `mqtt://127.0.0.1:${(tcp.address() as AddressInfo).port}`,
    joinToken: encodeJoinToken({ u: url, k: `tok_1.${randomUUID()}` }),
    heard: [],
    of: (kind) =>
      registry.heard.filter((heard) => heard.kind === kind).map(({ message }) => message as never),
    cameras: new Map(),
    segments: [],
    snapshots: [],
    publicKey() {
      if (enrolledKey === null) throw new Error('no box has enrolled');
      return enrolledKey;
    },
    enrolments: [],
    enrolFaults: [],
    uploadStatus: 201,
    silentAbout: [],
    isAccepting: true,
    aheadMs: 0,
    packageKey: null,
    desire(epoch, generation, cameras, parts = 1) {
      const share = Math.ceil(cameras.length / parts);
      for (let part = parts; part >= 1; part -= 1) {
        send('desired', {
          epoch,
          generation,
          part,
          parts,
          cameras: cameras.slice((part - 1) * share, part * share),
        });
      }
    },
    send,
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      registry.dropConnections();
      http.closeAllConnections();
      await new Promise((resolve) => broker.close(() => resolve(undefined)));
      await Promise.all([http, tcp].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
  return registry;
}

export const wanted = (localId: string, id: CameraId, record: boolean): DesiredCamera => ({
  cameraId: id,
  localId,
  record,
  reason: record ? 'recording' : 'customer_disabled',
  stream: 'main',
  mode: 'continuous',
  segmentSeconds: 2,
});
