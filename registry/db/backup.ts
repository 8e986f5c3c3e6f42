import { z } from 'zod';
import { StartFailure } from '../start-failure.js';
import type { Database, Transaction } from './database.js';
import { type SQL, sql } from './drizzle.js';

/**
 * What is not kept: the log of the last 24 hours (its places are numbers of this server's transactions), sessions and
 * half sign-ins (people sign in again), answers kept for retries.
 */
const passing = new Set(['events', 'sessions', 'sign_in_challenges', 'idempotency_keys']);

const header = z.object({
  gantryBackup: z.literal(1),
  version: z.string(),
  /** Last migration of the database. */
  migration: z.string(),
  at: z.string(),
});
export type BackupHeader = Omit<z.infer<typeof header>, 'gantryBackup'>;

const rowsAtOnce = 500;

/**
 * Hands out the whole database as lines: a header, then for each table its name and its rows as JSON. One snapshot,
 * whatever is written meanwhile. Values travel as Postgres itself writes and reads them. Answers how many rows.
 */
export async function writeBackup(
  db: Database,
  head: BackupHeader,
  write: (line: string) => Promise<void>,
): Promise<number> {
  await write(JSON.stringify({ gantryBackup: 1, ...head }));
  return db.transaction(
    async (tx) => {
      let rows = 0;
      for (const table of await tablesOf(tx)) {
        await write(JSON.stringify({ table }));
        await tx.execute(
          sql`declare backup_rows no scroll cursor for select row_to_json(t)::text as line from ${sql.identifier(table)} t`,
        );
        for (;;) {
          const page = await tx.execute<{ line: string }>(sql.raw(`fetch ${rowsAtOnce} from backup_rows`));
          for (const { line } of page.rows) await write(line);
          rows += page.rows.length;
          if (page.rows.length < rowsAtOnce) break;
        }
        await tx.execute(sql`close backup_rows`);
      }
      return rows;
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/**
 * Fills a fresh, migrated database from {@link writeBackup}'s lines, in one transaction, as the tables' owner.
 * Generations went back: the epoch grows (design §5). Throws a StartFailure for a file of another version, or a
 * database that is not empty.
 */
export async function readBackup(
  db: Database,
  lines: AsyncIterable<string>,
  migration: string,
): Promise<number> {
  return db.transaction(async (tx) => {
    const used = await tx.execute<{ used: boolean }>(sql`select exists (select 1 from tenants) as used`);
    if (used.rows[0]?.used) {
      throw new StartFailure('There is a registry in this database already. Restore into an empty one.');
    }
    const ordered = await takeInAnyOrder(tx);
    let table: Fill | null = null;
    let rows = 0;
    let first = true;
    for await (const line of lines) {
      if (first) {
        requireSameVersion(line, migration);
        first = false;
        continue;
      }
      const next = tableOf(line);
      if (next === null) {
        if (table === null) throw notABackup();
        await table.take(line);
        rows += 1;
        continue;
      }
      await table?.end();
      table = await Fill.begin(tx, next);
    }
    if (first) throw notABackup();
    await table?.end();
    await ordered();
    await tx.execute(
      sql`update registry_state set value = to_jsonb(value::text::bigint + 1) where key = 'epoch'`,
    );
    return rows;
  });
}

const notABackup = (): StartFailure =>
  new StartFailure(
    'This file is no backup of a Gantry registry. Choose one that `gantry-registry backup` wrote.',
  );

function requireSameVersion(line: string, migration: string): void {
  const parsed = header.safeParse(parseJson(line));
  if (!parsed.success) throw notABackup();
  if (parsed.data.migration === migration) return;
  throw new StartFailure(
    `The backup was made by version ${parsed.data.version} (database ${parsed.data.migration}), this one is at ` +
      `${migration}. Restore it with that version, then upgrade.`,
  );
}

/** A row has a column `table` nowhere: a line of that one field begins a table. */
function tableOf(line: string): string | null {
  if (!line.startsWith('{"table":')) return null;
  const parsed = z.strictObject({ table: z.string() }).safeParse(parseJson(line));
  return parsed.success ? parsed.data.table : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function tablesOf(tx: Transaction): Promise<string[]> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`);
  return rows.map(({ name }) => name).filter((name) => !passing.has(name));
}

/**
 * Lets rows come before those they refer to, and no trigger tell of them. The answer puts that right and checks every
 * reference, all at once. The owner of the tables may do this; switching triggers of references off is a superuser's.
 */
async function takeInAnyOrder(tx: Transaction): Promise<() => Promise<void>> {
  const run = (statements: readonly SQL[]) =>
    statements.length === 0 ? Promise.resolve() : tx.execute(sql.join([...statements], sql`; `));
  const tables = await tablesOf(tx);
  const { rows: references } = await tx.execute<{ table: string; name: string }>(sql`
    select conrelid::regclass::text as table, conname as name from pg_constraint
    where contype = 'f' and not condeferrable and connamespace = 'public'::regnamespace`);
  const triggers = (state: 'disable' | 'enable') =>
    tables.map((table) => sql`alter table ${sql.identifier(table)} ${sql.raw(state)} trigger user`);
  const deferral = (words: string) =>
    references.map(
      ({ table, name }) =>
        sql`alter table ${sql.raw(table)} alter constraint ${sql.identifier(name)} ${sql.raw(words)}`,
    );
  await run([...triggers('disable'), ...deferral('deferrable initially deferred')]);
  return async () => {
    // Checks now: nothing may wait when tables are altered.
    await tx.execute(sql`set constraints all immediate`);
    await run([...triggers('enable'), ...deferral('not deferrable')]);
  };
}

/** One table that is being filled. */
class Fill {
  readonly #tx: Transaction;
  readonly #table: string;
  readonly #columns: SQL;
  #lines: string[] = [];

  private constructor(tx: Transaction, table: string, columns: SQL) {
    this.#tx = tx;
    this.#table = table;
    this.#columns = columns;
  }

  static async begin(tx: Transaction, table: string): Promise<Fill> {
    const { rows } = await tx.execute<{ name: string }>(sql`
      select column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' order by ordinal_position`);
    if (rows.length === 0) throw notABackup();
    const columns = rows.map(({ name }) => sql.identifier(name));
    await tx.execute(sql`delete from ${sql.identifier(table)}`);
    return new Fill(tx, table, sql.join(columns, sql`, `));
  }

  async take(line: string): Promise<void> {
    this.#lines.push(line);
    if (this.#lines.length >= rowsAtOnce) await this.#flush();
  }

  /** Numbers that the database gives itself go on behind the largest. */
  async end(): Promise<void> {
    await this.#flush();
    const { rows } = await this.#tx.execute<{ name: string; sequence: string | null }>(sql`
      select column_name as name,
        pg_get_serial_sequence(quote_ident(table_name), column_name) as sequence
      from information_schema.columns where table_schema = 'public' and table_name = ${this.#table}`);
    for (const { name, sequence } of rows) {
      if (sequence === null) continue;
      await this.#tx.execute(sql`
        select setval(${sequence}::regclass, coalesce(max(${sql.identifier(name)}), 1), max(${sql.identifier(name)}) is not null)
        from ${sql.identifier(this.#table)}`);
    }
  }

  async #flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const all = `[${this.#lines.join(',')}]`;
    this.#lines = [];
    const table = sql.identifier(this.#table);
    await this.#tx.execute(sql`
      insert into ${table} (${this.#columns}) overriding system value
      select ${this.#columns} from json_populate_recordset(null::${table}, ${all}::json)`);
  }
}
