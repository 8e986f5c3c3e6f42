import type { TenantId } from '@gantry/protocol/ids.js';
import { modules, type Module } from '@gantry/registry/db/schema/modules.js';
import { modulesOffAtFirst, type ModuleStanding } from '@gantry/registry/tenancy/module-rules.js';
import { isWithin, mayHold, movedPath, type TenantStanding } from '@gantry/registry/tenancy/tree.js';
import fc from 'fast-check';

export interface ModelTenant extends TenantStanding, ModuleStanding {
  seq: number;
  path: string;
  parent: number | null;
  /** Own switches of cameras of a customer, each on or off. */
  cameras: boolean[];
  off: Set<Module>;
}

/** What a person does; numbers pick tenants, wrapped to those there are. */
export type Act =
  | { kind: 'create'; parent: number; customer: boolean; cameras: number }
  | { kind: 'move'; tenant: number; parent: number }
  | { kind: 'disable' | 'enable'; tenant: number }
  | { kind: 'camera'; tenant: number; camera: number; on: boolean }
  | { kind: 'module'; tenant: number; module: Module; off: boolean };

const pick = fc.nat({ max: 40 });
export const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      parent: pick,
      customer: fc.boolean(),
      cameras: fc.nat({ max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), tenant: pick, parent: pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('disable' as const), tenant: pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('enable' as const), tenant: pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('camera' as const),
      tenant: pick,
      camera: pick,
      on: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('module' as const),
      tenant: pick,
      module: fc.constantFrom(...modules.slice(0, 4)),
      off: fc.boolean(),
    }),
  },
);

/** What an act did, as the API would answer. */
export type Outcome = 'done' | 'unchanged' | 'refused';

/** The tree as a list, kept by the very functions of the product; what the database does must agree. */
export class TreeModel {
  readonly tenants: ModelTenant[] = [];

  constructor() {
    this.add('platform', null);
  }

  add(kind: ModelTenant['kind'], parent: number | null, cameras = 0): ModelTenant {
    const seq = this.tenants.length;
    const tenant: ModelTenant = {
      id: `ten_${seq}` as TenantId,
      kind,
      name: `T${seq}`,
      status: 'active',
      seq,
      parent,
      path: `${parent === null ? '' : this.at(parent).path}${seq}.`,
      cameras: kind === 'customer' ? Array.from({ length: cameras }, () => true) : [],
      off: new Set(modulesOffAtFirst(kind)),
    };
    this.tenants.push(tenant);
    return tenant;
  }

  at(n: number): ModelTenant {
    return this.tenants[n % this.tenants.length] as ModelTenant;
  }

  /** The tenant and all above it, root first, found by its path. */
  pathOf(tenant: ModelTenant): ModelTenant[] {
    return this.tenants
      .filter((above) => isWithin(tenant.path, above.path))
      .toSorted((a, b) => a.path.length - b.path.length);
  }

  /** The same by walking parents: what the paths must agree with. */
  ancestry(tenant: ModelTenant): ModelTenant[] {
    return tenant.parent === null
      ? [tenant]
      : [...this.ancestry(this.tenants[tenant.parent] as ModelTenant), tenant];
  }

  do(act: Act): Outcome {
    switch (act.kind) {
      case 'create': {
        const parent = this.at(act.parent);
        const kind = act.customer ? 'customer' : 'integrator';
        if (!mayHold(parent.kind, kind)) return 'refused';
        this.add(kind, parent.seq, act.cameras);
        return 'done';
      }
      case 'move':
        return this.move(this.at(act.tenant), this.at(act.parent));
      case 'disable':
      case 'enable':
        return this.switch(this.at(act.tenant), act.kind === 'enable' ? 'active' : 'disabled');
      case 'camera': {
        const { cameras } = this.at(act.tenant);
        if (cameras.length === 0) return 'refused';
        cameras[act.camera % cameras.length] = act.on;
        return 'done';
      }
      case 'module': {
        const { off, kind } = this.at(act.tenant);
        if (kind === 'platform') return 'refused';
        if (off.has(act.module) === act.off) return 'unchanged';
        if (act.off) off.add(act.module);
        else off.delete(act.module);
        return 'done';
      }
      default: {
        const never: never = act;
        return never;
      }
    }
  }

  private move(tenant: ModelTenant, parent: ModelTenant): Outcome {
    if (tenant.parent === null) return 'refused';
    if (tenant.parent === parent.seq) return 'unchanged';
    if (isWithin(parent.path, tenant.path) || !mayHold(parent.kind, tenant.kind)) return 'refused';
    const from = tenant.path;
    const to = parent.path;
    for (const below of this.tenants.filter(({ path }) => isWithin(path, from))) {
      below.path = movedPath(below.path, from, to);
    }
    tenant.parent = parent.seq;
    return 'done';
  }

  private switch(tenant: ModelTenant, status: 'active' | 'disabled'): Outcome {
    if (tenant.kind === 'platform') return 'refused';
    if (tenant.status === status) return 'unchanged';
    tenant.status = status;
    // R16: on the transition, every one of the customer's own cameras.
    if (status === 'active') tenant.cameras.fill(true);
    return 'done';
  }
}
