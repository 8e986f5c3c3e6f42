import type { Address, Billing, NewUserDefaults, RecordingDefaults } from '../db/schema/tenants.js';
import type { TenantKind } from '../db/schema/tenants.js';
import type { FieldFault } from '../errors.js';

/** What people write down about a tenant (R5–R8). */
export interface TenantDetails {
  name: string;
  email: string | null;
  companyName: string | null;
  phone: string | null;
  timeZone: string | null;
  externalRef: string | null;
  address: Address | null;
  billing: Billing | null;
  portalAccess: boolean;
  linkSharing: boolean;
  newUsers: NewUserDefaults;
  recordingDefaults: RecordingDefaults | null;
}

/** Defaults that only a customer has (R8). */
const ofCustomers = ['portalAccess', 'linkSharing', 'newUsers', 'recordingDefaults'] as const;

/** Which of the details do not fit the kind of tenant; empty when all do. Pointers are those of the API. */
export function detailFaults(kind: TenantKind, details: Partial<TenantDetails>): FieldFault[] {
  const foreign = kind === 'customer' ? [] : ofCustomers;
  const faults = foreign
    .filter((key) => (details[key] ?? null) !== null)
    .map((key) => ({ pointer: `/${key}`, code: 'wrong_kind', detail: 'only customers have this default' }));
  if (details.email === null && kind !== 'platform') {
    faults.push({ pointer: '/email', code: 'required', detail: 'is required' });
  }
  return faults;
}

/** Where invoices go: the billing's own address, else the company's as it is now (R7: by reference). */
export const billingAddressOf = (tenant: Pick<TenantDetails, 'address' | 'billing'>): Address | null =>
  tenant.billing === null ? null : (tenant.billing.address ?? tenant.address);
