import type { Notes } from '../report.ts';

/** Tools of CrewAI that do the work of a tool of Crewlane without options or keys of other services where possible. */
const CREWAI_TOOLS: Readonly<Record<string, string>> = {
  web_search: 'SerperDevTool',
  web_fetch: 'ScrapeWebsiteTool',
  file_reader: 'FileReadTool',
  file_search: 'DirectoryReadTool',
  file_writer: 'FileWriterTool',
  query_data: 'CSVSearchTool',
  sql_query: 'NL2SQLTool',
  code_runner: 'CodeInterpreterTool',
};

/** Returns the tools of CrewAI for tools of Crewlane. The rest is listed. */
export function exportTools(tools: readonly string[], notes: Notes): string[] {
  return tools.flatMap((tool, index) => {
    const name = CREWAI_TOOLS[tool];
    if (name !== undefined) return [name];
    notes
      .below(index)
      .leftOut(tool, { why: 'CrewAI has no such tool.', instead: `Write ${tool} as a tool of CrewAI.` });
    return [];
  });
}
