import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';

const MIB = 1024 * 1024;
/** The minimum memory of a query in any slot: DuckDB needs some of it to start. */
const LEAST_BYTES = 64 * MIB;
/** DuckDB's own limit, as a share of the slot's free memory. DuckDB does not count every allocation. */
const DATABASE_SHARE = 0.6;
/** Share of the slot's free memory at which a query is interrupted, before the engine kills the slot. */
const INTERRUPT_SHARE = 0.85;
const WATCH_MS = 20;
/** DuckDB computes this number of rows at a time, and cannot be interrupted in between. */
const VECTOR_ROWS = 2048;
/**
 * The maximum number of elements of a list that an expression creates. In FROM, range() and generate_series() have no
 * limit.
 */
const MAX_ELEMENTS = 1_000_000;

/** The folder and the limits of a query. */
export interface Confines {
  /** The only folders below which files can be opened. */
  folders: readonly string[];
  /** Memory of the whole slot process, in MiB. */
  memoryMib: number;
  signal: AbortSignal;
}

/** A query needs more memory than is available. */
class OutOfMemory extends Error {
  constructor(memoryMib: number) {
    super(
      `the query needs more memory than the slot has (settings.slot_memory_mib is ${memoryMib}). Select fewer columns, filter the rows, or aggregate in steps.`,
    );
  }
}

/**
 * Opens a database in memory that can read only files below the given folders, passes it to `use`, and closes it. The
 * signal interrupts a query. A query that exceeds the slot's memory fails with `OutOfMemory`.
 */
