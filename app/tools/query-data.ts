import type { DuckDBConnection, DuckDBExtractedStatements } from '@duckdb/node-api';
import { z } from 'zod';
import { parametersOf, readArguments } from './arguments.ts';
import { listDataFiles } from './data-files.ts';
import { filesNow, filesRead, namedFiles } from './query-files.ts';
import { refusedFunction, syntaxTree } from './query-tree.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';

const MAX_ROWS = 200;
const MAX_CELL = 400;

const schema = z.object({
  sql: z
    .string()
    .min(1)
    .describe("One SELECT in DuckDB's SQL; a file is a table under its path: SELECT count(*) FROM 'sales.csv'"),
});

export const queryData: Tool = {
  name: 'query_data',
  describe: async (workspace) => ({
    description: `Asks the CSV, JSON and Parquet files of the workspace by SQL (DuckDB). ${await describeFiles(workspace)}`,
    parameters: parametersOf(schema),
  }),
  call: async (args, context) => {
    const given = readArguments(schema, args);
    return given.ok ? query(given.value.sql, context) : given.result;
  },
};

async function describeFiles(workspace: string): Promise<string> {
  const { files, more } = await listDataFiles(workspace);
  if (files.length === 0) return 'There are no such files yet.';
  const lines = files.map(({ path, columns }) => `- ${path}${columns === null ? '' : ` (${columns.join(', ')})`}`);
  return `Files:\n${lines.join('\n')}${more ? "\nThere are more: SELECT file FROM glob('**/*.csv')" : ''}`;
}

/** A database in memory for this one statement, which sees the workspace and nothing else. */
async function query(sql: string, { workspace, signal }: ToolContext): Promise<ToolResult> {
  // Loaded here: the library takes longer to load than the rest of the slot.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  const before = process.cwd();
  try {
    // Relative paths in SQL are relative to the workspace. A slot does one thing at a time, so this disturbs nobody.
    process.chdir(workspace);
    await confine(connection, workspace);
    signal.throwIfAborted();
    return await select(connection, sql, workspace);
  } catch (error) {
    return { ok: false, text: failedText(error) };
  } finally {
    process.chdir(before);
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** Nothing outside the workspace, no extensions, bounded, and none of it to be undone by the statement. */
async function confine(connection: DuckDBConnection, workspace: string): Promise<void> {
  // What does not fit into memory is refused, not put into a folder of the workspace.
  await connection.run("SET temp_directory = ''");
  await connection.run(`SET allowed_directories = ['${workspace.replaceAll("'", "''")}']`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET autoinstall_known_extensions = false');
  await connection.run('SET threads = 1');
  await connection.run("SET memory_limit = '512MB'");
  await connection.run('SET lock_configuration = true');
}

async function select(connection: DuckDBConnection, sql: string, workspace: string): Promise<ToolResult> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) return refused(`Give one statement; there are ${statements.count}.`);
  // A PRAGMA or SHOW counts as a SELECT for DuckDB, but only a real one has a syntax tree.
  const tree = await syntaxTree(connection, sql);
  if (tree === null) return refused('Only a SELECT is allowed here.');
  const unwanted = refusedFunction(tree);
  if (unwanted !== null) return refused(`The table function ${unwanted} is not allowed here.`);
  const named = namedFiles(tree);
  const files = await filesNow(connection, named, workspace);
  const touched = { ...(files.length > 0 ? { files } : {}), ...(named.listing ? { listing: true as const } : {}) };
  try {
    if (!(await isSelect(statements))) return refused('Only a SELECT is allowed here.');
    const reader = await connection.runAndReadUntil(sql, MAX_ROWS + 1);
    const reads = await filesRead(connection, named, workspace);
    const text = tableOf(reader.deduplicatedColumnNames(), reader.getRowsJson());
    return { ok: true, text, measured: { ...(reads.length > 0 ? { reads } : {}), ...touched } };
  } catch (error) {
    return { ok: false, text: failedText(error), measured: touched };
  }
}

function failedText(error: unknown): string {
  return `The query failed: ${error instanceof Error ? error.message : String(error)}`;
}

/** DuckDB's own parser says what it is. */
async function isSelect(statements: DuckDBExtractedStatements): Promise<boolean> {
  const { StatementType } = await import('@duckdb/node-api');
  const statement = await statements.prepare(0);
  const { statementType } = statement;
  statement.destroySync();
  return statementType === StatementType.SELECT;
}

function refused(text: string): ToolResult {
  return { ok: false, text };
}

function tableOf(columns: readonly string[], rows: readonly unknown[][]): string {
  const shown = rows.slice(0, MAX_ROWS);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [line(columns.map(cell)), line(columns.map(() => '---')), ...shown.map((row) => line(row.map(cell)))];
  const note = rows.length > MAX_ROWS ? `\n\n[the first ${MAX_ROWS} rows; add LIMIT or aggregate]` : '';
  return `${lines.join('\n')}${note}`;
}

function cell(value: unknown): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
  return short.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
