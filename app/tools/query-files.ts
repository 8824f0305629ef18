import { relative, resolve, sep } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { Measured } from '../../shared/run/events.ts';
import { nodesOf } from './query-tree.ts';
import { contains } from './workspace-path.ts';

type Reads = NonNullable<Measured['reads']>;

/** DuckDB's functions that read files, by their first argument. */
const READERS = new Set([
  'read_csv',
  'read_csv_auto',
  'read_json',
  'read_json_auto',
  'read_ndjson',
  'read_ndjson_auto',
  'read_json_objects',
  'read_parquet',
  'parquet_scan',
]);

/** The workspace's files that a SELECT reads, each with its rows: a query over a file reads all of it. */
export async function filesRead(connection: DuckDBConnection, tree: unknown, workspace: string): Promise<Reads> {
  const names = new Set<string>();
  for (const node of nodesOf(tree)) collect(node, names);
  const reads: Reads = [];
  for (const file of await existing(connection, [...names], workspace)) {
    const rows = await rowsOf(connection, file);
    if (rows !== null) reads.push({ file, rows, all: true });
  }
  return reads;
}

const tableSchema = z.object({ type: z.literal('BASE_TABLE'), schema_name: z.literal(''), table_name: z.string() });
const functionSchema = z.object({
  type: z.literal('TABLE_FUNCTION'),
  function: z.object({ function_name: z.string(), children: z.array(z.unknown()) }),
});
const constantSchema = z.object({ value: z.object({ value: z.string() }) });

/** A table that is a file, or a function that reads files. */
function collect(node: object, names: Set<string>): void {
  const table = tableSchema.safeParse(node);
  if (table.success) names.add(table.data.table_name);
  const call = functionSchema.safeParse(node);
  if (call.success && READERS.has(call.data.function.function_name)) constants(call.data.function.children[0], names);
}

function constants(node: unknown, names: Set<string>): void {
  const constant = constantSchema.safeParse(node);
  if (constant.success) names.add(constant.data.value.value);
  if (typeof node !== 'object' || node === null) return;
  const children = z.object({ children: z.array(z.unknown()) }).safeParse(node);
  if (children.success) for (const child of children.data.children) constants(child, names);
}

/** Names as files below the workspace, patterns filled in; a name that is no file (a common table expression) is dropped. */
async function existing(connection: DuckDBConnection, names: readonly string[], workspace: string): Promise<string[]> {
  const files = new Set<string>();
  for (const name of names) {
    const reader = await connection.runAndReadAll('SELECT file FROM glob($1::VARCHAR)', [name]).catch(() => null);
    for (const [file] of reader?.getRows() ?? []) {
      const full = resolve(workspace, String(file));
      if (contains(workspace, full)) files.add(relative(workspace, full).split(sep).join('/'));
    }
  }
  return [...files].sort();
}

async function rowsOf(connection: DuckDBConnection, file: string): Promise<number | null> {
  const reader = await connection
    .runAndReadAll(`SELECT count(*) FROM '${file.replaceAll("'", "''")}'`)
    .catch(() => null);
  const count = reader?.getRows()[0]?.[0];
  return count === undefined || count === null ? null : Number(count);
}
