/** The names of the tools that agents can have. `allow_delegation` adds `delegate_work` and `ask_coworker`. */
export const TOOL_NAMES = [
  'performance_monitor',
  'shared_resource_pool',
  'file_reader',
  'file_writer',
  'query_data',
  'web_search',
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/**
 * Tools that reach outside the workspace and the run. A real run of a foreign crew needs trust; a rehearsal does not
 * call them.
 */
export const OUTSIDE_TOOLS: ReadonlySet<string> = new Set<ToolName>(['web_search']);

/** Tools whose answers come only from the workspace and the run. */
export const INSIDE_TOOLS: ReadonlySet<string> = new Set(TOOL_NAMES.filter((name) => !OUTSIDE_TOOLS.has(name)));

export function isToolName(name: string): name is ToolName {
  return TOOL_NAMES.some((known) => known === name);
}
