import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { fingerprintOnvif } from '@gantry/agent/onvif/fingerprint.js';
import { readOnvifDevice } from '@gantry/agent/onvif/read.js';
import { fetchSnapshot } from '@gantry/agent/onvif/snapshot.js';
import { flood } from './floods.js';
import { envelope, plainScript, startScriptedDevice } from './scripted-device.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A device that does to each connection what `attack` does, from the first byte it hears. */
async function device(attack: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.once('data', () => attack(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`;
}

const head = (...headers: string[]) => ['HTTP/1.1 200 OK', ...headers, '', ''].join('\r\n');

const every = (socket: Socket, ms: number, write: () => void) => {
  const timer = setInterval(write, ms);
  socket.once('close', () => clearInterval(timer));
};

const floodAfter = (start: string, chunk: string) => (socket: Socket) => {
  socket.write(start);
  flood(socket, Buffer.from(chunk));
};
const drip = (socket: Socket) => {
  socket.write(head('Content-Length: 1000'));
  every(socket, 20, () => socket.write(' '));
};

const attacks: [string, (socket: Socket) => void][] = [
  ['an endless body', floodAfter(head(), 'a'.repeat(65_536))],
  ['endless headers', floodAfter('HTTP/1.1 200 OK\r\n', `X: ${'y'.repeat(8_000)}\r\n`)],
  ['one byte a moment', drip],
  ['silence', () => undefined],
  ['a cut body', (socket) => socket.end(head('Content-Length: 1000') + '<s:Envelope><s:Body>')],
  ['a broken chunk', (socket) => socket.end(head('Transfer-Encoding: chunked') + 'zz\r\nhello')],
  ['a reset', (socket) => socket.resetAndDestroy()],
  [
    'random bytes',
    (socket) => socket.end(Buffer.from(Array.from({ length: 2_000 }, (_, i) => (i * 7_919) % 256))),
  ],
  [
    'an endless row of interim answers',
    (socket) => flood(socket, Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100))),
  ],
  [
    'a redirect to metadata',
    (socket) =>
      socket.end('HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n'),
  ],
  ['a megabyte of open tags', (socket) => socket.end(head('Connection: close') + '<a>'.repeat(300_000))],
  [
    'a megabyte of elements',
    (socket) => socket.end(head('Connection: close') + envelope('<x>1</x>'.repeat(120_000))),
  ],
  [
    'nested entities',
    (socket) => socket.end(head('Connection: close') + '<!DOCTYPE a [<!ENTITY b "c">]>' + envelope('&b;')),
  ],
  ['another protocol', (socket) => socket.end('RTSP/1.0 200 OK\r\n\r\n')],
  ['a gigabyte announced', (socket) => void socket.write(head('Content-Length: 1073741824'))],
];

describe('a hostile device', () => {
  const timeoutMs = 400;

  it.each(attacks)('with %s costs bounded time and memory, and no error', async (_name, attack) => {
    const url = await device(attack);
    const asking = { mayConnect: (host: string) => host === '127.0.0.1', timeoutMs };
    const before = process.memoryUsage();
    const reading = await readOnvifDevice({
      ...asking,
      urls: [url],
      address: '127.0.0.1',
      credentials: { username: 'admin', password: 'secret' },
      clock: systemClock,
      log: createLog({ level: 'silent' }),
    });
    const picture = await fetchSnapshot({ ...asking, url, credentials: null });
    const isOnvif = await fingerprintOnvif(url, asking);
    const after = process.memoryUsage();

    expect(['unreachable', 'not_onvif']).toContain(reading.outcome);
    expect([picture.ok, isOnvif]).toEqual([false, false]);
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(150 * 2 ** 20);
  });

  it('that answers each request just in time is left after the time for the whole reading', async () => {
    const slow = await startScriptedDevice(plainScript());
    closers.push(() => slow.close());
    let nowMs = 0;
    const reading = await readOnvifDevice({
      urls: [slow.url],
      address: '127.0.0.1',
      credentials: null,
      mayConnect: () => true,
      timeoutMs: 1_000,
      clock: { ...systemClock, monotonicMs: () => (nowMs += 3_000) },
      log: createLog({ level: 'silent' }),
    });
    expect(reading).toMatchObject({ outcome: 'no_stream', manufacturer: 'ACME' });
    expect(reading.detail).toMatch(/took longer than 12000 ms in all/);
    expect(slow.asked.length).toBeLessThan(5);
  });
});
