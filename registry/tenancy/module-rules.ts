import type { TenantId } from '@gantry/protocol/ids.js';
import { modules, type Module } from '../db/schema/modules.js';
import type { TenantKind } from '../db/schema/tenants.js';

/** A tenant as far as modules go. */
export interface ModuleStanding {
  id: TenantId;
  kind: TenantKind;
  name: string;
  /** Switched off at this very tenant. */
  off: ReadonlySet<Module>;
}

export type ModuleBecause = Pick<ModuleStanding, 'id' | 'kind' | 'name'>;

export interface ModuleState {
  module: Module;
  /** Not switched off at the tenant itself. */
  own: boolean;
  /** What all above it leave. */
  inherited: boolean;
  /** Own and inherited: AND over the path (R10). */
  effective: boolean;
  /** The highest tenant on the path that switched it off. */
  because: ModuleBecause | null;
}

/** `path`: the tenant and all above it, root first. */
export function moduleState(path: readonly ModuleStanding[], module: Module): ModuleState {
  const because = path.find((tenant) => tenant.off.has(module));
  const self = path.at(-1);
  return {
    module,
    own: self === undefined || !self.off.has(module),
    inherited: because === undefined || because === self,
    effective: because === undefined,
    because: because === undefined ? null : { id: because.id, kind: because.kind, name: because.name },
  };
}

export const moduleStates = (path: readonly ModuleStanding[]): ModuleState[] =>
  modules.map((module) => moduleState(path, module));

/** R11: a customer does not add P&P cameras by itself until an ancestor lets it; an integrator has everything. */
export const modulesOffAtFirst = (kind: TenantKind): readonly Module[] =>
  kind === 'customer' ? ['cameras.addPnp'] : [];

/** A customer's portal and link switches (R8) work like the module switched off at that customer. */
export const modulesOffByDefaults = (tenant: {
  portalAccess: boolean;
  linkSharing: boolean;
}): readonly Module[] => [
  ...(tenant.portalAccess ? [] : (['adminPortal'] as const)),
  ...(tenant.linkSharing ? [] : (['shareLinks'] as const)),
];
