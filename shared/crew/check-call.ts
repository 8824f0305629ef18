import type { LooseTask } from './loose.ts';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

/** Checks a task that is a tool call: it names one tool, and has no model that could judge the answer. */
export function callProblems(task: LooseTask, at: (...path: Path) => Path): UnlocatedProblem[] {
  const { name, call, guardrail, guardrails = [] } = task;
  if (call === undefined) return [];
  const rules = [
    ...(guardrail === undefined ? [] : [{ rule: guardrail, path: at('guardrail') }]),
    ...guardrails.map((rule, index) => ({ rule, path: at('guardrails', index) })),
  ];
  const unjudged = rules.filter(({ rule: { check, agent = '' } }) => check === undefined && agent === '');
  return [
    ...(call.tool.endsWith('*') ? [severalTools(name, call.tool, at('call', 'tool'))] : []),
    ...unjudged.map(({ path }) => {
      const message = `Task "${name}" is a tool call, and has no model that could judge the answer. Name an agent in the guardrail.`;
      return { code: 'no_agent', message, path };
    }),
  ];
}

function severalTools(task: string, tool: string, path: Path): UnlocatedProblem {
  return {
    code: 'unknown_tool',
    message: `Task "${task}" calls "${tool}", which can be several tools. Name one.`,
    path,
  };
}
