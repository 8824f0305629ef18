import type { FirstRows } from '../../../shared/tools/answer-table.ts';

/** A query that was checked to be one statement that reads. */
export interface ServerQuery {
  sql: string;
  /** The first word of the statement, in capitals. */
  keyword: string;
  /** The maximum number of rows to read. */
  limit: number;
  timeoutMs: number;
}

/** A connection to a database server, in which each query runs in a transaction that can only read. */
export interface Connection {
  /** Whether it can be used for another query. */
  readonly isOpen: boolean;
  /** The number of bytes that the server has sent. */
  readonly bytesRead: number;
  /** Rejects with `QueryError` if the server refuses the query, and with another error if the connection is lost. */
  query(query: ServerQuery): Promise<FirstRows>;
  /** Closes the connection at once. A query in progress rejects. */
  destroy(): void;
  /** Closes the connection. Never rejects. */
  close(): Promise<void>;
}

/** A refused query. `tables`: the tables that exist, such as `orders (id, amount)`, if a name is wrong. */
export class QueryError extends Error {
  readonly tables: readonly string[];

  constructor(message: string, tables: readonly string[]) {
    super(message);
    this.tables = tables;
  }
}

const MIB = 1024 * 1024;
/** The most that a server may send for one query, in MiB. This process has the whole answer in its memory. */
const MAX_ANSWER_MIB = 32;
const WATCH_MS = 20;

/** Waits for a query, and closes its connection while the server sends too much. Rejects with `QueryError` then. */
export async function withinAnswerSize<Value>(connection: Connection, query: Promise<Value>): Promise<Value> {
  const start = connection.bytesRead;
  const isTooLarge = () => connection.bytesRead - start > MAX_ANSWER_MIB * MIB;
  const watch = setInterval(() => {
    if (isTooLarge()) connection.destroy();
  }, WATCH_MS);
  const refused = () =>
    new QueryError(`its answer is larger than ${MAX_ANSWER_MIB} MiB. Select fewer columns, or shorten them`, []);
  try {
    const value = await query;
    if (isTooLarge()) throw refused();
    return value;
  } catch (error) {
    throw isTooLarge() ? refused() : error;
  } finally {
    clearInterval(watch);
  }
}

/** The maximum number of columns that an answer to a wrong name lists. */
export const MAX_SCHEMA_COLUMNS = 1000;

/** Joins rows of table and column to `table (column, …)`. */
export function tablesOf(rows: readonly (readonly unknown[])[]): string[] {
  const tables = new Map<string, string[]>();
  for (const [table, column] of rows) {
    const columns = tables.get(String(table)) ?? [];
    columns.push(String(column));
    tables.set(String(table), columns);
  }
  return [...tables].map(([table, columns]) => `${table} (${columns.join(', ')})`);
}
