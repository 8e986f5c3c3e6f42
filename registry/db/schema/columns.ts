import { timestamp } from '../drizzle.js';

/** Instants are `timestamptz` with milliseconds; in TypeScript a `Date`. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** An instant that defaults to the database's clock at the start of the transaction. */
export const createdNow = (name = 'created_at') => instant(name).notNull().defaultNow();