export async function withDatabase<T>(
  confines: Confines,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  // Loaded here: the library takes longer to load than the rest of the slot.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const { signal, memoryMib } = confines;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const used = process.memoryUsage.rss();
  const free = Math.max(LEAST_BYTES, memoryMib * MIB - used);
  let isOverMemory = false;
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() >= used + free * INTERRUPT_SHARE) isOverMemory = true;
    // Repeated, because DuckDB ignores an interrupt that arrives between two statements.
    if (isOverMemory || signal.aborted) interrupt();
  }, WATCH_MS);
  try {
    await confine(connection, confines.folders, free);
    signal.throwIfAborted();
    return await use(connection);
  } catch (error) {
    const exceeded = error instanceof Error && error.message.startsWith('Out of Memory Error');
    throw isOverMemory || exceeded ? new OutOfMemory(memoryMib) : error;
  } finally {
    clearInterval(watch);
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** Applies the limits. The last setting prevents statements from changing them. */
async function confine(connection: DuckDBConnection, folders: readonly string[], free: number): Promise<void> {
  const quoted = folders.map((folder) => `'${folder.replaceAll("'", "''")}'`);
  // A query that does not fit into memory is refused: it never writes temporary files into the workspace.
  await connection.run("SET temp_directory = ''");
  await connection.run(`SET allowed_directories = [${quoted.join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET autoinstall_known_extensions = false');
  await connection.run('SET threads = 1');
  await connection.run(`SET memory_limit = '${Math.floor((free * DATABASE_SHARE) / MIB)}MiB'`);
  for (const macro of boundedFunctions(Math.floor(free / VECTOR_ROWS / 2))) await connection.run(macro);
  await connection.run('SET lock_configuration = true');
}

/**
 * Returns macros that replace the functions whose result can be much larger than their arguments. DuckDB counts such
 * a value only after creating it, too late for its memory limit.
 */
function boundedFunctions(maxBytes: number): string[] {
  const text = (name: string) =>
    `error('${name}: the text would be longer than ${maxBytes} bytes, which is the limit here.')`;
  const list = (name: string, instead: string) =>
    `error('${name}: the list would have more than ${MAX_ELEMENTS} elements, which is the limit here.${instead}')`;
  const series = (name: string) => {
    const tooLong = list(name, ` Use it in FROM: SELECT * FROM ${name}(…).`);
    const limited = (length: string, args: string) =>
      `CASE WHEN ${length} > ${MAX_ELEMENTS} THEN ${tooLong} ELSE system.main.${name}(${args}) END`;
    return `CREATE MACRO ${name}(a BIGINT) AS ${limited('a', 'a')},
      (a BIGINT, b BIGINT) AS ${limited('b::DOUBLE - a', 'a, b')},
      (a BIGINT, b BIGINT, c BIGINT) AS ${limited('(b::DOUBLE - a) / c', 'a, b, c')},
      (a TIMESTAMP, b TIMESTAMP, c INTERVAL) AS ${limited('(epoch(b) - epoch(a)) / epoch(c)', 'a, b, c')},
      (a TIMESTAMPTZ, b TIMESTAMPTZ, c INTERVAL) AS ${limited('(epoch(b) - epoch(a)) / epoch(c)', 'a, b, c')}`;
  };
  const pad = (name: string) =>
    `CREATE MACRO ${name}(s, n, c) AS CASE WHEN n > ${maxBytes} THEN ${text(name)} ELSE system.main.${name}(s, n, c) END`;
  const resize = (name: string) =>
    `CREATE MACRO ${name}(l, n) AS CASE WHEN n > ${MAX_ELEMENTS} THEN ${list(name, '')} ELSE system.main.${name}(l, n) END,
      (l, n, v) AS CASE WHEN n > ${MAX_ELEMENTS} THEN ${list(name, '')} ELSE system.main.${name}(l, n, v) END`;
  return [
    `CREATE MACRO repeat(s, n) AS CASE WHEN strlen(s::VARCHAR) * n::DOUBLE > ${maxBytes} THEN ${text('repeat')} ELSE system.main.repeat(s, n) END`,
    ...['lpad', 'rpad'].map(pad),
    ...['range', 'generate_series'].map(series),
    ...['list_resize', 'array_resize'].map(resize),
  ];
}

/** Returns the first `limit` rows of a SELECT as texts, each truncated to `width` characters; null stays null. */
export async function firstRows(
  connection: DuckDBConnection,
  sql: string,
  { limit, width, columns }: { limit: number; width: number; columns: number },
): Promise<{ titles: string[]; columnCount: number; rows: unknown[][] }> {
  // The limit is part of the query, so that DuckDB computes nothing for the rows that are not shown.
  const limited = await limitedQuery(connection, sql, limit);
  const prepared = await connection.prepare(limited);
  const { columnCount } = prepared;
  const shown = Array.from({ length: Math.min(columnCount, columns) }, (_, index) => index);
  const titles = shown.map((index) => prepared.columnName(index));
  const cells = await Promise.all(shown.map((index) => cellExpression(prepared, index, width)));
  prepared.destroySync();
  const names = Array.from({ length: columnCount }, (_, index) => `c${index}`);
  const text = `SELECT ${cells.join(', ')} FROM (${limited}) AS answer(${names.join(', ')})`;
  const reader = await connection.streamAndReadUntil(text, limit);
  return { titles, columnCount, rows: reader.getRowsJson().slice(0, limit) };
}

/**
 * Returns the query with a limit around it. DuckDB rewrites a statement that ends with a comment after a semicolon.
 */
async function limitedQuery(connection: DuckDBConnection, sql: string, limit: number): Promise<string> {
  const around = (inner: string) => `SELECT * FROM (\n${inner}\n) LIMIT ${limit}`;
  const limited = around(sql.replace(/[\s;]+$/, ''));
  const fits = await connection.extractStatements(limited).then(
    ({ count }) => count === 1,
    () => false,
  );
  if (fits) return limited;
  const reader = await connection.runAndReadAll('SELECT json_deserialize_sql(json_serialize_sql($1::VARCHAR))', [sql]);
  return around(String(reader.getRows()[0]?.[0] ?? ''));
}

/**
 * Returns the expression of a column as a short text. Lists are cut before the conversion, because each element takes
 * at least one character.
 */
async function cellExpression(prepared: DuckDBPreparedStatement, index: number, width: number): Promise<string> {
  const { DuckDBTypeId } = await import('@duckdb/node-api');
  const column = `c${index}`;
  switch (prepared.columnTypeId(index)) {
    case DuckDBTypeId.VARCHAR:
      return `left(${column}, ${width})`;
    case DuckDBTypeId.BLOB:
    case DuckDBTypeId.BIT:
      return `left(${column}::VARCHAR, ${width})`;
    case DuckDBTypeId.LIST:
      return `left(to_json(${column}[1:${width}])::VARCHAR, ${width})`;
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.UNION:
      return `left(to_json(${column})::VARCHAR, ${width})`;
    default:
      return column;
  }
}
