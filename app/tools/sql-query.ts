import type { Database, Databases } from '../../shared/crew/databases.ts';
import { USUAL_ROWS } from '../../shared/tools/answer-table.ts';
import { TOOLS, type ToolArguments } from '../../shared/tools/catalogue.ts';
import { cutAnswer } from '../../shared/tools/cut-answer.ts';
import { readStatement } from '../../shared/tools/read-statement.ts';
import { slotTool } from './described-tool.ts';
import { askMain } from './main-tool.ts';
import { querySqlite } from './sqlite/query-sqlite.ts';
import type { ToolContext, ToolResult } from './tool.ts';

/** The process of the engine has the connections to servers. Files of the workspace are read in the slot. */
export const sqlQuery = slotTool(TOOLS.sql_query, {
  details: async (_workspace, databases = {}) => `The databases are ${listed(databases)}.`,
  call: query,
  rehearse: (args) =>
    `[rehearsal: no database was read]\n| id | name |\n| --- | --- |\n| 1 | A rehearsed row of ${args?.database ?? 'the database'} |`,
});

async function query(
  { database: named, sql, count = USUAL_ROWS }: ToolArguments<'sql_query'>,
  context: ToolContext,
): Promise<ToolResult> {
  const { databases = {} } = context;
  const found = databaseNamed(named, databases);
  if (found === null) {
    const what = named === undefined ? 'Name the database.' : `There is no database "${named}".`;
    return { ok: false, text: `${what} The databases are ${listed(databases)}.` };
  }
  const [name, database] = found;
  const checked = readStatement(sql, database.kind);
  if (!checked.ok) return checked;
  if (database.kind !== 'sqlite')
    return askMain('sql_query', { database: name, sql: checked.sql, count }, context, limitsOf(database));
  const counted = await context.ask({
    kind: 'tool.count',
    tool: { name: 'sql_query', source: { kind: 'built_in', tool: 'sql_query' }, limits: limitsOf(database) },
  });
  if (!counted.ok) return counted;
  const timeoutMs = database.timeout_s * 1000;
  const result = await querySqlite({ file: database.file, sql: checked.sql, count, timeoutMs }, context);
  return { ...result, text: cutAnswer(result.text, database.answer_characters) };
}

/** Returns the database of this name, or the only one if no name is given. */
function databaseNamed(named: string | undefined, databases: Databases): [string, Database] | null {
  const all = Object.entries(databases);
  const found = named === undefined ? (all.length === 1 ? all[0] : undefined) : all.find(([name]) => name === named);
  return found ?? null;
}

function listed(databases: Databases): string {
  return (
    Object.entries(databases)
      .map(([name, { kind }]) => `${name} (${kind})`)
      .join(', ') || 'none'
  );
}

function limitsOf({ timeout_s, max_calls, answer_characters }: Database) {
  return { timeout_s, max_calls, answer_characters };
}
