import { expressionProblems } from './check-flow.ts';
import { taskOfEntry } from './context.ts';
import { GUARDRAIL_VARIABLES } from './guardrails.ts';
import { languageOf } from './languages.ts';
import type { LooseTask } from './loose.ts';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

type LooseGuardrail = NonNullable<LooseTask['guardrail']>;

/** Checks the guardrails of a task. @param path the path of the task @param agents the names of all agents */
export function checkGuardrails(task: LooseTask, path: Path, agents: ReadonlySet<string>): UnlocatedProblem[] {
  const { guardrail, guardrails = [] } = task;
  const check = (one: LooseGuardrail, at: Path) => [
    ...guardrailProblems(task.name, one, at, agents),
    ...ofExpression(task, one, at),
  ];
  return [
    ...(guardrail === undefined ? [] : check(guardrail, [...path, 'guardrail'])),
    ...guardrails.flatMap((one, index) => check(one, [...path, 'guardrails', index])),
  ];
}

function ofExpression(task: LooseTask, { check, cel = '' }: LooseGuardrail, path: Path): UnlocatedProblem[] {
  if (check !== 'expression' || cel === '') return [];
  const place = { key: 'guardrail', task: task.name, path: [...path, 'cel'] };
  return expressionProblems(cel, GUARDRAIL_VARIABLES, new Set(task.context.map(taskOfEntry)), place);
}

function guardrailProblems(
  task: string,
  { agent = '', check, language = '', min = 0, max = min }: LooseGuardrail,
  path: Path,
  agents: ReadonlySet<string>,
): UnlocatedProblem[] {
  if (agent !== '' && !agents.has(agent)) {
    const message = `Task "${task}" refers to agent "${agent}", which does not exist. Add it, or fix the name.`;
    return [{ code: 'unknown_reference', message, path: [...path, 'agent'] }];
  }
  if (check === 'length' && min > max) {
    const message = `The guardrail of task "${task}" requires at least ${min} and at most ${max} characters, which no answer can satisfy.`;
    return [{ code: 'out_of_range', message, path: [...path, 'max'] }];
  }
  if (check !== 'language' || language === '' || languageOf(language) !== null) return [];
  const message = `"${language}" is not a language that can be detected. Use a code such as "en", "de" or "pt-BR".`;
  return [{ code: 'unknown_language', message, path: [...path, 'language'] }];
}
