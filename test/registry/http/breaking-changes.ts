/** As much of an OpenAPI 3.1 document as decides whether a client of yesterday works today. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}
interface Operation {
  operationId?: string;
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
}
type Content = Record<string, { schema?: Schema }>;
export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  format?: string;
  [limit: string]: unknown;
}

/**
 * What of `after` a client that was written for `before` trips over, one sentence each; empty: nothing. What is sent
 * may not be narrowed, what is answered may not be widened or lose a field. More operations, optional fields,
 * fields of answers, values in answers and problems are no break: clients ignore what they do not know (ux.md §8).
 */
export function breakingChanges(before: ApiDocument, after: ApiDocument): string[] {
  return Object.entries(before.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const now = after.paths[path]?.[method];
      const name = `${method.toUpperCase()} ${path}`;
      if (now === undefined) return [`${name} is gone`];
      return operationChanges(operation, now, { before, after }).map((change) => `${name}: ${change}`);
    }),
  );
}

interface Both {
  before: ApiDocument;
  after: ApiDocument;
}

function operationChanges(was: Operation, now: Operation, both: Both): string[] {
  const found: string[] = [];
  if (was.operationId !== now.operationId) found.push(`operationId became ${now.operationId}`);
  if (was.security?.length === 0 && now.security?.length !== 0) found.push('demands credentials');
  for (const parameter of now.parameters ?? []) {
    const old = was.parameters?.find((one) => one.name === parameter.name && one.in === parameter.in);
    if (parameter.required && !old?.required) found.push(`parameter ${parameter.name} became required`);
    if (old)
      found.push(...changes('sent', old.schema, parameter.schema, both, `parameter ${parameter.name}`));
  }
  if (now.requestBody?.required && !was.requestBody?.required) found.push('a body became required');
  for (const [type, { schema }] of Object.entries(was.requestBody?.content ?? {})) {
    const taken = now.requestBody?.content[type];
    if (taken === undefined) found.push(`takes no ${type} any more`);
    else found.push(...changes('sent', schema, taken.schema, both, 'body'));
  }
  for (const [status, answer] of Object.entries(was.responses)) {
    if (!status.startsWith('2')) continue;
    const given = now.responses[status];
    if (given === undefined) found.push(`answers ${status} no more`);
    for (const [type, { schema }] of Object.entries(given === undefined ? {} : (answer.content ?? {}))) {
      const same = given?.content?.[type];
      if (same === undefined) found.push(`answers no ${type} any more`);
      else found.push(...changes('answered', schema, same.schema, both, `answer ${status}`));
    }
  }
  return found;
}

type Direction = 'sent' | 'answered';

function changes(
  direction: Direction,
  oldSchema: Schema | undefined,
  newSchema: Schema | undefined,
  both: Both,
  at: string,
  seen: ReadonlySet<string> = new Set(),
): string[] {
  const reference = `${oldSchema?.$ref} → ${newSchema?.$ref}`;
  if (oldSchema?.$ref !== undefined && seen.has(reference)) return [];
  const was = resolved(oldSchema, both.before);
  const now = resolved(newSchema, both.after);
  const deeper = new Set([...seen, reference]);
  const below = (a: Schema | undefined, b: Schema | undefined, where: string) =>
    changes(direction, a, b, both, where, deeper);
  const found: string[] = [];
  const [wide, narrow] = direction === 'sent' ? [now, was] : [was, now];
  const types = (schema: Schema): string[] => [schema.type ?? []].flat();
  if (types(wide).length > 0) {
    const lost = types(narrow).filter(
      (type) => !types(wide).includes(type) && !(type === 'integer' && types(wide).includes('number')),
    );
    if (lost.length > 0 || types(narrow).length === 0)
      found.push(`${at} was ${types(was).join()}, is ${types(now).join()}`);
  }
  if (direction === 'sent') found.push(...narrowed(was, now, at));
  else if (was.format !== now.format) found.push(`${at} was ${was.format}, is ${now.format}`);

  for (const [name, old] of Object.entries(was.properties ?? {})) {
    const same = now.properties?.[name];
    const field = `${at}.${name}`;
    if (same === undefined) {
      if (direction === 'answered' || now.additionalProperties === false) found.push(`${field} is gone`);
      continue;
    }
    if (direction === 'answered' && was.required?.includes(name) && !now.required?.includes(name)) {
      found.push(`${field} may be missing`);
    }
    found.push(...below(old, same, field));
  }
  if (direction === 'sent') {
    const demanded = (now.required ?? []).filter((name) => !was.required?.includes(name));
    found.push(...demanded.map((name) => `${at}.${name} became required`));
  }
  if (was.items !== undefined) found.push(...below(was.items, now.items, `${at}[]`));
  return found;
}

/** Limits that what was sent until now may fail. */
function narrowed(was: Schema, now: Schema, at: string): string[] {
  const found: string[] = [];
  const values = (schema: Schema) => schema.enum ?? (schema.const === undefined ? null : [schema.const]);
  const taken = values(now);
  if (taken !== null) {
    const lost = values(was)?.filter((value) => !taken.includes(value)) ?? ['other values'];
    if (lost.length > 0) found.push(`${at} takes no ${lost.join(', ')} any more`);
  }
  for (const shape of ['pattern', 'format'] as const) {
    if (now[shape] !== undefined && now[shape] !== was[shape]) found.push(`${at} has another ${shape}`);
  }
  for (const limit of ['maxLength', 'maxItems', 'maximum'] as const) {
    if (Number(now[limit] ?? Infinity) < Number(was[limit] ?? Infinity))
      found.push(`${at} has a lower ${limit}`);
  }
  for (const limit of ['minLength', 'minItems', 'minimum', 'exclusiveMinimum'] as const) {
    if (Number(now[limit] ?? -Infinity) > Number(was[limit] ?? -Infinity))
      found.push(`${at} has a higher ${limit}`);
  }
  return found;
}

/** Without `$ref`, and with `allOf` merged into one object. */
function resolved(schema: Schema | undefined, document: ApiDocument): Schema {
  if (schema?.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return resolved(document.components?.schemas?.[name], document);
  }
  if (schema?.allOf === undefined) return schema ?? {};
  const parts = schema.allOf.map((part) => resolved(part, document));
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map((part) => part.properties)) as Record<string, Schema>,
    required: parts.flatMap((part) => part.required ?? []),
  };
}
