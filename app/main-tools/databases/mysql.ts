import type { Socket } from 'node:net';
import mysql, { type Connection as Client, type FieldPacket, type QueryError as ServerError } from 'mysql2';
import type { FirstRows } from '../../../shared/tools/answer-table.ts';
import { type Connection, MAX_SCHEMA_COLUMNS, QueryError, type ServerQuery, tablesOf } from './connection.ts';

/** The error numbers of an unknown table, column, database or function. */
const WRONG_NAMES: ReadonlySet<number> = new Set([1146, 1054, 1049, 1305]);
/** The error number of an unknown variable. MySQL and MariaDB use different variables for the query timeout. */
const UNKNOWN_VARIABLE = 1193;

/** Connects to a MySQL or MariaDB server. Rejects with the error of the server or the network. */
export async function connectMysql(url: string, timeoutMs: number): Promise<Connection> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const client = mysql.createConnection({
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    connectTimeout: timeoutMs,
    // Other options of an address, such as several statements in a query, do not apply.
    multipleStatements: false,
    ...(isEncrypted(searchParams) ? { ssl: {} } : {}),
  });
  let isOpen = true;
  const lost = () => {
    isOpen = false;
  };
  client.on('error', lost).on('end', lost);
  await new Promise<void>((resolve, reject) => client.connect((error) => (error ? reject(error) : resolve())));
  await run(client, 'SET SESSION TRANSACTION READ ONLY');
  const socket = socketOf(client);
  // `destroy` of the package waits for what the server still sends, and leaves the query without an end.
  const destroy = () => {
    lost();
    socket.destroy();
  };
  return {
    get isOpen() {
      return isOpen;
    },
    get bytesRead() {
      return socket.bytesRead;
    },
    query: (query) => inTransaction(client, query, destroy),
    destroy,
    close: () => new Promise((resolve) => client.end(() => resolve())),
  };
}

/** The type of the package does not name the socket. */
function socketOf(client: Client): Socket {
  return (client as unknown as { stream: Socket }).stream;
}

function isEncrypted(options: URLSearchParams): boolean {
  const mode = options.get('ssl-mode') ?? options.get('sslmode') ?? options.get('ssl') ?? '';
  return !/^(|0|false|disabled?|preferred|prefer|allow)$/i.test(mode);
}

/** @param stop closes the connection if the server would send more rows than needed */
async function inTransaction(client: Client, query: ServerQuery, stop: () => void): Promise<FirstRows> {
  await limitTime(client, query.timeoutMs);
  await run(client, 'START TRANSACTION READ ONLY');
  try {
    return await firstRows(client, query.sql, query.limit, stop);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const tables = WRONG_NAMES.has(error.errno ?? 0) ? await tablesIn(client) : [];
    throw new QueryError(error.message, tables);
  } finally {
    await run(client, 'ROLLBACK').catch(() => undefined);
  }
}

/** MariaDB counts in seconds. */
async function limitTime(client: Client, timeoutMs: number): Promise<void> {
  try {
    await run(client, `SET SESSION max_execution_time = ${Math.ceil(timeoutMs)}`);
  } catch (error) {
    if (!isRefusal(error) || error.errno !== UNKNOWN_VARIABLE) throw error;
    await run(client, `SET SESSION max_statement_time = ${timeoutMs / 1000}`);
  }
}

/** An error that the server sent, after which the connection can be used. */
function isRefusal(error: unknown): error is ServerError {
  return error instanceof Error && 'sqlState' in error && (error as ServerError).fatal !== true;
}

function run(client: Client, sql: string): Promise<void> {
  return new Promise((resolve, reject) => client.query(sql, (error) => (error ? reject(error) : resolve())));
}

/** Reads the first rows. If there are more, `stop` ends the query, so that the server does not send them. */
function firstRows(client: Client, sql: string, limit: number, stop: () => void = () => undefined): Promise<FirstRows> {
  return new Promise((resolve, reject) => {
    let titles: string[] = [];
    const rows: unknown[][] = [];
    // A lost connection is an error of the connection only.
    const failed = (error: Error) => {
      client.off('error', failed);
      reject(error);
    };
    const done = () => {
      client.off('error', failed);
      resolve({ titles, columnCount: titles.length, rows });
    };
    const query = client.query({
      sql,
      rowsAsArray: true,
      typeCast: (field: { string(encoding: string): string | null }) => field.string('utf8'),
    });
    client.on('error', failed);
    query.on('error', failed);
    query.on('fields', (fields: FieldPacket[] | undefined) => {
      titles = (fields ?? []).map(({ name }) => name);
    });
    query.on('result', (row: unknown) => {
      if (!Array.isArray(row) || rows.length >= limit) return;
      rows.push(row);
      if (rows.length < limit) return;
      done();
      stop();
    });
    query.on('end', done);
  });
}

async function tablesIn(client: Client): Promise<string[]> {
  const { rows } = await firstRows(
    client,
    `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = database()
     ORDER BY table_name, ordinal_position LIMIT ${MAX_SCHEMA_COLUMNS}`,
    MAX_SCHEMA_COLUMNS + 1,
  );
  return tablesOf(rows);
}
