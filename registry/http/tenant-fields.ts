import { streamRoles } from '@gantry/protocol/camera.js';
import { recordingModes } from '@gantry/protocol/state.js';
import { z } from '@hono/zod-openapi';
import { email, ifPresent, isTimeZone, text } from './texts.js';

/** What may be written down about a tenant, as it comes in (R5–R8). One message per field. */

export const recordingDefaults = z
  .strictObject({
    mode: z.enum(recordingModes),
    retentionDays: z.int().min(1).max(3_650),
    stream: z.enum(streamRoles),
  })
  .openapi('RecordingDefaults');

const countries = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const isCountry = (code: string): boolean =>
  /^[A-Z]{2}$/.test(code) && code !== 'ZZ' && countries.of(code) !== undefined;

export const address = z
  .strictObject({
    line1: text(200),
    line2: text(200).nullable().default(null),
    postalCode: text(20).nullable().default(null),
    city: text(100),
    region: text(100).nullable().default(null),
    country: z.string().refine(isCountry, 'must be an ISO 3166 code of two capitals such as DE'),
  })
  .openapi('Address');

const currencies = new Set(Intl.supportedValuesOf('currency'));
/** 0 to 100 per cent with at most four decimals, as text: a binary fraction is not exact. */
const taxRate = z
  .string({ error: ifPresent('must be text such as "7.7", so that it stays exact') })
  .regex(
    /^(?:100(?:\.0{1,4})?|(?:0|[1-9]\d?)(?:\.\d{1,4})?)$/,
    'must be a per cent from 0 to 100 such as "7.7"',
  );

export const billing = z
  .strictObject({
    /** Off: the tenant is not billed. */
    enabled: z.boolean(),
    /** Null: the company's address, as it is at the time. */
    address: address.nullable().default(null),
    taxRate,
    taxesIncluded: z.boolean(),
    automaticInvoices: z.boolean(),
    currency: z.string().refine((code) => currencies.has(code), 'must be an ISO 4217 code such as EUR'),
  })
  .openapi('Billing');

export const newUsers = z
  .strictObject({ confirmEmail: z.boolean(), changePassword: z.boolean() })
  .openapi('NewUserDefaults');

const name = text(200);
const optional = {
  companyName: text(200).nullable().optional(),
  phone: text(50)
    .regex(/^(?:[+\d(][\d ()./,x#*-]*)?$/, 'must be a phone number such as +49 30 1234')
    .nullable()
    .optional(),
  timeZone: text(64).refine(isTimeZone, 'must be an IANA name such as Europe/Berlin').nullable().optional(),
  externalRef: text(200).nullable().optional(),
  address: address.nullable().optional(),
  billing: billing.nullable().optional(),
  /** Users of this customer may enter the admin portal; set from above only. */
  portalAccess: z.boolean().optional(),
  /** Users of this customer may share links. */
  linkSharing: z.boolean().optional(),
  /** What new users of this customer must do first. */
  newUsers: newUsers.optional(),
  recordingDefaults: recordingDefaults.nullable().optional(),
};

/** Of a new tenant: required first. */
export const newDetails = { name, email, ...optional };

/** Of a change: absent fields stay as they are. */
export const changedDetails = { name: name.optional(), email: email.optional(), ...optional };
