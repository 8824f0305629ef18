import type { Conversation } from './conversation.ts';
import { figuresIn } from './tables.ts';

export interface Check {
  name: string;
  passed: boolean;
  found: string;
}

/** Returns the checks that a task requests (`15 checks`), each decided by tool results or by the context. */
export function checksOf(conversation: Conversation): Check[] {
  const wanted = Number(/\b(\d+) checks\b/.exec(conversation.description)?.[1] ?? 0);
  const ofData = figuresIn(conversation.done).map(({ name, value }) => ({
    name: `check ${name}`,
    passed: name.startsWith('records') ? Number(value) > 0 : Number(value) === 0,
    found: value,
  }));
  const ofResults = conversation.context.flatMap((task) => resultChecks(conversation.prompt, task));
  return [...ofResults, ...ofData].slice(0, wanted);
}

function resultChecks(prompt: string, task: string): Check[] {
  const result = prompt.split(`## Result of the task ${task}\n`)[1]?.split(/^## Result of the task /m)[0] ?? '';
  return [
    { name: `check ${task} has a result`, passed: result.trim() !== '', found: `${result.length} characters` },
    {
      name: `check ${task} gives figures`,
      passed: /\d/.test(result),
      found: `${(result.match(/\d+/g) ?? []).length} numbers`,
    },
  ];
}
