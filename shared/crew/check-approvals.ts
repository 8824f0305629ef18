import { matchesTool } from '../tools/approval.ts';
import type { LooseCrew } from './loose.ts';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

/** The tools that `allow_delegation` adds. */
const DELEGATION_TOOLS = ['delegate_work', 'ask_coworker'];

/**
 * Finds names in `approve_tools` that match no tool of the crew. A misspelled name would let calls pass that a person
 * should approve.
 */
export function checkApprovals({ agents, tasks }: LooseCrew): UnlocatedProblem[] {
  const called = tasks.flatMap(({ call }) => (call === undefined ? [] : [call.tool]));
  const tools = [...new Set([...[...agents, ...tasks].flatMap((one) => one.tools), ...called, ...DELEGATION_TOOLS])];
  const problems = (kind: 'agents' | 'tasks', index: number, name: string, entries: readonly string[]) =>
    entries.flatMap((entry, at): UnlocatedProblem[] => {
      if (entry === '' || tools.some((tool) => matchesTool(entry, tool) || matchesTool(tool, entry))) return [];
      const message = `approve_tools of ${kind.slice(0, -1)} "${name}" names "${entry}", which is not a tool of this crew. Fix the name, or add the tool.`;
      const path: Path = [kind, index, 'approve_tools', at];
      return [{ code: 'unknown_tool', message, path }];
    });
  return [
    ...agents.flatMap(({ name, approve_tools = [] }, at) => problems('agents', at, name, approve_tools)),
    ...tasks.flatMap(({ name, approve_tools = [] }, at) => problems('tasks', at, name, approve_tools)),
  ];
}
