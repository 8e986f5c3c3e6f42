import type { CameraId } from '@gantry/protocol/ids.js';
import { createChanges } from '@gantry/registry/changes.js';
import type { Watcher } from '@gantry/registry/live/live-stream.js';
import { startRechecks, type Rechecks } from '@gantry/registry/live/rechecks.js';
import { createLog } from '@gantry/registry/log.js';
import { afterEach, expect, it } from 'vitest';
import { until } from '../../support/until.js';

let rechecks: Rechecks;
afterEach(() => rechecks.close());

function start(everyMs: number, count: number) {
  const changes = createChanges();
  const rights = { may: true, asked: 0, atOnce: 0, most: 0 };
  const watchers = new Set<Watcher>();
  for (let i = 0; i < count; i += 1) {
    const watcher: Watcher = {
      cameraId: 'cam_01ZZZZZZZZZZZZZZZZZZZZZZZZ' as CameraId,
      async mayStill() {
        rights.asked += 1;
        rights.atOnce += 1;
        rights.most = Math.max(rights.most, rights.atOnce);
        const { may } = rights;
        await new Promise((resolve) => setImmediate(resolve));
        rights.atOnce -= 1;
        if (!may) throw new Error('The right was taken.');
      },
      end: () => void watchers.delete(watcher),
    };
    watchers.add(watcher);
  }
  rechecks = startRechecks({
    watchers: () => [...watchers],
    changes,
    log: createLog('silent'),
    everyMs,
    sideBySide: 3,
  });
  return { changes, rights, watchers };
}

it('every viewer is asked again and again, a few at once', async () => {
  const { rights, watchers } = start(10, 10);
  await until(() => rights.asked >= 30, { what: 'three rounds' });
  expect(rights.most).toBe(3);
  expect(watchers.size).toBe(10);
  rights.may = false;
  await until(() => watchers.size === 0, { what: 'all views to end' });
});

it('a switch of a tenant or camera is felt at once, also in the middle of a round', async () => {
  const { changes, rights, watchers } = start(60_000, 4);
  changes.hint('tenant', { tenantId: 'ten_1' });
  await until(() => rights.asked > 0, { what: 'the round to begin' });
  rights.may = false;
  changes.hint('camera', { cameraIds: [] });
  await until(() => watchers.size === 0, { what: 'all views to end' });
});
