import { randomBytes } from 'node:crypto';
import { newId, type TenantId } from '@gantry/protocol/ids.js';
import { legalHolds } from '@gantry/registry/db/schema/operations.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { purgeExpired } from '@gantry/registry/recordings/retention.js';
import { createLegalHold } from '@gantry/registry/tenancy/legal-holds.js';
import { registryActor } from '@gantry/registry/actor.js';
import { expect, test } from 'vitest';
import { waitingForLocks } from '../../support/database.js';
import { until } from '../../support/until.js';
import { startSite } from '../cameras/site.js';

test('what a legal hold touches outlives its retention until the hold is released (R24)', async () => {
  const site = await startSite();
  try {
    const { db, newId: mint } = site.ctx;
    const camera = mint('camera');
    const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));
    const insert = (hour: number, customerId: TenantId) =>
      db.insert(segments).values({
        id: mint('segment'),
        cameraId: camera,
        customerId,
        agentId: mint('agent'),
        sessionId: newId('session', hour, (bytes) => randomBytes(bytes.length)),
        sequence: hour,
        startedAt: at(hour),
        durationMs: 4_000,
        mediaOffsetUs: 0,
        sizeBytes: 1,
        sha256: '',
        video: 'h264',
        audio: null,
        initBytes: 1,
        initSha256: '',
        storageKey: `segments/${hour}`,
        keepUntil: at(hour),
      });
    for (const hour of [1, 2, 3]) await insert(hour, site.customer);
    await db.insert(legalHolds).values({
      id: mint('legalHold'),
      customerId: site.customer,
      cameraId: camera,
      fromAt: at(2),
      toAt: at(3),
      reason: 'case 12',
    });
    const removed: string[] = [];
    const storage = { delete: async (key: string) => void removed.push(key) } as never;
    expect(await purgeExpired({ db, storage })).toBe(2);
    expect(removed.toSorted()).toEqual(['segments/1', 'segments/3']);
    await db.update(legalHolds).set({ releasedAt: new Date() });
    expect(await purgeExpired({ db, storage })).toBe(1);

    // A hold that is asked for while footage goes comes into force behind it: it never names what is just being deleted.
    await insert(5, site.customer);
    const hold = { customerId: site.customer, cameraId: null, fromAt: at(4), toAt: at(6), reason: 'case 13' };
    let making: Promise<unknown> = Promise.resolve();
    const order: string[] = [];
    const slowStorage = {
      async delete() {
        making = createLegalHold(site.ctx, registryActor, site.scope, hold).then(() => order.push('held'));
        await until(async () => (await waitingForLocks(db)) > 0, { what: 'a hold that waits' });
        order.push('deleted');
      },
    } as never;
    expect(await purgeExpired({ db, storage: slowStorage })).toBe(1);
    await making;
    expect(order).toEqual(['deleted', 'held']);
  } finally {
    await site.close();
  }
});
