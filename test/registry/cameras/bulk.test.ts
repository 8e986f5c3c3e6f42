import type { CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { BindTarget, LockedCamera } from '@gantry/registry/cameras/bind.js';
import type { BulkAct } from '@gantry/registry/cameras/bulk/acts.js';
import { decide } from '@gantry/registry/cameras/bulk/decide.js';
import { idsAtMost, withUndo } from '@gantry/registry/cameras/bulk/undo.js';
import { tagsAfter } from '@gantry/registry/cameras/tag.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const bakery = 'ten_bakery' as TenantId;
const butcher = 'ten_butcher' as TenantId;
const basic = 'pln_basic' as PlanId;
const large = 'pln_large' as PlanId;
const camera = (more: Partial<LockedCamera> = {}): LockedCamera => ({
  id: 'cam_1' as CameraId,
  name: 'Door',
  customerId: bakery,
  planId: basic,
  integratorId: 'ten_north' as TenantId,
  tenantId: bakery,
  enabled: true,
  switchedOffBy: null,
  tags: ['a', 'b'],
  ...more,
});
const unbound = { customerId: null, planId: null };
const targets = new Map<TenantId, BindTarget | null>([
  [bakery, {} as BindTarget],
  [butcher, null],
]);
const words = Array.from({ length: 19 }, (_, n) => `t${n}`);

describe('what an act means for one camera', () => {
  test.each<[string, BulkAct, Partial<LockedCamera>, 'integrator' | 'customer', string]>([
    ['from the inbox', { verb: 'bind', customerId: bakery, planId: basic }, unbound, 'integrator', 'change'],
    ['to where it is', { verb: 'bind', customerId: bakery, planId: basic }, {}, 'integrator', 'unchanged'],
    ['with another plan', { verb: 'bind', customerId: bakery, planId: large }, {}, 'integrator', 'change'],
    ['out of the inbox', { verb: 'unbind' }, unbound, 'integrator', 'unchanged'],
    ['back to the inbox', { verb: 'unbind' }, {}, 'customer', 'change'],
    ['a plan in the inbox', { verb: 'setPlan', planId: large }, unbound, 'integrator', 'not_bound'],
    ['another plan', { verb: 'setPlan', planId: large }, {}, 'integrator', 'change'],
    ['the plan it has', { verb: 'setPlan', planId: basic }, {}, 'integrator', 'unchanged'],
    [
      'a plan its customer is not offered',
      { verb: 'setPlan', planId: large },
      { customerId: butcher },
      'integrator',
      'plan_not_offered',
    ],
    ['on, when on', { verb: 'enable' }, {}, 'customer', 'unchanged'],
    [
      'on, by whom it was not switched off',
      { verb: 'enable' },
      off('integrator'),
      'customer',
      'switched_off_by_integrator',
    ],
    ['on, by the integrator', { verb: 'enable' }, off('integrator'), 'integrator', 'change'],
    ['on, by itself', { verb: 'enable' }, off('customer'), 'customer', 'change'],
    ['off', { verb: 'disable' }, {}, 'customer', 'change'],
    ['off, when off', { verb: 'disable' }, off('customer'), 'customer', 'unchanged'],
    ['a tag', { verb: 'tag', add: ['c'], remove: [] }, {}, 'customer', 'change'],
    ['a tag it has', { verb: 'tag', add: ['b'], remove: ['x'] }, {}, 'customer', 'unchanged'],
    ['the 21st tag', { verb: 'tag', add: words, remove: [] }, {}, 'customer', 'too_many_tags'],
    ['the 20th tag', { verb: 'tag', add: words, remove: ['a'] }, {}, 'customer', 'change'],
  ])('%s', (_name, act, more, side, expected) => {
    const verdict = decide(camera(more), act, { side, targets });
    expect(verdict.kind === 'skip' ? verdict.code : verdict.kind).toBe(expected);
  });
});

function off(by: 'integrator' | 'customer'): Partial<LockedCamera> {
  return { enabled: false, switchedOffBy: by };
}

describe('taking back', () => {
  test('names each camera once, by where it was', () => {
    const before = [
      camera({ id: 'cam_1' as CameraId }),
      camera({ id: 'cam_2' as CameraId, ...unbound }),
      camera({ id: 'cam_3' as CameraId }),
    ];
    const act: BulkAct = { verb: 'bind', customerId: butcher, planId: large };
    const first = withUndo([], act, before.slice(0, 2));
    expect(withUndo(first, act, before.slice(2))).toEqual([
      {
        path: '/cameras:bind',
        body: { select: { ids: ['cam_1', 'cam_3'] }, customerId: bakery, planId: basic },
      },
      { path: '/cameras:unbind', body: { select: { ids: ['cam_2'] } } },
    ]);
  });

  test('puts no more ids into one request than it may name', () => {
    const many = Array.from({ length: idsAtMost + 1 }, (_, n) => camera({ id: `cam_${n}` as CameraId }));
    const sizes = withUndo([], { verb: 'disable' }, many).map(({ body }) => body.select.ids.length);
    expect(sizes).toEqual([idsAtMost, 1]);
  });

  test('of tags brings back exactly the ones that were there', () => {
    const some = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
    fc.assert(
      fc.property(some, some, some, (tags, add, remove) => {
        const act: BulkAct = { verb: 'tag', add, remove };
        const [request] = withUndo([], act, [camera({ tags })]);
        const back = request?.body as unknown as { add: string[]; remove: string[] };
        expect(tagsAfter(tagsAfter(tags, act), back).toSorted()).toEqual(tags.toSorted());
      }),
    );
  });
});
