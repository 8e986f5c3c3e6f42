import { createWireParser } from '@gantry/agent/rtsp/wire.js';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { Stage } from './bench.js';

/** Stands between a camera and whoever plays it, and writes down when each picture has passed. */
export interface LiveTap {
  /** The same stream, to be played once at a time. */
  url: string;
  /**
   * When the picture with this RTP timestamp had passed in whole, `performance.now()`; counted from the first picture
   * of the newest player, 90 kHz.
   */
  passedAtMs(ticks: number): number | null;
  isPlayed(): boolean;
  /** When the newest player connected, `performance.now()`. */
  playedAtMs(): number;
}

/** Interleaved prefix (RFC 2326 §10.12) and where an RTP packet keeps its timestamp (RFC 3550 §5.1). */
const prefixBytes = 4;
const timestampAt = prefixBytes + 4;

export async function startTap(stage: Stage, cameraUrl: string): Promise<LiveTap> {
  const { hostname, port, pathname } = new URL(cameraUrl);
  let first: number | null = null;
  let passed = new Map<number, number>();
  let players = 0;
  let playedAtMs = NaN;
  const note = (packet: Buffer) => {
    if (packet[1] !== 0) return;
    const timestamp = packet.readUInt32BE(timestampAt);
    first ??= timestamp;
    passed.set((timestamp - first) >>> 0, performance.now());
  };
  const server = createServer({ noDelay: true }, (player) => {
    [first, passed] = [null, new Map()];
    players += 1;
    playedAtMs = performance.now();
    player.once('close', () => (players -= 1));
    const parser = createWireParser();
    const camera = connect({ host: hostname, port: Number(port), noDelay: true });
    player.pipe(camera);
    camera.on('data', (chunk: Buffer) => {
      player.write(chunk);
      parser.push(chunk, (item) => {
        if (item.kind !== 'frames') return;
        for (let at = 0; at + prefixBytes <= item.bytes.length;) {
          const end = at + prefixBytes + item.bytes.readUInt16BE(at + 2);
          note(item.bytes.subarray(at, end));
          at = end;
        }
      });
    });
    const end = () => {
      player.destroy();
      camera.destroy();
    };
    for (const socket of [player, camera]) socket.on('error', end).on('close', end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stage.atEnd(async () => void server.close());
  return {
    url: `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    passedAtMs: (ticks) => passed.get(ticks) ?? null,
    isPlayed: () => players > 0,
    playedAtMs: () => playedAtMs,
  };
}
