import { createRequire } from 'node:module';
import type * as core from 'drizzle-orm';
import type * as nodePostgres from 'drizzle-orm/node-postgres';
import type * as migrator from 'drizzle-orm/node-postgres/migrator';
import type * as pgCore from 'drizzle-orm/pg-core';

/**
 * What queries and the schema are written with. Only this file asks drizzle-orm for it, and by `require`: for each of
 * that package's 160 modules Node 24 parses its list of exports (170 kB) when they are imported, a second and a half of
 * processor time at every start.
 */
const require = createRequire(import.meta.url);

export type { SQL, SQLWrapper } from 'drizzle-orm';
export type { NodePgDatabase } from 'drizzle-orm/node-postgres';
export type { AnyPgColumn } from 'drizzle-orm/pg-core';

export const {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  not,
  notInArray,
  or,
  sql,
} = require('drizzle-orm') as typeof core;

export const {
  alias,
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} = require('drizzle-orm/pg-core') as typeof pgCore;

export const { drizzle } = require('drizzle-orm/node-postgres') as typeof nodePostgres;
export const { migrate } = require('drizzle-orm/node-postgres/migrator') as typeof migrator;
