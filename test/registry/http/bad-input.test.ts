import { randomUUID } from 'node:crypto';
import { describeRegistry } from '@gantry/registry/http/describe.js';
import { exampleOf, type JsonSchema } from '@gantry/registry/http/examples.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';

/** Every field of every request, as the document of the API names them: none is without a limit and a message. */

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; required?: boolean; schema: Schema; example?: unknown }[];
  requestBody?: { content: Record<string, { schema: Schema; example: unknown }> };
}
type Schema = JsonSchema & {
  maxLength?: number;
  maxItems?: number;
  maximum?: number;
  minimum?: number;
  pattern?: string;
  format?: string;
  additionalProperties?: unknown;
};
const document = describeRegistry() as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const { schemas } = document.components;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());

/** One field of a body: where it is, and what it may be. */
interface Field {
  pointer: string;
  schema: Schema;
}

const plain = (schema: Schema): Schema =>
  schema.$ref === undefined ? schema : (schemas[schema.$ref.split('/').at(-1) as string] as Schema);
const typeOf = ({ type }: Schema): string | undefined =>
  [type].flat().find((one) => one !== undefined && one !== 'null');

/** All fields below a schema; of what may have several shapes only itself, as its pointer. */
function fieldsOf(given: Schema, pointer: string): Field[] {
  const schema = plain(given);
  const below =
    typeOf(schema) === 'object'
      ? Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
          fieldsOf(one as Schema, `${pointer}/${name}`),
        )
      : typeOf(schema) === 'array'
        ? fieldsOf(schema.items as Schema, `${pointer}/0`)
        : [];
  return [{ pointer, schema }, ...below];
}

/** What a field must not be, each with where that is told. */
function wrongValues({ pointer, schema }: Field): { value: unknown; told: string }[] {
  const at = (value: unknown) => ({ value, told: pointer });
  const wrong: { value: unknown; told: string }[] = [];
  const type = typeOf(schema);
  if (schema.enum !== undefined) return [at('no such value')];
  if (type === 'string') {
    wrong.push(at(7));
    if (schema.maxLength !== undefined) wrong.push(at('x'.repeat(schema.maxLength + 1)));
    if (schema.pattern !== undefined || schema.format !== undefined) wrong.push(at('\u0001'));
  }
  if (type === 'integer' || type === 'number') {
    wrong.push(at('seven'));
    if (schema.maximum !== undefined) wrong.push(at(schema.maximum + 1));
    if (schema.minimum !== undefined) wrong.push(at(schema.minimum - 1));
  }
  if (type === 'boolean') wrong.push(at('yes'));
  if (type === 'array') {
    wrong.push(at('no list'));
    const { maxItems = Infinity } = schema;
    const one = exampleOf(schema.items as Schema, schemas, { name: '', owner: '', sparse: true });
    if (maxItems <= 10_000) wrong.push(at(Array.from({ length: maxItems + 1 }, () => one)));
  }
  if (type === 'object') {
    wrong.push(at([]));
    if (schema.additionalProperties === false) {
      const known = exampleOf(schema, schemas, { name: '', owner: '', sparse: true }) as object;
      wrong.push({ value: { ...known, colour: 1 }, told: `${pointer}/colour` });
    }
  }
  return wrong;
}

/** The body with one value put where the pointer leads; what is missing on the way is made. */
function withValue(body: unknown, root: Schema, pointer: string, value: unknown): unknown {
  if (pointer === '') return value;
  const [name = '', ...rest] = pointer.slice(1).split('/');
  const schema = plain(root);
  const below = (
    Array.isArray(body) || typeOf(schema) === 'array' ? schema.items : schema.properties?.[name]
  ) as Schema;
  const part =
    (body as Record<string, unknown> | undefined)?.[name] ??
    exampleOf(below, schemas, { name, owner: '', sparse: true });
  const changed = withValue(part, below, rest.map((step) => `/${step}`).join(''), value);
  return Array.isArray(body) ? [changed] : { ...(body as object), [name]: changed };
}

type Asked = (typeof operations)[number];

