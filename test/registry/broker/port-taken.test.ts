import { startEmbeddedBroker } from '@gantry/registry/broker/embedded.js';
import { systemClock } from '@gantry/registry/clock.js';
import { createLog } from '@gantry/registry/log.js';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../../support/until.js';
import { verifyTestToken } from './clients.js';

test('a broker whose port is taken leaves nothing that keeps the process alive', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const started = startEmbeddedBroker({
    verify: verifyTestToken,
    log: createLog('silent'),
    clock: systemClock,
    host: '127.0.0.1',
    port: (other.address() as AddressInfo).port,
  });
  await expect(started).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await until(() => timers() <= before, { what: 'the timers of the broker to end' });
  other.close();
  await once(other, 'close');
});
