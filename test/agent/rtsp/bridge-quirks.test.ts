import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { startRtspBridge, type BridgedStream } from '@gantry/agent/rtsp/bridge.js';
import { createWireParser, encodeRequest, headerOf, type RtspResponse } from '@gantry/agent/rtsp/wire.js';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { oneVideoTrack, startScriptedCamera, type Reply, type Scripted } from './scripted-camera.js';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function bridgeTo(camera: Scripted, connectTimeoutMs = 2_000): Promise<BridgedStream> {
  open.push(camera);
  const log = createLog({ level: 'silent' });
  const bridge = await startRtspBridge({ clock: systemClock, log, connectTimeoutMs });
  open.push(bridge);
  const url = `rtsp://127.0.0.1:${camera.port}/Live/Main?A=b`;
  return bridge.open({ url, credentials: { username: 'admin', password: 's3cret' } });
}

/** A player whose every step the test decides. */
function player(stream: BridgedStream) {
  const socket = connect(Number(new URL(stream.url).port), '127.0.0.1');
  const responses: RtspResponse[] = [];
  const order: string[] = [];
  const parser = createWireParser();
  let frameBytes = 0;
  let cseq = 0;
  let gone = false;
  socket.on('error', () => undefined);
  socket.on('close', () => (gone = true));
  socket.on('data', (chunk) =>
    parser.push(chunk, (item) => {
      order.push(item.kind);
      if (item.kind === 'response') responses.push(item);
      if (item.kind === 'frames') frameBytes += item.bytes.length;
    }),
  );
  open.push({ close: async () => socket.destroy() });
  return {
    socket,
    order,
    isGone: () => gone,
    frameBytes: () => frameBytes,
    async ask(method: string, path = '', headers: [string, string][] = []): Promise<RtspResponse> {
      const seen = responses.length;
      cseq += 1;
      socket.write(
        encodeRequest({ method, uri: `${stream.url}${path}`, headers: [['CSeq', String(cseq)], ...headers] }),
      );
      await until(() => responses.length > seen || gone, { what: `an answer to ${method}` });
      const response = responses.at(-1);
      if (response === undefined || responses.length === seen) throw new Error('the bridge hung up');
      expect(headerOf(response.headers, 'CSeq')).toBe(String(cseq));
      return response;
    },
  };
}

const tcp: [string, string][] = [['Transport', 'RTP/AVP/TCP;unicast;interleaved=0-1']];
const frame = (sizeBytes: number) => {
  const bytes = Buffer.alloc(4 + sizeBytes);
  bytes[0] = 0x24;
  bytes.writeUInt16BE(sizeBytes, 2);
  return bytes;
};

const wellBehaved: Record<string, Reply> = {
  OPTIONS: { status: 200, headers: [['Public', 'DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER']] },
  DESCRIBE: {
    status: 200,
    headers: [['Content-Base', 'rtsp://192.0.2.9:1/Live/Main?A=b/']],
    body: oneVideoTrack,
  },
  SETUP: { status: 200, headers: [['Session', '42;timeout=1']] },
  PLAY: { status: 200, headers: [['RTP-Info', 'url=rtsp://192.0.2.9:1/Live/Main?A=b/track1;seq=1']] },
  GET_PARAMETER: { status: 200 },
  TEARDOWN: { status: 200 },
};
const behave = ({ method }: { method: string }) => wellBehaved[method] ?? { status: 405 };

async function setUp(own: ReturnType<typeof player>, track = '/track0') {
  expect((await own.ask('DESCRIBE')).status).toBe(200);
  expect((await own.ask('SETUP', track, tcp)).status).toBe(200);
}

it('asks the camera at its own address with its own path, whatever host it names', async () => {
  const camera = await startScriptedCamera(behave);
  const own = player(await bridgeTo(camera));
  await setUp(own);
  const playing = await own.ask('PLAY', '/', [['Session', '42']]);
  expect(headerOf(playing.headers, 'RTP-Info')).toMatch(
    /^url=rtsp:\/\/127\.0\.0\.1:\d+\/[\w-]+\/track0;seq=1$/,
  );
  const base = `rtsp://127.0.0.1:${camera.port}/Live/Main?A=b`;
  expect(camera.requests.map(({ method, uri }) => `${method} ${uri}`)).toEqual([
    `DESCRIBE ${base}`,
    `SETUP ${base}/track1`,
    `PLAY ${base}/`,
  ]);
});

