import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { startRtspBridge } from '@gantry/agent/rtsp/bridge.js';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { CameraOffer, RelayOrder } from './programs.js';

/**
 * Stands between players and cameras, alone in a process: as the agent's bridge, or as bare pipes that
 * understand nothing. Argument: a `RelayOrder` as JSON; prints the players' URLs; ends on SIGTERM.
 */
const order = JSON.parse(process.argv[2] ?? '') as RelayOrder;
const urls = order.kind === 'bridge' ? await bridge(order.cameras) : await pipes(order.cameras);
process.stdout.write(`${JSON.stringify(urls)}\n`);
process.once('SIGTERM', () => process.exit(0));

async function bridge(cameras: readonly CameraOffer[]): Promise<string[]> {
  const started = await startRtspBridge({ clock: systemClock, log: createLog({ level: 'warn' }) });
  return cameras.map(({ url, credentials }) => started.open({ url, credentials }).url);
}

async function pipes(cameras: readonly CameraOffer[]): Promise<string[]> {
  const urls: string[] = [];
  for (const camera of cameras) {
    const { hostname: host, port, pathname } = new URL(camera.url);
    const server = createServer({ noDelay: true }, (player) => {
      const upstream = connect({ host, port: Number(port), noDelay: true });
      player.pipe(upstream).pipe(player);
      player.on('error', () => upstream.destroy());
      upstream.on('error', () => player.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    urls.push(`rtsp://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`);
  }
  return urls;
}
