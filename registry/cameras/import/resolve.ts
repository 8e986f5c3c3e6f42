import type { CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../../db/database.js';
import { and, eq, inArray, or, sql } from '../../db/drizzle.js';
import { cameraKeys, cameras } from '../../db/schema/cameras.js';
import { plans } from '../../db/schema/plans.js';
import { tenants } from '../../db/schema/tenants.js';
import { loadPaths } from '../../tenancy/path.js';
import { pathInScope, scopeHolds } from '../../tenancy/scope.js';
import { isWithin } from '../../tenancy/tree.js';
import { texts } from '../arrays.js';
import type { LockedCamera } from '../bind.js';
import { readForChange } from '../bind.js';
import { seenAmong, type BulkActor } from '../bulk/carry-out.js';
import { inSight } from '../sight.js';
import { isSameTags } from '../tag.js';
import type { ImportRow, LineFault } from './rows.js';

/** What a line comes to; null: as it is. */
export interface ImportStep extends Record<string, unknown> {
  line: number;
  /** Null: a camera that is to come, by `expect`. */
  cameraId: CameraId | null;
  expect: { kind: 'mac' | 'serial'; value: string; integratorId: TenantId } | null;
  name: string | null;
  customerId: TenantId | null;
  planId: PlanId | null;
  tags: string[] | null;
}

export interface Resolved {
  steps: ImportStep[];
  faults: LineFault[];
  /** In numbers; one camera may count several times. */
  changes: { bind: number; rename: number; tag: number; expect: number; unchanged: number };
}

type Customer = { id: TenantId; name: string; path: string; integratorId: TenantId; mayExpect: boolean };
type Fault = Omit<LineFault, 'line'>;

/** Finds what the lines of a list mean, for somebody's scope: cameras, customers by id or name, offered plans. */
export async function resolveRows(
  db: Queryable,
  by: Omit<BulkActor, 'actor'>,
  rows: readonly ImportRow[],
): Promise<Resolved> {
  const found = await findCameras(db, by, rows);
  const customersNamed = await findCustomers(
    db,
    by,
    rows,
    [...found.byId.values()].flatMap(({ customerId }) => customerId ?? []),
  );
  const plansNamed = await findPlans(db, rows);
  const resolved: Resolved = {
    steps: [],
    faults: [],
    changes: { bind: 0, rename: 0, tag: 0, expect: 0, unchanged: 0 },
  };
  const { changes } = resolved;
  const taken = new Map<CameraId, number>();
  for (const row of rows) {
    const result = resolveRow(row, found, customersNamed, plansNamed);
    if ('fault' in result) {
      resolved.faults.push({ line: row.line, ...result.fault });
      continue;
    }
    const { step, camera } = result;
    const before = camera === null ? undefined : taken.get(camera.id);
    if (before !== undefined) {
      const detail = `is the camera of line ${before}`;
      resolved.faults.push({ line: row.line, column: row.key.kind, code: 'duplicate', detail });
      continue;
    }
    if (camera !== null) taken.set(camera.id, row.line);
    resolved.steps.push(step);
    if (camera === null) {
      changes.expect += 1;
      continue;
    }
    const binds =
      step.customerId !== null && (step.customerId !== camera.customerId || step.planId !== camera.planId);
    const renames = step.name !== null && step.name !== camera.name;
    const tags = step.tags !== null && !isSameTags(step.tags, camera.tags);
    changes.bind += Number(binds);
    changes.rename += Number(renames);
    changes.tag += Number(tags);
    changes.unchanged += Number(!binds && !renames && !tags);
  }
  return resolved;
}

function resolveRow(
  row: ImportRow,
  found: FoundCameras,
  customersNamed: CustomersNamed,
  plansNamed: PlansNamed,
): { step: ImportStep; camera: LockedCamera | null } | { fault: Fault } {
  const fault = (column: Fault['column'], code: string, detail: string) => ({
    fault: { column, code, detail },
  });
  const { key } = row;
  const ids = found.idsOf(key);
  if (ids.length > 1) {
    return fault(key.kind, 'ambiguous', 'several cameras have it; name this one by its id');
  }
  const [id] = ids;
  const camera = id === undefined ? null : (found.byId.get(id) ?? null);
  if (id !== undefined && camera === null) {
    return fault(key.kind, 'forbidden', 'your roles do not let you configure it');
  }
  if (camera === null && key.kind === 'id') return fault('id', 'not_found', 'there is no such camera');

  const customers = row.customer === null ? [] : customersNamed.of(row.customer);
  if (row.customer !== null && customers.length === 0) {
    return fault('customer', 'not_found', `there is no customer ${row.customer}`);
  }
  if (customers.length > 1) {
    return fault('customer', 'ambiguous', 'several customers bear this name; give the id');
  }
  const customer = customers[0] ?? customersNamed.byId(camera?.customerId ?? null);
  if (camera === null && customer === null) {
    return fault('customer', 'required', 'a camera that is to come needs a customer');
  }
  if (row.plan !== null && customer === null) {
    return fault('plan', 'not_bound', 'the camera waits in the inbox: give a customer as well');
  }
  const plan = row.plan === null || customer === null ? null : plansNamed.of(row.plan, customer.path);
  if (row.plan !== null && customer !== null && plan === null) {
    return fault('plan', 'plan_not_offered', `there is no plan ${row.plan} for ${customer.name}`);
  }
  const planId = plan ?? (camera?.customerId === customer?.id ? (camera?.planId ?? null) : null);
  if (customer !== null && planId === null) {
    return fault('plan', 'required', 'a plan is needed with a new customer');
  }
  if (camera === null && customer !== null && !customer.mayExpect) {
    return fault('customer', 'forbidden', 'only its integrator, or somebody above, expects cameras for it');
  }
  const { name, tags, line } = row;
  const expect =
    camera === null && key.kind !== 'id' && customer !== null
      ? { kind: key.kind, value: key.value, integratorId: customer.integratorId }
      : null;
  const customerId = customer?.id ?? null;
  return { camera, step: { line, cameraId: camera?.id ?? null, expect, name, customerId, planId, tags } };
}

interface FoundCameras {
  /** Only those that the person may configure. */
  byId: ReadonlyMap<CameraId, LockedCamera>;
  /** Those that the person sees. */
  idsOf(key: ImportRow['key']): readonly CameraId[];
}

async function findCameras(
  db: Queryable,
  by: Omit<BulkActor, 'actor'>,
  rows: readonly ImportRow[],
): Promise<FoundCameras> {
  const valuesOf = (kind: ImportRow['key']['kind']): string[] =>
    rows.flatMap(({ key }) => (key.kind === kind ? [key.value] : []));
  const seen = inSight(by.view);
  const [macs, serials, ids] = [valuesOf('mac'), valuesOf('serial'), valuesOf('id') as CameraId[]];
  const byMac =
    macs.length === 0
      ? []
      : await db
          .select({ value: cameraKeys.value, id: cameras.id })
          .from(cameraKeys)
          .innerJoin(cameras, eq(cameras.id, cameraKeys.cameraId))
          .where(and(eq(cameraKeys.kind, 'mac'), sql`${cameraKeys.value} = any(${texts(macs)})`, seen));
  const bySerial =
    serials.length === 0
      ? []
      : await db
          .select({ value: sql<string>`lower(${cameras.serial})`, id: cameras.id })
          .from(cameras)
          .where(and(sql`lower(${cameras.serial}) = any(${texts(serials)})`, seen));
  const visible = await seenAmong(db, by, ids);
  const known = new Map<string, CameraId[]>();
  const put = (kind: string, value: string, id: CameraId) => {
    const key = `${kind}\0${value}`;
    known.set(key, [...(known.get(key) ?? []), id]);
  };
  for (const { value, id } of byMac) put('mac', value, id);
  for (const { value, id } of bySerial) put('serial', value, id);
  for (const id of visible) put('id', id, id);
  const changeable = await readForChange(db, by.configure, [...new Set([...known.values()].flat())]);
  return {
    byId: new Map(changeable.map((row) => [row.id, row])),
    idsOf: ({ kind, value }) => known.get(`${kind}\0${value}`) ?? [],
  };
}

interface CustomersNamed {
  of(text: string): readonly Customer[];
  byId(id: TenantId | null): Customer | null;
}

async function findCustomers(
  db: Queryable,
  { scope }: Pick<BulkActor, 'scope'>,
  rows: readonly ImportRow[],
  present: readonly TenantId[],
): Promise<CustomersNamed> {
  const named = [...new Set(rows.flatMap(({ customer }) => customer?.toLowerCase() ?? []))];
  const ids = [...new Set([...rows.flatMap(({ customer }) => customer ?? []), ...present])];
  const found = await db
    .select({ id: tenants.id, name: tenants.name, path: tenants.path })
    .from(tenants)
    .where(
      and(
        eq(tenants.kind, 'customer'),
        pathInScope(scope),
        or(sql`${tenants.id} = any(${texts(ids)})`, sql`lower(${tenants.name}) = any(${texts(named)})`),
      ),
    );
  const paths = await loadPaths(
    db,
    found.map(({ path }) => path),
  );
  const customers = found.flatMap((one): Customer[] => {
    const integrator = paths.get(one.path)?.findLast(({ kind }) => kind === 'integrator');
    return integrator === undefined
      ? []
      : [{ ...one, integratorId: integrator.id, mayExpect: scopeHolds(scope, integrator.path) }];
  });
  const byId = new Map<string, Customer>(customers.map((one) => [one.id, one]));
  const byName = new Map<string, Customer[]>();
  for (const one of customers) {
    const key = one.name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), one]);
  }
  return {
    of: (text) => {
      const exact = byId.get(text);
      return exact ? [exact] : (byName.get(text.toLowerCase()) ?? []);
    },
    byId: (id) => (id === null ? null : (byId.get(id) ?? null)),
  };
}

interface PlansNamed {
  /** The plan as it is offered to the tenant with this path: the one offered closest to it. */
  of(text: string, path: string): PlanId | null;
}

async function findPlans(db: Queryable, rows: readonly ImportRow[]): Promise<PlansNamed> {
  const named = [...new Set(rows.flatMap(({ plan }) => plan ?? []))];
  if (named.length === 0) return { of: () => null };
  const found = await db
    .select({ id: plans.id, name: plans.name, path: tenants.path })
    .from(plans)
    .innerJoin(tenants, eq(tenants.id, plans.tenantId))
    .where(
      or(
        inArray(plans.id, named as PlanId[]),
        sql`lower(${plans.name}) = any(${texts(named.map((name) => name.toLowerCase()))})`,
      ),
    );
  return {
    of: (text, path) =>
      found
        .filter(({ id, name }) => id === text || name.toLowerCase() === text.toLowerCase())
        .filter((plan) => isWithin(path, plan.path))
        .toSorted((a, b) => b.path.length - a.path.length)[0]?.id ?? null,
  };
}
