import { createReadStream } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { Measured } from '../../shared/run/events.ts';
import { sha256OfStream } from './file-hash.ts';
import { nodesOf } from './query-tree.ts';
import { contains } from './workspace-path.ts';

type Reads = NonNullable<Measured['reads']>;
type Files = NonNullable<Measured['files']>;

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
/** Those that read something of them. */
const READERS = new Set([...ROW_READERS, 'sniff_csv', 'read_text', 'parquet_schema', 'parquet_metadata']);

/** The files that a SELECT names. */
export interface NamedFiles {
  /** Tables and arguments of functions, as they stand in the text; a name may be no file. */
  names: ReadonlySet<string>;
  /** Those of `names` whose rows are read. */
  tables: ReadonlySet<string>;
  /** What it reads depends on which files there are. */
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

export function namedFiles(tree: unknown): NamedFiles {
  const names = new Set<string>();
  const tables = new Set<string>();
  let listing = false;
  for (const node of nodesOf(tree)) {
    const table = tableSchema.safeParse(node);
    if (table.success) {
      // Without quotation marks `FROM sales.csv` is a table `csv` of a schema `sales`, and reads the file all the same.
      const { catalog_name, schema_name, table_name } = table.data;
      tables.add([catalog_name, schema_name, table_name].filter((part) => part !== '').join('.'));
    }
    const call = functionSchema.safeParse(node);
    if (!call.success) continue;
    const { function_name, children } = call.data.function;
    if (function_name === 'glob') listing = true;
    if (!READERS.has(function_name)) continue;
    const given = constantsOf(children[0]);
    if (given === null) listing = true;
    for (const name of given ?? []) (ROW_READERS.has(function_name) ? tables : names).add(name);
  }
  for (const name of tables) names.add(name);
  return { names, tables, listing: listing || [...names].some((name) => /[*?[{]/.test(name)) };
}

const constantSchema = z.object({ value: z.object({ value: z.string() }) });
const listSchema = z.object({ function_name: z.literal('list_value'), children: z.array(z.unknown()) });

/** The text, or the texts of a list, that stand in the query as they are; null where they are computed. */
function constantsOf(node: unknown): string[] | null {
  const constant = constantSchema.safeParse(node);
  if (constant.success) return [constant.data.value.value];
  const list = listSchema.safeParse(node);
  if (!list.success) return null;
  const texts = list.data.children.map(constantsOf);
  return texts.every((text) => text !== null) ? texts.flat() : null;
}

/** The workspace's files among `names`, each with its content's hash now; patterns filled in. */
export async function filesNow(connection: DuckDBConnection, { names }: NamedFiles, workspace: string): Promise<Files> {
  const files = new Map<string, string | null>();
  for (const name of names) {
    const found = await filesOf(connection, name, workspace);
    for (const file of found) {
      if (!files.has(file)) files.set(file, await sha256OfStream(createReadStream(resolve(workspace, file))));
    }
    // What has the look of a file and is none yet may be one later; a common table expression is none ever.
    if (found.length === 0 && /\.\w+$/.test(name) && contains(workspace, resolve(workspace, name)))
      files.set(shown(workspace, name), null);
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, sha256]) => ({ file, sha256 }));
}

/** The workspace's files that a SELECT reads the rows of, with how many: a query over a file reads all of it. */
export async function filesRead(
  connection: DuckDBConnection,
  { tables }: NamedFiles,
  workspace: string,
): Promise<Reads> {
  const files = new Set<string>();
  for (const name of tables) for (const file of await filesOf(connection, name, workspace)) files.add(file);
  const reads: Reads = [];
  for (const file of [...files].sort()) {
    const rows = await rowsOf(connection, file);
    if (rows !== null) reads.push({ file, rows, all: true });
  }
  return reads;
}

/** A name as files below the workspace, a pattern filled in; empty for a name that is no file. */
async function filesOf(connection: DuckDBConnection, name: string, workspace: string): Promise<string[]> {
  const reader = await connection.runAndReadAll('SELECT file FROM glob($1::VARCHAR)', [name]).catch(() => null);
  return (reader?.getRows() ?? []).flatMap(([file]) => {
    const full = resolve(workspace, String(file));
    return contains(workspace, full) ? [shown(workspace, full)] : [];
  });
}

function shown(workspace: string, path: string): string {
  return relative(workspace, resolve(workspace, path)).split(sep).join('/');
}

async function rowsOf(connection: DuckDBConnection, file: string): Promise<number | null> {
  const reader = await connection
    .runAndReadAll(`SELECT count(*) FROM '${file.replaceAll("'", "''")}'`)
    .catch(() => null);
  const count = reader?.getRows()[0]?.[0];
  return count === undefined || count === null ? null : Number(count);
}
