import { z } from 'zod';
import { findNamed, type Named } from '../names.ts';
import { findJson } from './json-answer.ts';

const byName = z.record(z.string(), z.string()).optional();
/** The tasks that a manager assigns and the agents that it can choose, with their other names. */
export const toAssignSchema = z.object({
  tasks: z.array(z.string()),
  agents: z.array(z.string()),
  titles: byName,
  roles: byName,
});
export type ToAssign = z.infer<typeof toAssignSchema>;

const answerSchema = z.record(z.string(), z.string());

export interface Assignment {
  /** The tasks that the manager gave to an agent of the crew. */
  chosen: Map<string, string>;
  /** The problem of the answer, as a prompt for the manager; null if every task has an agent. */
  complaint: string | null;
}

/** Reads the manager's answer: a JSON object of task names and agent names, alone or inside other text. */
export function readAssignment({ tasks, agents: names, titles, roles }: ToAssign, answer: string): Assignment {
  const found = answerSchema.safeParse(findJson(answer, (value) => answerSchema.safeParse(value).success)?.value);
  if (!found.success)
    return {
      chosen: new Map(),
      complaint: 'Your answer contains no JSON object. Answer only with {"task_name": "agent_name"}.',
    };
  const agents = names.map((name): Named => ({ name, title: roles?.[name] }));
  const named = agentNamesByTask(
    tasks.map((name): Named => ({ name, title: titles?.[name] })),
    found.data,
  );
  const chosen = new Map<string, string>();
  const wrong: string[] = [];
  for (const task of tasks) {
    const agent = named.get(task);
    const meant = agent === undefined ? null : findNamed(agents, agent);
    if (meant === null) wrong.push(`${task} has no agent`);
    else if (meant.status === 'found') chosen.set(task, meant.item.name);
    else if (meant.status === 'ambiguous') wrong.push(`${agent} (for ${task}) may be ${listOf(meant.items)}`);
    else wrong.push(`${agent} (for ${task}) is not an agent`);
  }
  if (wrong.length === 0) return { chosen, complaint: null };
  const complaint = `${wrong.join('; ')}. The agents are: ${names.join(', ')}. Answer with the complete JSON object again.`;
  return { chosen, complaint };
}

/** Returns the agent names in the answer, by the tasks that its keys refer to. An exact key takes precedence. */
function agentNamesByTask(tasks: readonly Named[], answer: Readonly<Record<string, string>>): Map<string, string> {
  const named = new Map<string, string>();
  for (const [key, agent] of Object.entries(answer)) {
    const task = findNamed(tasks, key);
    if (task.status === 'found' && (key === task.item.name || !named.has(task.item.name)))
      named.set(task.item.name, agent);
  }
  return named;
}

function listOf(items: readonly Named[]): string {
  return items.map(({ name }) => name).join(' or ');
}
