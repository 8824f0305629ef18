import type { DuckDBConnection } from '@duckdb/node-api';
import type { Measured } from '../../shared/run/events.ts';
import { answerTable, fetched, USUAL_ROWS } from '../../shared/tools/answer-table.ts';
import { TOOLS } from '../../shared/tools/catalogue.ts';
import { hideFolder } from '../base/hide-folder.ts';
import { messageOf } from '../base/system-error.ts';
import { describeDataFiles } from './data-files.ts';
import { slotTool } from './described-tool.ts';
import { firstRows, withDatabase } from './query-database.ts';
import { contentsBehind, filesRead, misreadFiles, type OpenedFiles, openNamed, type Reads } from './query-files.ts';
import { namedFiles, withRelativeNames } from './query-names.ts';
import { checkedSelect } from './query-statement.ts';
import type { SyntaxTree } from './query-tree.ts';
import { QueryView } from './query-view.ts';
import { type ToolContext, type ToolResult, UNLIMITED_MIB } from './tool.ts';

export const queryData = slotTool(TOOLS.query_data, {
  details: describeDataFiles,
  call: ({ sql, count = USUAL_ROWS }, context) => query(sql, count, context),
});

/** Runs one statement in a separate database, which can read files of the workspace and nothing else. */
async function query(
  sql: string,
  maxRows: number,
  { workspace, signal, memoryMib = UNLIMITED_MIB }: ToolContext,
): Promise<ToolResult> {
  const before = process.cwd();
  const view = await QueryView.create(workspace);
  const confines = { folders: [view.folder, workspace], memoryMib, signal };
  let measured: Measured | undefined;
  try {
    return await withDatabase(confines, async (connection) => {
      const checked = await checkedSelect(connection, sql);
      if (!checked.ok) return checked;
      // Paths in SQL are relative to the current folder: to the workspace while files are searched, and to the view of
      // the opened files while the query runs. A slot runs one tool call at a time, so no other call is affected.
      process.chdir(workspace);
      const opened = await openNamed(connection, await namedFiles(connection, checked.tree), view, {
        workspace,
        memoryMib,
        signal,
      });
      measured = await contentsBehind(opened, workspace);
      process.chdir(view.folder);
      const { text, reads } = await select(connection, sql, maxRows, checked.tree, opened);
      return { ok: true, text, measured: { ...(reads.length > 0 ? { reads } : {}), ...measured } };
    });
  } catch (error) {
    const message = hideFolder(hideFolder(messageOf(error), view.folder), workspace);
    const text = `The query failed: ${message}`;
    return { ok: false, text, ...(measured ? { measured } : {}) };
  } finally {
    process.chdir(before);
    await view.close();
  }
}

/** Runs a checked query on the files that were opened for it. */
async function select(
  connection: DuckDBConnection,
  sql: string,
  maxRows: number,
  tree: SyntaxTree,
  opened: OpenedFiles,
): Promise<{ text: string; reads: Reads }> {
  const relative = await withRelativeNames(connection, sql, tree, opened.paths);
  const answer = answerTable(await firstRows(connection, relative, fetched(maxRows)), maxRows);
  const notes = await misreadFiles(connection, opened);
  // A truncated query may have read only the beginning of its files.
  const reads = answer.complete ? await filesRead(connection, opened) : [];
  return { text: [...notes, answer.text].join('\n\n'), reads };
}
