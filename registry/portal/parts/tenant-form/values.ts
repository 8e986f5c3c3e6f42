import type { Address, Billing, RecordingDefaults, Tenant } from '../../api/schema.js';

/** A tenant's details as form fields: text is never null, and what is empty is nothing. */
export interface TenantValues {
  name: string;
  email: string;
  companyName: string;
  phone: string;
  timeZone: string;
  externalRef: string;
  address: AddressValues;
  portalAccess: boolean;
  linkSharing: boolean;
  newUsers: { confirmEmail: boolean; changePassword: boolean };
  recordingDefaults: NonNullable<RecordingDefaults>;
  billing: {
    enabled: boolean;
    /** On: invoices follow the company's address (R7). */
    sameAddress: boolean;
    address: AddressValues;
    taxRate: string;
    taxesIncluded: boolean;
    automaticInvoices: boolean;
    currency: string;
  };
}

export interface AddressValues {
  line1: string;
  line2: string;
  postalCode: string;
  city: string;
  region: string;
  country: string;
}

const noAddress: AddressValues = { line1: '', line2: '', postalCode: '', city: '', region: '', country: '' };

export const addressValues = (address: Partial<NonNullable<Address>> | null | undefined): AddressValues => ({
  line1: address?.line1 ?? '',
  line2: address?.line2 ?? '',
  postalCode: address?.postalCode ?? '',
  city: address?.city ?? '',
  region: address?.region ?? '',
  country: address?.country ?? '',
});

/** What a new customer begins with: everything but billing, which is off (R7, R8). */
export const newTenantValues: TenantValues = {
  name: '',
  email: '',
  companyName: '',
  phone: '',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  externalRef: '',
  address: noAddress,
  portalAccess: true,
  linkSharing: true,
  newUsers: { confirmEmail: false, changePassword: false },
  recordingDefaults: { mode: 'continuous', retentionDays: 30, stream: 'main' },
  billing: {
    enabled: false,
    sameAddress: true,
    address: noAddress,
    taxRate: '0',
    taxesIncluded: false,
    automaticInvoices: false,
    currency: 'EUR',
  },
};

/** A tenant as it is. */
export function valuesOf(tenant: Tenant): TenantValues {
  const { billing } = tenant;
  return {
    name: tenant.name,
    email: tenant.email ?? '',
    companyName: tenant.companyName ?? '',
    phone: tenant.phone ?? '',
    timeZone: tenant.timeZone ?? '',
    externalRef: tenant.externalRef ?? '',
    address: addressValues(tenant.address),
    portalAccess: tenant.portalAccess,
    linkSharing: tenant.linkSharing,
    newUsers: tenant.newUsers,
    recordingDefaults: tenant.recordingDefaults ?? newTenantValues.recordingDefaults,
    billing:
      billing === null
        ? newTenantValues.billing
        : {
            ...billing,
            sameAddress: (billing.address ?? null) === null,
            address: addressValues(billing.address),
          },
  };
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

const addressOf = (values: AddressValues): Address | null =>
  Object.values(values).every((text) => text.trim() === '')
    ? null
    : {
        line1: values.line1.trim(),
        line2: orNull(values.line2),
        postalCode: orNull(values.postalCode),
        city: values.city.trim(),
        region: orNull(values.region),
        country: values.country,
      };

export interface TenantDetails {
  name: string;
  email: string;
  companyName: string | null;
  phone: string | null;
  timeZone: string | null;
  externalRef: string | null;
  address: Address | null;
  portalAccess: boolean;
  linkSharing: boolean;
  newUsers: { confirmEmail: boolean; changePassword: boolean };
  recordingDefaults: RecordingDefaults;
  billing: Billing;
}

/** What the API is sent. */
export function detailsOf(values: TenantValues): TenantDetails {
  const { sameAddress, address, ...billing } = values.billing;
  return {
    name: values.name.trim(),
    email: values.email.trim(),
    companyName: orNull(values.companyName),
    phone: orNull(values.phone),
    timeZone: orNull(values.timeZone),
    externalRef: orNull(values.externalRef),
    address: addressOf(values.address),
    portalAccess: values.portalAccess,
    linkSharing: values.linkSharing,
    newUsers: values.newUsers,
    recordingDefaults: values.recordingDefaults,
    billing: { ...billing, address: sameAddress ? null : addressOf(address) },
  };
}

/** The details that differ: only those are sent, so that nobody's change elsewhere is overwritten. */
export function changedDetails(before: TenantValues, after: TenantValues): Partial<TenantDetails> {
  const [was, is] = [detailsOf(before), detailsOf(after)];
  return Object.fromEntries(
    Object.entries(is).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(was[key as keyof TenantDetails]),
    ),
  );
}
