/** The tools whose calls a person must approve: all or none, or names and wildcards such as `notes__*`. */
export type ApproveTools = boolean | readonly string[];

/** Whether a person must approve calls of a tool. */
export function needsApproval(approve: ApproveTools, tool: string): boolean {
  return typeof approve === 'boolean' ? approve : approve.some((entry) => matchesTool(entry, tool));
}

/** Whether a name or wildcard names a tool. `*` stands for any characters. */
export function matchesTool(entry: string, tool: string): boolean {
  const [first = '', ...others] = entry.split('*');
  if (others.length === 0) return entry === tool;
  const last = others.pop() ?? '';
  if (!tool.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = tool.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return tool.length - last.length >= at && tool.endsWith(last);
}
