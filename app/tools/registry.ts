import { isEngineTool, isMainTool, type SlotToolName, type ToolName } from '../../shared/tools/catalogue.ts';
import { engineTool } from './described-tool.ts';
import { mainTool } from './main-tool.ts';
import type { Tool } from './tool.ts';

/** Tools are loaded when first needed, so that a slot starts without them. */
const LOADERS: Readonly<Record<SlotToolName, () => Promise<Tool>>> = {
  file_reader: async () => (await import('./file-reader.ts')).fileReader,
  file_search: async () => (await import('./file-search.ts')).fileSearch,
  file_writer: async () => (await import('./file-writer.ts')).fileWriter,
  query_data: async () => (await import('./query-data.ts')).queryData,
  sql_query: async () => (await import('./sql-query.ts')).sqlQuery,
  web_fetch: async () => (await import('./web-fetch.ts')).webFetch,
  code_runner: async () => (await import('./code-runner.ts')).codeRunner,
};

export async function loadTool(name: ToolName): Promise<Tool> {
  if (isMainTool(name)) return mainTool(name);
  return isEngineTool(name) ? engineTool(name) : LOADERS[name]();
}
