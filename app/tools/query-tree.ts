import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';

/**
 * The functions that a query may use in place of a table. Others do more than read: `enable_profiling` writes a file
 * of any name into the workspace, `enable_logging` can end the process, and some run SQL from a text.
 */
const TABLE_FUNCTIONS = new Set([
  'read_csv',
  'read_csv_auto',
  'sniff_csv',
  'read_json',
  'read_json_auto',
  'read_json_objects',
  'read_json_objects_auto',
  'read_ndjson',
  'read_ndjson_auto',
  'read_ndjson_objects',
  'read_parquet',
  'parquet_scan',
  'parquet_schema',
  'parquet_metadata',
  'read_text',
  'glob',
  'range',
  'generate_series',
  'unnest',
  'repeat',
  'json_each',
  'json_tree',
  'histogram',
  'histogram_values',
]);

/** The syntax tree of SELECTs. `json` is its text as DuckDB wrote it: JSON.parse rounds its 64-bit numbers. */
export interface SyntaxTree {
  json: string;
  tree: object;
}

/** SELECTs (their number is 0 for a text of comments), another kind of statement, or a text that is not SQL. */
export type ParsedSql =
  | ({ status: 'selects'; count: number } & SyntaxTree)
  | { status: 'other' }
  | { status: 'wrong'; message: string };

/** Parses SQL with DuckDB's parser. */
export async function syntaxTree(connection: DuckDBConnection, sql: string): Promise<ParsedSql> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)::VARCHAR', [sql]);
  const json = String(reader.getRows()[0]?.[0]);
  const tree = treeSchema.parse(JSON.parse(json));
  if (!tree.error) return { status: 'selects', count: tree.statements.length, json, tree };
  return tree.error_type === 'parser' ? { status: 'wrong', message: tree.error_message } : { status: 'other' };
}

const treeSchema = z.discriminatedUnion('error', [
  z.looseObject({ error: z.literal(false), statements: z.array(z.unknown()) }),
  z.object({ error: z.literal(true), error_type: z.string(), error_message: z.string() }),
]);

/** Yields every object of a syntax tree, the tree itself first. */
export function* nodesOf(tree: unknown): Generator<object> {
  if (typeof tree !== 'object' || tree === null) return;
  if (!Array.isArray(tree)) yield tree;
  for (const child of Object.values(tree)) yield* nodesOf(child);
}

const callSchema = z.object({
  type: z.literal('TABLE_FUNCTION'),
  function: z.object({ function_name: z.string() }),
});

/** Returns the first forbidden table function of a query, or null. */
export function refusedFunction(tree: object): string | null {
  for (const node of nodesOf(tree)) {
    const call = callSchema.safeParse(node);
    if (call.success && !TABLE_FUNCTIONS.has(call.data.function.function_name)) return call.data.function.function_name;
    if (!call.success && 'type' in node && node.type === 'TABLE_FUNCTION') return 'of an unknown kind';
  }
  return null;
}
