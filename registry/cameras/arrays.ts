import { type SQL, sql } from '../db/drizzle.js';

/**
 * Columns of a batch as single array parameters for `unnest`: a statement's text stays the same whatever the
 * number of rows, and 1,000 rows of 16 columns need 16 parameters.
 */
export const texts = (values: readonly (string | null)[]): SQL => sql`${sql.param(values)}::text[]`;
export const integers = (values: readonly (number | null)[]): SQL => sql`${sql.param(values)}::bigint[]`;
export const documents = (values: readonly unknown[]): SQL =>
  sql`${sql.param(values.map((value) => JSON.stringify(value)))}::text[]::jsonb[]`;
