import { z } from '@hono/zod-openapi';
import { tenantKinds, tenantStatuses } from '../db/schema/tenants.js';
import { billingAddressOf } from '../tenancy/details.js';
import { statusLine } from '../tenancy/status-line.js';
import type { ShownTenant } from '../tenancy/tenants.js';
import { time } from './api.js';
import { address, billing, newUsers, recordingDefaults } from './tenant-fields.js';

/** A tenant as the API shows it. */
export const tenant = z
  .object({
    id: z.string(),
    kind: z.enum(tenantKinds),
    /** Null for the topmost tenant you can see. */
    parentId: z.string().nullable(),
    name: z.string(),
    email: z.string().nullable(),
    companyName: z.string().nullable(),
    phone: z.string().nullable(),
    timeZone: z.string().nullable(),
    externalRef: z.string().nullable(),
    address: address.nullable(),
    billing: billing.nullable(),
    /** Where invoices go: the billing's own address, else the company's. */
    billingAddress: address.nullable(),
    portalAccess: z.boolean(),
    linkSharing: z.boolean(),
    newUsers,
    recordingDefaults: recordingDefaults.nullable(),
    /** Own status. */
    status: z.enum(tenantStatuses),
    /** What follows from the tenant and all above it; `because` names who decides when it is not active. */
    effective: z.object({
      active: z.boolean(),
      because: z
        .object({
          id: z.string(),
          kind: z.enum(tenantKinds),
          name: z.string(),
          status: z.enum(tenantStatuses),
        })
        .nullable(),
    }),
    /** The status in one line, with its reason. */
    statusLine: z.string(),
    disabledAt: time.nullable(),
    disabledReason: z.string().nullable(),
    /** Of the whole subtree. */
    cameras: z.object({ total: z.int(), recording: z.int() }),
    version: z.int(),
    createdAt: time,
  })
  .openapi('Tenant');

export const tenantToJson = ({ row, parentId, effective, cameras }: ShownTenant): z.infer<typeof tenant> => ({
  id: row.id,
  kind: row.kind,
  parentId,
  name: row.name,
  email: row.email,
  companyName: row.companyName,
  phone: row.phone,
  timeZone: row.timeZone,
  externalRef: row.externalRef,
  address: row.address,
  billing: row.billing,
  billingAddress: billingAddressOf(row),
  portalAccess: row.portalAccess,
  linkSharing: row.linkSharing,
  newUsers: row.newUsers,
  recordingDefaults: row.recordingDefaults,
  status: row.status,
  effective: effective.active ? { active: true, because: null } : effective,
  statusLine: statusLine(row.id, effective, row.disabledReason),
  disabledAt: row.disabledAt?.toISOString() ?? null,
  disabledReason: row.disabledReason,
  cameras,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
});
