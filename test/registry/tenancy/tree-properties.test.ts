import { modules } from '@gantry/registry/db/schema/modules.js';
import { moduleState } from '@gantry/registry/tenancy/module-rules.js';
import { effectiveStatus, isWithin } from '@gantry/registry/tenancy/tree.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { act, TreeModel, type Act, type ModelTenant } from './tree-model.js';

const acts = fc.array(act, { minLength: 1, maxLength: 60 });
const grown = (history: readonly Act[]): TreeModel => {
  const model = new TreeModel();
  for (const one of history) model.do(one);
  return model;
};
/** What every tenant and camera comes to, by name. */
const effects = (model: TreeModel) =>
  model.tenants.map((tenant) => ({
    seq: tenant.seq,
    active: effectiveStatus(model.pathOf(tenant)).active,
    status: tenant.status,
    cameras: [...tenant.cameras],
    modules: modules.map((module) => moduleState(model.pathOf(tenant), module).effective),
  }));
const outside = (model: TreeModel, top: ModelTenant) => (effect: { seq: number }) =>
  !isWithin(model.at(effect.seq).path, top.path);

test('after any moves a path still names exactly the parents, and there is no cycle (R1)', () => {
  fc.assert(
    fc.property(acts, (history) => {
      const model = grown(history);
      for (const tenant of model.tenants) {
        const names = model.ancestry(tenant).map(({ seq }) => seq);
        expect(model.pathOf(tenant).map(({ seq }) => seq)).toEqual(names);
        expect(tenant.path).toBe(names.map((seq) => `${seq}.`).join(''));
        expect(new Set(names).size).toBe(names.length);
      }
    }),
    { numRuns: 600 },
  );
});

test('effectively active is itself and everybody above being active, and because names the highest who is not (R13)', () => {
  fc.assert(
    fc.property(acts, (history) => {
      const model = grown(history);
      for (const tenant of model.tenants) {
        const ancestry = model.ancestry(tenant);
        const effective = effectiveStatus(model.pathOf(tenant));
        expect(effective.active).toBe(ancestry.every(({ status }) => status === 'active'));
        if (!effective.active) {
          expect(effective.because.id).toBe(ancestry.find(({ status }) => status !== 'active')?.id);
        }
      }
    }),
    { numRuns: 600 },
  );
});

test('a restriction touches the subtree of its tenant and nobody else, and only its module (R10)', () => {
  fc.assert(
    fc.property(acts, fc.nat({ max: 40 }), fc.constantFrom(...modules), (history, n, module) => {
      const model = grown(history);
      const tenant = model.at(n);
      const before = effects(model);
      model.do({ kind: 'module', tenant: n, module, off: true });
      const after = effects(model);
      expect(after.filter(outside(model, tenant))).toEqual(before.filter(outside(model, tenant)));
      const column = modules.indexOf(module);
      for (const [index, effect] of after.entries()) {
        const inside = isWithin(model.at(effect.seq).path, tenant.path) && tenant.kind !== 'platform';
        const expected = before[index]?.modules.map((was, at) => (inside && at === column ? false : was));
        expect(effect.modules).toEqual(expected);
      }
    }),
    { numRuns: 600 },
  );
});

test('switching an integrator off and on leaves every own status and every camera below it as it was (R17)', () => {
  fc.assert(
    fc.property(acts, fc.nat({ max: 40 }), (history, n) => {
      const model = grown(history);
      const tenant = model.at(n);
      fc.pre(tenant.kind === 'integrator' && tenant.status === 'active');
      const before = effects(model);
      expect(model.do({ kind: 'disable', tenant: n })).toBe('done');
      const off = effects(model);
      expect(off.filter(outside(model, tenant))).toEqual(before.filter(outside(model, tenant)));
      for (const effect of off.filter((one) => !outside(model, tenant)(one)))
        expect(effect.active).toBe(false);
      expect(model.do({ kind: 'enable', tenant: n })).toBe('done');
      expect(effects(model)).toEqual(before);
    }),
    { numRuns: 600 },
  );
});

test('the same switch again changes nothing at all (R22)', () => {
  fc.assert(
    fc.property(acts, fc.nat({ max: 40 }), fc.constantFrom('disable', 'enable'), (history, n, kind) => {
      const model = grown(history);
      model.do({ kind, tenant: n });
      const once = effects(model);
      expect(model.do({ kind, tenant: n })).not.toBe('done');
      expect(effects(model)).toEqual(once);
    }),
    { numRuns: 600 },
  );
});