it('keeps the session alive at half its time-out when the player does not', async () => {
  const camera = await startScriptedCamera(behave);
  const own = player(await bridgeTo(camera));
  await own.ask('OPTIONS');
  await setUp(own);
  await own.ask('PLAY', '/');
  const answersBefore = own.order.length;
  const kept = () => camera.requests.filter(({ method }) => method === 'GET_PARAMETER');
  await until(() => kept().length >= 2, { what: 'two signs of life' });
  expect(headerOf(kept()[0]?.headers ?? [], 'Session')).toBe('42');
  expect(own.order).toHaveLength(answersBefore);
});

it('asks OPTIONS where the camera knows no GET_PARAMETER, without a Session it never had (Q61)', async () => {
  const camera = await startScriptedCamera(({ method }) =>
    method === 'SETUP' ? { status: 200 } : behave({ method }),
  );
  const own = player(await bridgeTo(camera));
  await setUp(own);
  await own.ask('PLAY', '/');
  expect(camera.requests.some(({ headers }) => headerOf(headers, 'Session') !== null)).toBe(false);
  own.socket.destroy();
  await until(() => camera.requests.at(-1)?.method === 'TEARDOWN', { what: 'TEARDOWN' });
});

it('hands over the answer to PLAY before the frames that follow it in the same packet', async () => {
  const camera = await startScriptedCamera((request, socket) => {
    if (request.method === 'PLAY') {
      socket.cork();
      process.nextTick(() => {
        socket.write(frame(100));
        socket.uncork();
      });
    }
    return behave(request);
  });
  const own = player(await bridgeTo(camera));
  await setUp(own);
  await own.ask('PLAY', '/');
  await until(() => own.frameBytes() > 0, { what: 'the frame' });
  expect(own.order.slice(-2)).toEqual(['response', 'frames']);
});

it('answers a camera that says its nonce is stale in the middle, and only once', async () => {
  let nonce = 1;
  const camera = await startScriptedCamera(({ method, headers }) => {
    const authorization = headerOf(headers, 'Authorization') ?? '';
    if (method === 'PLAY') nonce = 2;
    if (authorization.includes(`nonce="${nonce}"`) && method !== 'PAUSE') return behave({ method });
    if (method === 'PAUSE') nonce += 1;
    const challenge = `Digest realm="x", nonce="${nonce}", stale=${authorization === '' ? 'false' : 'true'}`;
    return { status: 401, headers: [['WWW-Authenticate', challenge]] };
  });
  const stream = await bridgeTo(camera);
  const own = player(stream);
  await setUp(own);
  expect((await own.ask('PLAY', '/')).status).toBe(200);
  expect(stream.failure()).toBeNull();
  expect((await own.ask('PAUSE', '/')).status).toBe(401);
  expect(camera.requests.filter(({ method }) => method === 'PAUSE')).toHaveLength(2);
  expect(stream.failure()).toMatchObject({ kind: 'auth_failed' });
});

it('stops reading from the camera while the player does not read', async () => {
  let isFull = false;
  const camera = await startScriptedCamera((request, socket) => {
    if (request.method === 'PLAY') {
      setImmediate(function send() {
        if (socket.destroyed) return;
        if (socket.write(frame(60_000))) setImmediate(send);
        else {
          isFull = true;
          socket.once('drain', () => {
            isFull = false;
            send();
          });
        }
      });
    }
    return behave(request);
  });
  const stream = await bridgeTo(camera);
  const own = player(stream);
  await setUp(own);
  await own.ask('PLAY', '/');
  own.socket.pause();
  let before = -1;
  const isSteady = () => {
    const now = stream.bytesReceived();
    const steady = isFull && now === before;
    before = now;
    return steady;
  };
  await until(isSteady, { everyMs: 200, timeoutMs: 60_000, what: 'the camera to be held up' });
  const heldAtBytes = stream.bytesReceived();
  const unreadMax = 8 * 1024 * 1024;
  expect(heldAtBytes - own.frameBytes()).toBeLessThan(unreadMax);
  own.socket.resume();
  await until(() => stream.bytesReceived() > heldAtBytes + 1_000_000, { what: 'media to go on' });
});

