import type { DeviceTokens } from '@gantry/agent/identity/device-token.js';
import { openConnection, type Connection } from '@gantry/agent/uplink/mqtt-connection.js';
import {
  encodeLivePiece,
  liveCloses,
  livePath,
  liveTicketHeader,
  type LivePiece,
  type LiveWish,
} from '@gantry/protocol/live.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { history } from '@gantry/registry/db/schema/registry.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { fragment, init, numbersIn } from '../live/media.js';
import { openShop, type Shop } from '../recordings/site.js';
import { enrolled } from '../recordings/uploads.js';

let registry: TestRegistry;
let shop: Shop;
let tokens: DeviceTokens;
let agent: Connection;
let baker: Api;
const wishes: LiveWish[] = [];
const sockets: WebSocket[] = [];

beforeAll(async () => {
  registry = await startTestRegistry();
  const { db } = registry.context;
  shop = await openShop(db);
  tokens = await enrolled(db, shop.agentId);
  await db.update(cameras).set({ streams: [stream('main'), stream('sub')] });
  const { email, password } = await registry.createUser(shop.bakery, { owner: true });
  baker = await registry.as(email, password);
  agent = await openConnection({
    url: `mqtt://127.0.0.1:${registry.mqttPort}`,
    agentId: shop.agentId,
    password: await tokens.fresh(),
    will: { session: 'session-1', reason: 'lost' },
    keepaliveSeconds: 30,
    connectTimeoutMs: 5_000,
    onMessage: (incoming) => void (incoming.kind === 'live' && wishes.push(incoming.message)),
  });
});
beforeEach(() => registry.context.db.update(agents).set({ presence: 'online' }));
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
  wishes.length = 0;
});
afterAll(async () => {
  await agent?.stop({ session: 'session-1', reason: 'stopped' });
  await registry?.close();
});

const stream = (role: 'main' | 'sub') => ({
  role,
  video: 'h264' as const,
  audio: null,
  width: null,
  height: null,
  frameRate: null,
});
const asked = () => until(() => wishes.find(({ leaseMs }) => leaseMs > 0), { what: 'a wish to be told' });

/** Dials like an agent; resolves when it is let in, else with the status of the refusal. */
async function dial(
  wish: Pick<LiveWish, 'streamId' | 'ticket'>,
  bearer?: string,
): Promise<WebSocket | number> {
  const socket = new WebSocket(`${registry.url.replace('http', 'ws')}${livePath(wish.streamId)}`, {
    headers: {
      authorization: `Bearer ${bearer ?? (await tokens.current())}`,
      [liveTicketHeader]: wish.ticket,
    },
  });
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
  });
}
const send = (socket: WebSocket | number, ...pieces: LivePiece[]) => {
  if (typeof socket === 'number') throw new Error(`the agent was refused: ${socket}`);
  for (const piece of pieces) socket.send(encodeLivePiece(piece));
  return socket;
};
const closeOf = (socket: WebSocket) =>
  new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );

/** Begins to watch, with an agent that sends one group. */
async function watch(by: Api, path = `/cameras/${shop.cameraId}/live`) {
  const answering = by.fetch(path);
  const socket = send(await dial(await asked()), init(), fragment(1, true), fragment(2));
  return { response: await answering, socket };
}

describe('watching live', () => {
  it('begins with the newest key picture and goes on with what the agent sends', async () => {
    const { response, socket } = await watch(baker);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'video/mp4; codecs="avc1.64001f"',
      'x-gantry-stream': 'main',
      'x-gantry-streams': 'main sub',
      'cache-control': 'no-store, no-transform',
    });
    send(socket, fragment(3));
    socket.close(liveCloses.sourceEnded, 'The camera ended the video.');
    expect(numbersIn(new Uint8Array(await response.arrayBuffer()))).toEqual([1, 2, 3]);
  });

  it('asks for the stream that is wanted, and for one that there is', async () => {
    const { response } = await watch(baker, `/cameras/${shop.cameraId}/live?stream=sub`);
    expect(response.headers.get('x-gantry-stream')).toBe('sub');
    expect((await asked()).stream).toBe('sub');
    await response.body?.cancel();
  });

  it('says why the site shows nothing', async () => {
    const answering = problemOf(baker.post(`/cameras/${shop.cameraId}/live`, {}));
    const { streamId } = await asked();
    const detail = 'The camera refused the login (401).';
    agent.publish('live', { session: 'session-1', streamId, outcome: 'failed', detail });
    expect(await answering).toMatchObject({ status: 503, code: 'unavailable', detail });
  });

  it('is answered at once while the agent is offline', async () => {
    const { db } = registry.context;
    await db.update(agents).set({ presence: 'offline' });
    const problem = await problemOf(baker.get(`/cameras/${shop.cameraId}/live`));
    expect(problem).toMatchObject({ status: 503, detail: expect.stringContaining('Shop is offline') });
    expect(wishes.filter(({ leaseMs }) => leaseMs > 0)).toEqual([]);
  });
});

