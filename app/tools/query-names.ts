import { posix } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { shownPath } from '../base/workspace-path.ts';
import { nodesOf, type SyntaxTree } from './query-tree.ts';

/** DuckDB's functions that read the rows of files, by their first argument. */
const ROW_READERS = new Set([
  'read_csv',
  'read_csv_auto',
  'read_json',
  'read_json_auto',
  'read_ndjson',
  'read_ndjson_auto',
  'read_json_objects',
  'read_json_objects_auto',
  'read_ndjson_objects',
  'read_parquet',
  'parquet_scan',
]);
/** Functions that read any part of a file. */
const READERS = new Set([...ROW_READERS, 'sniff_csv', 'read_text', 'parquet_schema', 'parquet_metadata']);

/** The files that a SELECT names. */
export interface NamedFiles {
  /** Tables and arguments of functions, as in the query; a name may not be a file. */
  names: ReadonlySet<string>;
  /** Those of `names` whose rows are read. */
  tables: ReadonlySet<string>;
  /** Those of `tables` whose format DuckDB must guess, because the query gives no options. */
  guessed: ReadonlySet<string>;
  /** Patterns of glob(): names of files are listed, and their content is not read. */
  listed: ReadonlySet<string>;
  /** Whether the answer depends on which files exist. */
  listing: boolean;
}

const tableSchema = z.object({
  type: z.literal('BASE_TABLE'),
  catalog_name: z.string(),
  schema_name: z.string(),
  table_name: z.string(),
});
const functionSchema = z.object({
  type: z.literal('TABLE_FUNCTION'),
  function: z.object({ function_name: z.string(), children: z.array(z.unknown()) }),
});

/** Finds the files that a query names. Evaluates names that the query computes. */
export async function namedFiles(connection: DuckDBConnection, { tree }: SyntaxTree): Promise<NamedFiles> {
  const names = new Set<string>();
  const tables = new Set<string>();
  const guessed = new Set<string>();
  const listed = new Set<string>();
  let listing = false;
  for (const node of nodesOf(tree)) {
    const table = tableSchema.safeParse(node);
    if (table.success) {
      // Without quotation marks, `FROM sales.csv` is a table `csv` of a schema `sales`, but reads the file
      // nevertheless.
      const { catalog_name, schema_name, table_name } = table.data;
      const name = [catalog_name, schema_name, table_name].filter((part) => part !== '').join('.');
      for (const set of [names, tables, guessed]) set.add(name);
    }
    const call = functionSchema.safeParse(node);
    if (!call.success) continue;
    const { function_name, children } = call.data.function;
    if (function_name !== 'glob' && !READERS.has(function_name)) continue;
    const { texts, computed } = await textsOf(connection, function_name, children[0]);
    listing ||= computed || function_name === 'glob';
    for (const name of texts) {
      if (function_name === 'glob') listed.add(name);
      else names.add(name);
      if (ROW_READERS.has(function_name)) tables.add(name);
      if (ROW_READERS.has(function_name) && children.length === 1) guessed.add(name);
    }
  }
  return { names, tables, guessed, listed, listing: listing || [...names].some(isPattern) };
}

/** Whether a name is a pattern that matches several files. */
export function isPattern(name: string): boolean {
  return /[*?[{]/.test(name);
}

const constantSchema = z.object({ value: z.object({ value: z.string() }) });
const listSchema = z.object({ function_name: z.literal('list_value'), children: z.array(z.unknown()) });
const textsSchema = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

/** Returns the text, or the texts of a list, of an argument. Throws if it is neither. */
async function textsOf(
  connection: DuckDBConnection,
  name: string,
  argument: unknown,
): Promise<{ texts: string[]; computed: boolean }> {
  const constants = constantsOf(argument);
  if (constants !== null) return { texts: constants, computed: false };
  const wrong = new Error(`${name} needs the path of a file, or a list of paths, as its first argument.`);
  const subquery = [...nodesOf(argument)].some((node) => 'class' in node && node.class === 'SUBQUERY');
  if (typeof argument !== 'object' || argument === null || subquery) throw wrong;
  const value = await computeExpression(connection, argument).catch(() => null);
  const texts = textsSchema.safeParse(value);
  if (!texts.success) throw wrong;
  return { texts: texts.data, computed: true };
}

function constantsOf(node: unknown): string[] | null {
  const constant = constantSchema.safeParse(node);
  if (constant.success) return [constant.data.value.value];
  const list = listSchema.safeParse(node);
  if (!list.success) return null;
  const texts = list.data.children.map(constantsOf);
  return texts.every((text) => text !== null) ? texts.flat() : null;
}

/** Evaluates an expression that refers to no table. */
async function computeExpression(connection: DuckDBConnection, expression: object): Promise<unknown> {
  const template = await connection.runAndReadAll("SELECT json_serialize_sql('SELECT 1')::VARCHAR");
  const select = selectSchema.parse(JSON.parse(String(template.getRows()[0]?.[0])));
  for (const { node } of select.statements) node.select_list = [expression];
  // Positions in the text are 64-bit numbers, which JSON.parse has rounded.
  const json = JSON.stringify(select, (key, value) => (key === 'query_location' ? 0 : value));
  const sql = await connection.runAndReadAll('SELECT json_deserialize_sql($1::JSON)', [json]);
  const reader = await connection.runAndReadAll(String(sql.getRows()[0]?.[0]));
  return reader.getRowsJson()[0]?.[0];
}

const selectSchema = z.looseObject({
  statements: z.array(z.looseObject({ node: z.looseObject({ select_list: z.array(z.unknown()) }) })),
});

/**
 * Returns a name as a path relative to the workspace, with `/`, whether or not the file exists. A relative name
 * without `.` and `..` is unchanged.
 */
export function relativeName(workspace: string, name: string): string {
  return posix.normalize(name) === name && !posix.isAbsolute(name) ? name : shownPath(workspace, name);
}

/**
 * Returns the query with each name in `names` replaced by its relative form. Throws if the query computes such a name.
 */
export async function withRelativeNames(
  connection: DuckDBConnection,
  sql: string,
  { json }: SyntaxTree,
  names: ReadonlyMap<string, string>,
): Promise<string> {
  const changed = [...names].filter(([name, relative]) => name !== relative);
  if (changed.length === 0) return sql;
  let edited = json;
  for (const [name, relative] of changed) {
    const token = JSON.stringify(name);
    if (!edited.includes(token)) throw new Error(`Write the path ${name} relative to the workspace: ${relative}`);
    edited = edited.replaceAll(token, JSON.stringify(relative));
  }
  const reader = await connection.runAndReadAll('SELECT json_deserialize_sql($1::JSON)', [edited]);
  return String(reader.getRows()[0]?.[0]);
}
