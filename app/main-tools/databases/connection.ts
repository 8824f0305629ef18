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
  /** Rejects with `QueryError` if the server refuses the query, and with another error if the connection is lost. */
  query(query: ServerQuery): Promise<FirstRows>;
  /** Closes the connection, also in the middle of a query. */
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
