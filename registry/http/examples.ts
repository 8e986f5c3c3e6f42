import { idPrefixes } from '@gantry/protocol/ids.js';

/** As much of JSON Schema 2020-12 as the document uses. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  minItems?: number;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

type Components = Readonly<Record<string, JsonSchema>>;

const ulid = '01JD8YAB2C3D4E5F6G7H8J9KMN';
const hex = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const instant = '2026-11-22T10:42:07.000Z';

/** What a field of this name may say; the first one its schema allows is taken. */
const words: Readonly<Record<string, readonly unknown[]>> = {
  'user.name': ['Ana'],
  'camera.name': ['Dock door'],
  'role.name': ['Watchers'],
  'plan.name': ['Standard'],
  name: ['Bakery'],
  text: ['bakery'],
  email: ['ana@north.example'],
  recipient: ['ana@north.example'],
  password: ['a long pass phrase'],
  current: ['a long pass phrase', '0f4c'],
  next: [null, 'another pass phrase'],
  phone: ['+49 30 1234567'],
  country: ['DE'],
  currency: ['EUR'],
  timeZone: ['Europe/Berlin'],
  line1: ['Mill Lane 1'],
  city: ['Berlin'],
  postalCode: ['10115'],
  reason: ['contract ended'],
  to: ['2026-11-23T10:42:07.000Z'],
  expiresAt: ['2026-11-29T10:42:07.000Z'],
  requestId: ['c3RvcmVkLWlk'],
  ip: ['203.0.113.9'],
  userAgent: ['Mozilla/5.0'],
  hostname: ['warehouse-01'],
  manufacturer: ['Axis'],
  model: ['P3245'],
  serial: ['ACCC8E000001'],
  confirm: ['Delete'],
  code: ['123456', 'BCDF-GHJK'],
  userCode: ['BCDF-GHJK'],
  words: ['copper lake seven'],
  recoveryCode: ['h7kq-2mzn-8wxc-4bdp'],
  recoveryCodes: ['h7kq-2mzn-8wxc-4bdp'],
  url: ['https://cams.example.com'],
  link: ['https://cams.example.com/activate/0f4c'],
  uri: ['otpauth://totp/Gantry:ana@north.example'],
  operation: ['tenant.disabled'],
  sentence: ['Ana switched Bakery off'],
  q: ['Mill Lane 1, Berlin'],
  file: ['index.m3u8'],
  taxRate: ['19'],
};

/** Tried when no word fits: the shapes strings have. */
const shapes: readonly string[] = [
  'text',
  'a long text',
  ...Object.values(idPrefixes).map((prefix) => `${prefix}_${ulid}`),
  '123456',
  instant,
  '2026-11-22',
  'ana@north.example',
  'https://cams.example.com',
  hex,
  hex.slice(0, 43),
  '192.168.1.20',
  'b8:a4:4f:00:11:22',
  '#0b7285',
  '1',
];

/** Fields that hold an id of another kind than they are called. */
const kindsOfIds: Readonly<Record<string, keyof typeof idPrefixes>> = {
  customer: 'tenant',
  integrator: 'tenant',
  parent: 'tenant',
  grantedTo: 'tenant',
  by: 'user',
  actor: 'user',
  target: 'camera',
  grant: 'supportGrant',
};

/**
 * An example of what a schema describes: its own where it has one, else made from names, formats and limits.
 * `owner` is what an `id` inside belongs to. `sparse`: of objects only what is required, or one field (requests).
 */
export function exampleOf(
  schema: JsonSchema,
  components: Components,
  about: { name: string; owner: string; sparse: boolean },
): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.default ?? schema.enum[0];
  if (schema.$ref !== undefined) {
    const owner = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return exampleOf(components[owner] ?? {}, components, { ...about, owner });
  }
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, components, about)));
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    return exampleOf(choices.find((choice) => choice.type !== 'null') ?? {}, components, about);
  }
  switch (typeOf(schema)) {
    case 'object':
      return objectOf(schema, components, about);
    case 'array':
      return itemsOf(schema).map((item) => exampleOf(item, components, about));
    case 'boolean':
      return schema.default ?? true;
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'string':
      return stringOf(schema, about);
    default:
      return null;
  }
}

const itemsOf = ({ prefixItems, items = {}, minItems = 1 }: JsonSchema): JsonSchema[] =>
  prefixItems ?? Array.from({ length: Math.max(minItems, 1) }, () => items);

const typeOf = ({ type, properties }: JsonSchema): string =>
  [type ?? []].flat().find((one) => one !== 'null') ?? (properties ? 'object' : 'anything');

function objectOf(
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  components: Components,
  about: { name: string; owner: string; sparse: boolean },
): Record<string, unknown> {
  const all = Object.keys(properties);
  const some = required.length > 0 ? required : all.slice(0, 1);
  const shown = Object.entries(properties).filter(([name]) => !about.sparse || some.includes(name));
  const fields = shown.map(([name, field]) => {
    const isNamed = name !== 'id' && field.properties !== undefined;
    const owner = isNamed ? name : about.owner;
    return [name, exampleOf(field, components, { ...about, name, owner })] as const;
  });
  if (fields.length === 0 && typeof additionalProperties === 'object') {
    fields.push(['name', exampleOf(additionalProperties, components, about)]);
  }
  return Object.fromEntries(fields);
}

function numberOf({ default: usual, minimum, exclusiveMinimum, maximum }: JsonSchema): unknown {
  if (usual !== undefined) return usual;
  const least = minimum ?? (exclusiveMinimum === undefined ? 1 : exclusiveMinimum + 1);
  return Math.min(Math.max(least, 1), maximum ?? Infinity);
}

function stringOf(schema: JsonSchema, about: { name: string; owner: string }): unknown {
  const formats: Readonly<Record<string, string>> = {
    'date-time': instant,
    date: '2026-11-22',
    email: 'ana@north.example',
    uri: 'https://cams.example.com',
  };
  const byFormat = schema.format === undefined ? undefined : formats[schema.format];
  const named = [...(words[`${lowered(about.owner)}.${about.name}`] ?? []), ...(words[about.name] ?? [])];
  const candidates = [...named, idFor(about), byFormat, schema.default, ...shapes];
  return candidates.find((one) => (one === null ? schema.type?.includes('null') : fits(schema, one)));
}

/** `tenantId` and the `id` of a Tenant are ids of tenants; undefined for a name that is none of an id. */
function idFor({ name, owner }: { name: string; owner: string }): string | undefined {
  const stem = /^id$/i.test(name) ? owner : name.replace(/Ids?$/, '');
  const key = lowered(stem);
  const kind = kindsOfIds[key] ?? (Object.hasOwn(idPrefixes, key) ? (key as keyof typeof idPrefixes) : null);
  return kind === null ? undefined : `${idPrefixes[kind]}_${ulid}`;
}

const lowered = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);

function fits({ format, pattern, minLength = 0, maxLength = Infinity }: JsonSchema, text: unknown): boolean {
  if (typeof text !== 'string' || text.length < minLength || text.length > maxLength) return false;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(text)) return false;
  if (format === 'date-time') return /^\d{4}-\d{2}-\d{2}T/.test(text);
  if (format === 'uri') return URL.canParse(text);
  return format !== 'email' || text.includes('@');
}