it('gives up on a camera that does not answer, and on one that hangs when it is let go', async () => {
  const silent = await startScriptedCamera(() => null);
  const stream = await bridgeTo(silent, 200);
  expect((await player(stream).ask('OPTIONS')).status).toBe(503);
  expect(stream.failure()).toMatchObject({ kind: 'timeout' });

  const clinging = await startScriptedCamera((request) =>
    request.method === 'TEARDOWN' ? null : behave(request),
  );
  const held = await bridgeTo(clinging);
  const own = player(held);
  await setUp(own);
  await own.ask('PLAY', '/');
  await held.close();
  await until(() => clinging.sockets.size === 0 && own.isGone(), { what: 'both connections to be gone' });
  expect(held.failure()).toBeNull();
});

it('does not follow a redirect, and does not let ffmpeg follow it', async () => {
  const camera = await startScriptedCamera(() => ({
    status: 302,
    headers: [['Location', 'rtsp://192.0.2.1/']],
  }));
  const stream = await bridgeTo(camera);
  const answer = await player(stream).ask('DESCRIBE');
  expect([answer.status, headerOf(answer.headers, 'Location')]).toEqual([403, null]);
  expect(stream.failure()).toMatchObject({ kind: 'protocol_error' });
});

it('plays a camera that does not know OPTIONS', async () => {
  const camera = await startScriptedCamera(({ method }) =>
    method === 'OPTIONS' ? { status: 501 } : behave({ method }),
  );
  const stream = await bridgeTo(camera);
  const own = player(stream);
  expect((await own.ask('OPTIONS')).status).toBe(200);
  await setUp(own);
  expect(stream.failure()).toBeNull();
});

it('waits for the real answer after a provisional one', async () => {
  const camera = await startScriptedCamera((request, socket) => {
    socket.write(`RTSP/1.0 100 Continue\r\nCSeq: ${headerOf(request.headers, 'CSeq')}\r\n\r\n`);
    return behave(request);
  });
  const own = player(await bridgeTo(camera));
  await setUp(own);
  expect((await own.ask('PLAY', '/')).status).toBe(200);
});

it('frees the slot of a camera whose player left before SETUP was answered', async () => {
  const camera = await startScriptedCamera((request, socket) => {
    if (request.method !== 'SETUP') return behave(request);
    own.socket.destroy();
    const cseq = headerOf(request.headers, 'CSeq');
    void until(() => own.isGone(), { what: 'the player to be gone' }).then(() =>
      socket.write(`RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\nSession: 77\r\n\r\n`),
    );
    return null;
  });
  const own = player(await bridgeTo(camera));
  await own.ask('DESCRIBE');
  await expect(own.ask('SETUP', '/track0', tcp)).rejects.toThrow('hung up');
  const last = await until(() => camera.requests.find(({ method }) => method === 'TEARDOWN'), {
    what: 'TEARDOWN',
  });
  expect(headerOf(last.headers, 'Session')).toBe('77');
});

it('answers strangers with 404 and opens no connection to the camera for them', async () => {
  const camera = await startScriptedCamera(behave);
  const stream = await bridgeTo(camera);
  const stranger = player({ ...stream, url: `${stream.url}x` });
  expect((await stranger.ask('DESCRIBE')).status).toBe(404);
  const noise = connect(Number(new URL(stream.url).port), '127.0.0.1');
  noise.on('error', () => undefined);
  noise.resume().write('GET / HTTP/1.1\r\n\r\n');
  await once(noise, 'close');
  expect(camera.connections()).toBe(0);
});

it('answers a request for UDP itself: media only comes inside the connection', async () => {
  const camera = await startScriptedCamera(behave);
  const own = player(await bridgeTo(camera));
  await own.ask('DESCRIBE');
  const answer = await own.ask('SETUP', '/track0', [['Transport', 'RTP/AVP;unicast;client_port=5000-5001']]);
  expect(answer.status).toBe(461);
});

it('passes receiver reports on to the camera', async () => {
  let received = 0;
  const camera = await startScriptedCamera((request, socket) => {
    if (request.method === 'PLAY') socket.on('data', (chunk: Buffer) => (received += chunk.length));
    return behave(request);
  });
  const own = player(await bridgeTo(camera));
  await setUp(own);
  await own.ask('PLAY', '/');
  own.socket.write(frame(28));
  await until(() => received >= 32, { what: 'the report' });
  expect(received).toBe(32);
});
