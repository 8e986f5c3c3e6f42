import type { TenantId } from '@gantry/protocol/ids.js';
import { modules, type Module } from '@gantry/registry/db/schema/modules.js';
import { modulesOffAtFirst, moduleState, moduleStates } from '@gantry/registry/tenancy/module-rules.js';
import { describe, expect, test } from 'vitest';

const standing = (name: string, kind: 'platform' | 'integrator' | 'customer', ...off: Module[]) => ({
  id: `ten_${name}` as TenantId,
  name,
  kind,
  off: new Set(off),
});

describe('what a tenant may use', () => {
  const platform = standing('Gantry', 'platform');

  test.each<[string, Module[], Module[], { own: boolean; inherited: boolean; because: string | null }]>([
    ['nobody switched it off', [], [], { own: true, inherited: true, because: null }],
    ['the tenant has it off', [], ['live'], { own: false, inherited: true, because: 'Shop' }],
    ['the one above has it off', ['live'], [], { own: true, inherited: false, because: 'North' }],
    ['both have it off', ['live'], ['live'], { own: false, inherited: false, because: 'North' }],
    ['another module is off', ['clips'], ['users'], { own: true, inherited: true, because: null }],
  ])('%s', (_case, above, own, expected) => {
    const path = [platform, standing('North', 'integrator', ...above), standing('Shop', 'customer', ...own)];
    const state = moduleState(path, 'live');
    expect({ own: state.own, inherited: state.inherited, because: state.because?.name ?? null }).toEqual(
      expected,
    );
    expect(state.effective).toBe(expected.own && expected.inherited);
  });

  test('a new customer has everything but adding P&P cameras, a new integrator everything (R11)', () => {
    const off = (kind: 'integrator' | 'customer') =>
      moduleStates([platform, standing('new', kind, ...modulesOffAtFirst(kind))])
        .filter((state) => !state.effective)
        .map((state) => state.module);
    expect(off('customer')).toEqual(['cameras.addPnp']);
    expect(off('integrator')).toEqual([]);
    expect(moduleStates([platform]).map((state) => state.module)).toEqual([...modules]);
  });
});
