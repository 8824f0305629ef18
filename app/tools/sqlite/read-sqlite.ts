import sqlite from 'node-sqlite3-wasm';
import { z } from 'zod';
import type { SqliteAnswer, SqliteRequest } from './sqlite-messages.ts';

type Database = InstanceType<typeof sqlite.Database>;

const MAX_TABLES = 100;
const schemaSchema = z.array(z.object({ name: z.string(), columns: z.string().nullable() }));

/** Runs one query in a file that is opened only for reading. */
export function readSqlite({ file, sql, limit }: SqliteRequest): SqliteAnswer {
  const database = new sqlite.Database(file, { readOnly: true });
  try {
    // A subquery renames columns with equal names, so that a row as an object has all of them.
    const isPlan = /^\s*EXPLAIN\b/i.test(sql);
    const rows = database.all(isPlan ? sql : `SELECT * FROM (\n${sql}\n) LIMIT ${limit}`).slice(0, limit);
    const titles = Object.keys(rows[0] ?? {});
    return { ok: true, titles, rows: rows.map((row) => titles.map((title) => shownValue(Reflect.get(row, title)))) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, message, tables: tablesOf(database) };
  } finally {
    database.close();
  }
}

function shownValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value.subarray(0, 200)).toString('hex')}'`;
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Returns the tables and views with their columns: `orders (id, amount)`. */
function tablesOf(database: Database): string[] {
  try {
    const rows = database.all(
      `SELECT m.name AS name, (SELECT group_concat(name, ', ') FROM pragma_table_info(m.name)) AS columns
       FROM sqlite_schema m WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name LIMIT ${MAX_TABLES}`,
    );
    return schemaSchema.parse(rows).map(({ name, columns }) => `${name} (${columns ?? ''})`);
  } catch {
    return []; // The file is not a database.
  }
}
