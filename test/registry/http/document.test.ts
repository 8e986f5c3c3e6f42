import { problemKinds } from '@gantry/protocol/errors.js';
import { declareRoutes, describeRegistry } from '@gantry/registry/http/describe.js';
import { documentPath } from '@gantry/registry/http/verbs.js';
import { describe, expect, test } from 'vitest';
import type { ZodType } from 'zod';

interface Operation {
  operationId: string;
  summary?: string;
  security?: unknown[];
  parameters?: { in: string; name: string; required?: boolean; example?: unknown }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { example?: unknown }> }>;
}

const app = declareRoutes();
const document = describeRegistry() as { paths: Record<string, Record<string, Operation>> };
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, method, operation })),
);
const all = operations.map(({ name, method, operation }) => [name, method, operation] as const);

/** Names of the problems a status of an operation may be. */
const problemsAt = ({ responses }: Operation, status: number): string[] =>
  responses[status]?.content?.['application/problem+json'] === undefined
    ? []
    : responses[status].description.split(', ');

test('operations have names of their own', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

describe.each(all)('%s', (_name, method, operation) => {
  test('says in a sentence what it does', () => {
    expect(operation.summary).toMatch(/^\S.{5,119}[^.]$/);
  });

  test('shows an example of all that is sent and answered as JSON', () => {
    const json = [operation.requestBody, ...Object.values(operation.responses)].flatMap(
      (part) => part?.content?.['application/json'] ?? [],
    );
    const needed = (operation.parameters ?? []).filter(({ required }) => required);
    expect([...json, ...needed].filter(({ example }) => example === undefined)).toEqual([]);
  });

  test('names the problems it may answer, each under its own status', () => {
    for (const status of Object.keys(operation.responses).filter((one) => Number(one) >= 400)) {
      for (const code of problemsAt(operation, Number(status))) {
        expect(problemKinds[code as keyof typeof problemKinds]).toMatchObject({ status: Number(status) });
      }
    }
    expect(operation.responses).toHaveProperty('500');
    if (operation.security?.length !== 0) expect(problemsAt(operation, 401)).toContain('unauthenticated');
    if (operation.requestBody?.content['application/json']) {
      expect(problemsAt(operation, 422)).toContain('invalid');
      expect(problemsAt(operation, 400)).toContain('malformed');
    }
    if (operation.parameters?.some((one) => one.in === 'path')) {
      expect(problemsAt(operation, 404)).toContain('not_found');
    }
    if (method === 'patch' && problemsAt(operation, 412).length > 0) {
      expect(problemsAt(operation, 428)).toContain('precondition_required');
    }
  });
});

interface Body {
  content?: Record<string, { schema?: unknown }>;
}
const declared = app.openAPIRegistry.definitions.flatMap((definition) =>
  definition.type === 'route'
    ? [[definition.route.method, documentPath(definition.route.path), definition.route] as const]
    : [],
);

test.each(declared)('the examples of %s %s are what the route takes and answers', (method, path, route) => {
  const shown = document.paths[path]?.[method] as Operation;
  const faults = (
    body: Body | undefined,
    part: Operation['requestBody'] | Operation['responses'][string],
  ) => {
    const schema = body?.content?.['application/json']?.schema as ZodType | undefined;
    const example = part?.content?.['application/json']?.example;
    return schema?.safeParse(example).error?.issues.map((issue) => ({ issue, example })) ?? [];
  };
  const answers = Object.entries(route.responses).filter(([status]) => status.startsWith('2'));
  expect([
    ...faults(route.request?.body as Body | undefined, shown.requestBody),
    ...answers.flatMap(([status, answer]) => faults(answer as Body, shown.responses[status])),
  ]).toEqual([]);
});
