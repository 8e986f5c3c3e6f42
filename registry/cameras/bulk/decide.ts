import type { TenantId } from '@gantry/protocol/ids.js';
import type { BindTarget, LockedCamera } from '../bind.js';
import type { Side } from '../switch.js';
import { isSameTags, mostTags, tagsAfter } from '../tag.js';
import type { BulkAct, SkipCode } from './acts.js';

export type Verdict =
  { kind: 'change' } | { kind: 'unchanged' } | { kind: 'skip'; code: Exclude<SkipCode, 'not_found'> };

const change: Verdict = { kind: 'change' };
const unchanged: Verdict = { kind: 'unchanged' };
const skip = (code: Exclude<SkipCode, 'not_found'>): Verdict => ({ kind: 'skip', code });
const unlessSo = (isSo: boolean): Verdict => (isSo ? unchanged : change);

/**
 * What an act means for one camera. `targets`: for `setPlan`, what the plan is for each customer, null where it is not
 * offered. The same decision is behind a dry run and the act itself.
 */
export function decide(
  camera: LockedCamera,
  act: BulkAct,
  by: { side: Side; targets: ReadonlyMap<TenantId, BindTarget | null> },
): Verdict {
  switch (act.verb) {
    case 'bind':
      return unlessSo(camera.customerId === act.customerId && camera.planId === act.planId);
    case 'unbind':
      return unlessSo(camera.customerId === null);
    case 'setPlan':
      if (camera.customerId === null) return skip('not_bound');
      if (camera.planId === act.planId) return unchanged;
      return by.targets.get(camera.customerId) ? change : skip('plan_not_offered');
    case 'enable':
      if (camera.enabled) return unchanged;
      // What the integrator switched off only the integrator switches on (R23).
      return by.side === 'customer' && camera.switchedOffBy === 'integrator'
        ? skip('switched_off_by_integrator')
        : change;
    case 'disable':
      return unlessSo(!camera.enabled);
    case 'tag': {
      const after = tagsAfter(camera.tags, act);
      if (isSameTags(after, camera.tags)) return unchanged;
      return after.length > mostTags ? skip('too_many_tags') : change;
    }
    default: {
      const never: never = act;
      return never;
    }
  }
}
