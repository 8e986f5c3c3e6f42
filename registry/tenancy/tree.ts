import type { TenantId } from '@gantry/protocol/ids.js';
import type { TenantKind, TenantStatus } from '../db/schema/tenants.js';

/** A tenant as far as statuses go. */
export interface TenantStanding {
  id: TenantId;
  kind: TenantKind;
  name: string;
  status: TenantStatus;
}

/** Derived, never stored (R13). `because`: the highest tenant on the path that is not active itself. */
export type EffectiveStatus = { active: true } | { active: false; because: TenantStanding };

/** `1.17.230.` → `['1', '17', '230']`, root first. */
export const labelsOf = (path: string): string[] => path.split('.').slice(0, -1);

/** Whether a path is the prefix's own or lies below it. Each label ends in a dot: `1.2.` does not hold `1.20.`. */
export const isWithin = (path: string, prefix: string): boolean => prefix !== '' && path.startsWith(prefix);

/** `standings`: the tenant and all above it, root first. */
export function effectiveStatus(standings: readonly TenantStanding[]): EffectiveStatus {
  const because = standings.find((standing) => standing.status !== 'active');
  return because === undefined
    ? { active: true }
    : {
        active: false,
        because: { id: because.id, kind: because.kind, name: because.name, status: because.status },
      };
}

/** R1: an integrator hangs below the platform or an integrator, a customer below an integrator or a customer. */
export function mayHold(parent: TenantKind, child: TenantKind): boolean {
  switch (child) {
    case 'platform':
      return false;
    case 'integrator':
      return parent === 'platform' || parent === 'integrator';
    case 'customer':
      return parent === 'integrator' || parent === 'customer';
    default: {
      const never: never = child;
      return never;
    }
  }
}

/** Path of a tenant of the subtree `moved` once that hangs below `parent`; all three are paths. */
export const movedPath = (path: string, moved: string, parent: string): string =>
  `${parent}${labelsOf(moved).at(-1) ?? ''}.${path.slice(moved.length)}`;
