import type { Socket } from 'node:net';
import pg from 'pg';
import type { FirstRows } from '../../../shared/tools/answer-table.ts';
import { type Connection, MAX_SCHEMA_COLUMNS, QueryError, type ServerQuery, tablesOf } from './connection.ts';

/** Values as the server writes them. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value };
/** A prepared statement, which has one statement only. The types of the package do not describe it. */
const EXTENDED = { queryMode: 'extended' };
const CURSOR = 'crewlane_answer';
/** The error codes of an unknown table, column, schema or function. */
const WRONG_NAMES: ReadonlySet<string> = new Set(['42P01', '42703', '3F000', '42883']);

/** Connects to a PostgreSQL server. Rejects with the error of the server or the network. */
export async function connectPostgres(url: string, timeoutMs: number): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    application_name: 'crewlane',
  });
  let isOpen = true;
  const lost = () => {
    isOpen = false;
  };
  client.on('error', lost).on('end', lost);
  await client.connect();
  await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
  return {
    get isOpen() {
      return isOpen;
    },
    get bytesRead() {
      return socketOf(client).bytesRead;
    },
    query: (query) => inTransaction(client, query),
    destroy: () => {
      lost();
      socketOf(client).destroy();
    },
    close: () => client.end().catch(() => undefined),
  };
}

/** The type of the package does not name the socket, which can be closed also if the server does not answer. */
function socketOf(client: pg.Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}

async function inTransaction(client: pg.Client, query: ServerQuery): Promise<FirstRows> {
  await begin(client, query.timeoutMs);
  try {
    return await read(client, query);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('ROLLBACK');
    const tables = WRONG_NAMES.has(error.code ?? '') ? await tablesIn(client, query.timeoutMs) : [];
    throw new QueryError(`${error.message}${error.hint === undefined ? '' : `. ${error.hint}`}`, tables);
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

async function begin(client: pg.Client, timeoutMs: number): Promise<void> {
  await client.query('BEGIN TRANSACTION READ ONLY');
  await client.query(`SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)}`);
}

/** A cursor computes only the rows that are needed. The server accepts one statement only in this form of a query. */
async function read(client: pg.Client, { sql, keyword, limit }: ServerQuery): Promise<FirstRows> {
  if (keyword === 'SHOW' || keyword === 'EXPLAIN') return rowsOf(client, sql);
  await client.query({ ...EXTENDED, text: `DECLARE ${CURSOR} NO SCROLL CURSOR FOR ${sql}` });
  return rowsOf(client, `FETCH FORWARD ${limit} FROM ${CURSOR}`);
}

async function rowsOf(client: pg.Client, text: string): Promise<FirstRows> {
  const config: pg.QueryArrayConfig = { ...EXTENDED, text, rowMode: 'array', types: AS_TEXT };
  const { fields, rows } = await client.query<unknown[]>(config);
  return { titles: fields.map(({ name }) => name), columnCount: fields.length, rows };
}

async function tablesIn(client: pg.Client, timeoutMs: number): Promise<string[]> {
  await begin(client, timeoutMs);
  const { rows } = await rowsOf(
    client,
    `SELECT CASE WHEN table_schema = current_schema() THEN table_name ELSE table_schema || '.' || table_name END, column_name
     FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
     ORDER BY 1, ordinal_position LIMIT ${MAX_SCHEMA_COLUMNS}`,
  );
  return tablesOf(rows);
}