function send(asked: Asked, query: Record<string, string>, body: unknown): Promise<Response> {
  const { parameters = [], path, method } = asked;
  const needed = parameters.filter(({ required }) => required);
  const named = Object.fromEntries(
    needed.filter((one) => one.in === 'query').map(({ name, example }) => [name, String(example)]),
  );
  const address = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    String(needed.find((one) => one.name === name)?.example),
  );
  const wanted = new URLSearchParams({ ...named, ...query }).toString();
  return fetch(`${registry.url}${address}${wanted === '' ? '' : `?${wanted}`}`, {
    method,
    headers: {
      ...registry.api.headers,
      'if-match': '"1"',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const jsonOf = ({ requestBody }: Asked) => requestBody?.content['application/json'];
/** Agents' own requests are read where they are known as agents (agent-uploads.test.ts). */
const takingJson = operations.filter(
  (one) => jsonOf(one) !== undefined && !one.path.startsWith('/api/v1/agent/'),
);

/** As zod words it by itself: it says what was found, not what to do. */
const jargon = /Invalid|expected|received|Too big|Too small|Unrecognized|is not as it must be/;

interface Problem {
  code: string;
  errors?: { pointer: string; detail: string }[];
}

async function faultOf(response: Response, told: string, what: string): Promise<string[]> {
  const problem = (await response.json()) as Problem;
  if (response.status !== 422 || problem.errors === undefined) {
    return [`${what}: ${response.status} ${problem.code}`];
  }
  const named = problem.errors.filter(({ pointer }) => pointer === told);
  if (named.length === 0)
    return [`${what}: told at ${problem.errors.map(({ pointer }) => pointer).join(' ')}`];
  return named.filter(({ detail }) => jargon.test(detail)).map(({ detail }) => `${what}: “${detail}”`);
}

/** Eight at a time. */
async function each<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<string[]>,
): Promise<string[]> {
  const faults: string[] = [];
  for (let from = 0; from < items.length; from += 8) {
    const some = await Promise.all(items.slice(from, from + 8).map(work));
    faults.push(...some.flat());
  }
  return faults;
}

test('every text and list in a request has a limit, and no object takes fields it does not know', () => {
  const unbounded = takingJson.flatMap((one) =>
    fieldsOf(jsonOf(one)?.schema as Schema, '').flatMap(({ pointer, schema }) => {
      const { enum: values, maxLength, maxItems, pattern, format, additionalProperties, ...rest } = schema;
      const type = typeOf(rest);
      const isBound =
        type === 'string'
          ? values !== undefined || maxLength !== undefined || pattern !== undefined || format === 'date-time'
          : type === 'array'
            ? maxItems !== undefined
            : type !== 'object' || additionalProperties === false;
      return isBound ? [] : [`${one.operationId} ${pointer}`];
    }),
  );
  expect(unbounded).toEqual([
    // What a browser says of a passkey has fields of its own; it is read where it is verified.
    ...['addPasskey /credential', 'finishSignIn /passkey'],
    // Codes of lists that others keep.
    ...[
      'createTenant /address/country',
      'createTenant /billing/address/country',
      'createTenant /billing/currency',
    ],
    ...[
      'changeTenant /address/country',
      'changeTenant /billing/address/country',
      'changeTenant /billing/currency',
    ],
  ]);
});

test('a value just over the limit, of another type or in a field nobody knows is told by its pointer and a sentence', async () => {
  const tries = takingJson.flatMap((one) => {
    const { schema, example } = jsonOf(one) as { schema: Schema; example: unknown };
    return fieldsOf(schema, '').flatMap((field) =>
      wrongValues(field).map(({ value, told }) => ({
        one,
        told,
        body: withValue(example, schema, field.pointer, value),
        what: `${one.operationId} ${told} = ${JSON.stringify(value).slice(0, 40)}`,
      })),
    );
  });
  expect(tries.length).toBeGreaterThan(400);
  expect(
    await each(tries, async ({ one, told, body, what }) => faultOf(await send(one, {}, body), told, what)),
  ).toEqual([]);
});

test('a parameter out of its bounds is told by its name and a sentence', async () => {
  const tries = operations.flatMap((one) =>
    (one.parameters ?? [])
      .filter(({ in: place }) => place === 'query')
      .flatMap(({ name, schema }) =>
        wrongValues({ pointer: `?${name}`, schema })
          .filter(({ value }) => typeof value === 'string' || typeOf(schema) === 'integer')
          .map(({ value }) => ({ one, name, value: String(value) })),
      ),
  );
  expect(tries.length).toBeGreaterThan(80);
  expect(
    await each(tries, async ({ one, name, value }) =>
      faultOf(
        await send(one, { [name]: value }, undefined),
        `?${name}`,
        `${one.operationId} ?${name}=${value.slice(0, 40)}`,
      ),
    ),
  ).toEqual([]);
});

test('no text of any script, whole or broken, is a defect of ours', async () => {
  const whole = 'متجر 店铺 🏪 e\u0301';
  const broken = ['\u0000', 'a\ud800b'];
  const tries = takingJson.flatMap((one) => {
    const { schema, example } = jsonOf(one) as { schema: Schema; example: unknown };
    const texts = fieldsOf(schema, '').filter(
      ({ schema: { enum: values, pattern, format, ...rest } }) =>
        typeOf(rest) === 'string' && values === undefined && pattern === undefined && format === undefined,
    );
    const put = (body: unknown, { pointer }: Field, value: string) => withValue(body, schema, pointer, value);
    const everywhere = texts.reduce<unknown>((body, field) => put(body, field, whole), example);
    return [
      { one, body: everywhere, what: `${one.operationId} = ${whole}` },
      ...texts.flatMap((field) =>
        broken.map((value) => ({
          one,
          body: put(example, field, value),
          what: `${one.operationId} ${field.pointer} = ${JSON.stringify(value)}`,
        })),
      ),
    ];
  });
  expect(tries.length).toBeGreaterThan(150);
  expect(
    await each(tries, async ({ one, body, what }) => {
      const response = await send(one, {}, body);
      await response.body?.cancel();
      return response.status < 500 || response.status === 503 ? [] : [`${what}: ${response.status}`];
    }),
  ).toEqual([]);
});

test('a body of another type is not taken for an empty one', async () => {
  const faults = await each(takingJson, async (one) => {
    const { parameters = [] } = one;
    const address = one.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      String(parameters.find((each) => each.name === name)?.example),
    );
    const response = await fetch(`${registry.url}${address}`, {
      method: one.method,
      headers: { ...registry.api.headers, 'content-type': 'text/plain' },
      body: JSON.stringify(jsonOf(one)?.example),
    });
    const { code } = (await response.json()) as Problem;
    return response.status === 415 && code === 'unsupported_type' ? [] : [`${one.operationId}: ${code}`];
  });
  expect(faults).toEqual([]);
});
