import { describeRegistry } from '@gantry/registry/http/describe.js';
import type { Row } from './rows.js';
import type { Fixtures } from './world.js';

/** A route of the OpenAPI document. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  /** For strangers too. */
  open: boolean;
}

const document = describeRegistry() as {
  paths: Record<string, Record<string, { operationId: string; security?: unknown[] }>>;
};
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId, security }]) => ({
    id: operationId,
    method: method.toUpperCase(),
    path,
    open: security?.length === 0,
  })),
);

/** The request of a row about what `t` holds. */
export function requestFor(
  operation: Operation,
  row: Row,
  headers: Record<string, string>,
  t: Fixtures,
): Request {
  const path = operation.path.replaceAll(
    /\{(\w+)\}/g,
    (_all, name: string) => row.file?.[name] ?? t[row.on ?? 'tenant'],
  );
  const query = row.query === undefined ? '' : `?${new URLSearchParams(row.query(t)).toString()}`;
  const given = row.body?.(t);
  const body = given === undefined ? {} : { body: typeof given === 'string' ? given : JSON.stringify(given) };
  const type = row.body === undefined ? {} : { 'content-type': 'application/json' };
  return new Request(`http://localhost${path}${query}`, {
    method: operation.method,
    headers: { ...type, ...row.headers, ...headers },
    ...body,
  });
}
