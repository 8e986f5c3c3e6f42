/** What this page reads of the API's own description (OpenAPI 3.1): it draws what the registry serves, nothing else. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  description?: string;
  format?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

interface Content {
  schema?: Schema;
  example?: unknown;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface DescribedOperation {
  operationId: string;
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { description: string; content?: Record<string, Content> }>;
}

export interface ApiDocument {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, Schema> };
}

/** A name with what it holds: a parameter, or a field of a body. */
export interface Field {
  name: string;
  /** Such as `query`; of a body: null. */
  place: string | null;
  required: boolean;
  type: string;
  description: string;
}

/** One operation as it is shown. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  fields: Field[];
  body: { type: string; example: unknown } | null;
  answers: { status: string; description: string; example: unknown }[];
  /** Codes of the problems it answers. */
  problems: { status: string; codes: string[] }[];
}

const base = '/api/v1/';
const problemType = 'application/problem+json';

const resolved = (document: ApiDocument, schema: Schema): Schema =>
  schema.$ref === undefined ? schema : (document.components.schemas[nameOf(schema.$ref)] ?? {});

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

/** A type in one line: `string[]`, `"a" | "b"`, `Camera`. */
export function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(' | ');
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return several.map(typeOf).join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map(typeOf).join(' & ');
  if (schema.items !== undefined) return `${typeOf(schema.items)}[]`;
  const types = [schema.type ?? 'object'].flat();
  return types.map((type) => (type === 'string' && schema.format ? schema.format : type)).join(' | ');
}

function fieldsOf(document: ApiDocument, { parameters = [], requestBody }: DescribedOperation): Field[] {
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const { properties = {}, required = [] } = body === undefined ? {} : resolved(document, body);
  return [
    ...parameters.map((one): Field => ({
      name: one.name,
      place: one.in,
      required: one.required === true,
      type: typeOf(one.schema),
      description: one.description ?? one.schema?.description ?? '',
    })),
    ...Object.entries(properties).map(([name, schema]): Field => ({
      name,
      place: null,
      required: required.includes(name),
      type: typeOf(schema),
      description: schema.description ?? '',
    })),
  ];
}

function operationOf(
  document: ApiDocument,
  method: string,
  path: string,
  one: DescribedOperation,
): Operation {
  const [bodyType, body] = Object.entries(one.requestBody?.content ?? {})[0] ?? [];
  const answers = Object.entries(one.responses);
  return {
    id: one.operationId,
    method: method.toUpperCase(),
    path,
    summary: one.summary ?? '',
    description: one.description ?? '',
    fields: fieldsOf(document, one),
    body: bodyType === undefined ? null : { type: bodyType, example: body?.example },
    answers: answers
      .filter(([, { content }]) => content?.[problemType] === undefined)
      .map(([status, { description, content }]) => ({
        status,
        description,
        example: Object.values(content ?? {})[0]?.example,
      })),
    problems: answers
      .filter(([, { content }]) => content?.[problemType] !== undefined)
      .map(([status, { description }]) => ({ status, codes: description.split(', ') })),
  };
}

/** All operations by resource: the first word of their path. In the order of the alphabet. */
export function resourcesOf(document: ApiDocument): { name: string; operations: Operation[] }[] {
  const byName = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    if (!path.startsWith(base)) continue;
    const name = /^[^/:]+/.exec(path.slice(base.length))?.[0] ?? '';
    const operations = Object.entries(methods).map(([method, one]) =>
      operationOf(document, method, path, one),
    );
    byName.set(name, [...(byName.get(name) ?? []), ...operations]);
  }
  return [...byName]
    .map(([name, operations]) => ({ name, operations }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Whether an operation is about this: every word stands in its id, path or summary. */
export const fits = ({ id, path, summary }: Operation, text: string): boolean => {
  const where = `${id} ${path} ${summary}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word));
};

/** The operation as a command; what is to be filled in stands in capitals. */
export function curlOf(origin: string, { method, path, fields, body }: Operation): string {
  const query = fields
    .filter(({ place, required }) => place === 'query' && required)
    .map(({ name }) => `${name}=${name.toUpperCase()}`)
    .join('&');
  const address = origin + path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => name.toUpperCase());
  const headers = [
    'authorization: Bearer API_KEY',
    ...fields
      .filter(({ place, name }) => place === 'header' && name === 'if-match')
      .map(() => 'if-match: "VERSION"'),
    ...(method === 'POST' ? ['idempotency-key: ONE_PER_CHANGE'] : []),
    ...(body === null ? [] : [`content-type: ${body.type}`]),
  ];
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(query === '' ? address : `${address}?${query}`)}`,
    ...headers.map((header) => `-H ${quoted(header)}`),
    ...(body === null
      ? []
      : [body.example === undefined ? '--data-binary @FILE' : `-d ${quoted(textOf(body.example))}`]),
  ].join(' \\\n  ');
}

/** For a shell: an apostrophe ends the quotes, stands by itself, and begins them again. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** An example as it goes over the wire. */
export const textOf = (example: unknown): string =>
  typeof example === 'string' ? example : JSON.stringify(example, null, 2);

/** Stable codes of everything that can be refused, and how many operations do so; in the order of their status. */
export function problemsOf(document: ApiDocument): { code: string; status: string; operations: number }[] {
  const found = new Map<string, { code: string; status: string; operations: number }>();
  for (const { operations } of resourcesOf(document)) {
    for (const { status, codes } of operations.flatMap(({ problems }) => problems)) {
      for (const code of codes)
        found.set(code, { code, status, operations: (found.get(code)?.operations ?? 0) + 1 });
    }
  }
  return [...found.values()].toSorted((a, b) => a.status.localeCompare(b.status));
}