describe('who may watch live', () => {
  it('needs the module, and loses sight with it', async () => {
    const { response } = await watch(baker);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const put = async (off: string[]) => {
      const { headers } = await registry.api.fetch(`/tenants/${shop.bakery}/modules`);
      await registry.api.fetch(`/tenants/${shop.bakery}/modules`, {
        method: 'PUT',
        headers: { 'if-match': headers.get('etag') ?? '', 'content-type': 'application/json' },
        body: JSON.stringify({ off }),
      });
    };
    await put(['live']);
    while (!(await reader.read()).done);
    for (const path of ['live', 'snapshot?maxAge=2'])
      expect(await problemOf(baker.get(`/cameras/${shop.cameraId}/${path}`))).toMatchObject({
        code: 'module_disabled',
      });
    await put([]);
  });

  it('is a customer, and its integrator only under a support grant, which is written down (R32)', async () => {
    const fitter = await registry.createUser(shop.integratorId, { owner: true });
    const integrator = await registry.as(fitter.email, fitter.password);
    expect(await problemOf(integrator.get(`/cameras/${shop.cameraId}/live`))).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('support grant'),
    });
    const { id } = await baker.post('/support-grants', { customerId: shop.bakery });
    const { response } = await watch(integrator);
    const entries = await registry.context.db
      .select({ sentence: history.sentence })
      .from(history)
      .where(eq(history.operation, 'camera.watchedLiveUnderGrant'));
    expect(entries).toEqual([
      { sentence: expect.stringContaining('watched Front door live under a support grant') },
    ]);
    const watching = response.arrayBuffer();
    await baker.delete(`/support-grants/${String(id)}`);
    await watching;
  });

  it('loses sight when signed out', async () => {
    const { email, password } = await registry.createUser(shop.bakery, { owner: true });
    const person = await registry.as(email, password);
    const { response } = await watch(person);
    const watching = response.arrayBuffer();
    await person.delete('/sessions/current');
    expect((await watching).byteLength).toBeGreaterThan(0);
  });
});

describe('the door for agents', () => {
  it('opens only for the agent that was asked, with the ticket it was given', async () => {
    const answering = baker.fetch(`/cameras/${shop.cameraId}/live`);
    const wish = await asked();
    const other = await enrolled(registry.context.db, await anotherAgent());
    expect(await dial(wish, await other.current())).toBe(404);
    expect(await dial(wish, 'no-token')).toBe(404);
    expect(await dial({ ...wish, ticket: 'x'.repeat(43) })).toBe(404);
    expect(await dial({ ...wish, streamId: 'x'.repeat(22) })).toBe(404);
    send(await dial(wish), init());
    await (await answering).body?.cancel();
  });

  it.each<[string, (socket: WebSocket) => void]>([
    ['no piece', (socket) => socket.send(Buffer.from('garbage that is no piece'))],
    ['text', (socket) => socket.send('text')],
    ['pictures before the init', (socket) => void send(socket, fragment(0, true))],
    ['an init of nothing', (socket) => void send(socket, { ...init(), media: new Uint8Array(50) })],
    ['a second init', (socket) => void send(socket, init(), { ...init(), sequence: 1 })],
  ])('is shut for who sends %s', async (_, spoil) => {
    const answering = baker.fetch(`/cameras/${shop.cameraId}/live`);
    const socket = await dial(await asked());
    if (typeof socket === 'number') throw new Error('refused');
    const closed = closeOf(socket);
    spoil(socket);
    expect(await closed).toMatchObject({ code: liveCloses.malformed });
    const response = await answering;
    if (response.status === 200) await response.arrayBuffer();
    else expect(response.status).toBe(503);
  });

  it('answers a message larger than any piece by hanging up', async () => {
    const answering = baker.fetch(`/cameras/${shop.cameraId}/live`);
    const socket = await dial(await asked());
    if (typeof socket === 'number') throw new Error('refused');
    const closed = closeOf(socket);
    socket.send(Buffer.alloc(6 * 1024 * 1024));
    expect([1006, 1009]).toContain((await closed).code);
    expect((await answering).status).toBe(503);
  });
});

async function anotherAgent() {
  const { db, newId } = registry.context;
  const id = newId('agent');
  await db.insert(agents).values({ id, integratorId: shop.integratorId, name: 'Other', hostname: 'other' });
  return id;
}
