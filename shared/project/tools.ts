/** The tools that agents can be given, by name. `delegate_work` and `ask_coworker` come with `allow_delegation`. */
export const TOOL_NAMES = [
  'performance_monitor',
  'shared_resource_pool',
  'file_reader',
  'file_writer',
  'query_data',
  'web_search',
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** Tools that reach outside the workspace and the run: a real run of a stranger's file needs consent, a rehearsal does not call them. */
export const OUTSIDE_TOOLS: ReadonlySet<string> = new Set<ToolName>(['web_search']);

/** Tools whose answers come from the workspace and the run alone. */
export const INSIDE_TOOLS: ReadonlySet<string> = new Set(TOOL_NAMES.filter((name) => !OUTSIDE_TOOLS.has(name)));

export function isToolName(name: string): name is ToolName {
  return TOOL_NAMES.some((known) => known === name);
}
