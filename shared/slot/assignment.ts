import { z } from 'zod';
import { parseJson } from '../parse-json.ts';

/** What a manager has to give out, and to whom it may. */
export const toAssignSchema = z.object({ tasks: z.array(z.string()), agents: z.array(z.string()) });
export type ToAssign = z.infer<typeof toAssignSchema>;

const answerSchema = z.record(z.string(), z.string());

export interface Assignment {
  /** The tasks that the manager gave to an agent of the crew. */
  chosen: Map<string, string>;
  /** What is wrong with the answer, to be told to the manager; null when every task has its agent. */
  complaint: string | null;
}

/** Reads the manager's answer: a JSON object of task names and agent names, alone or inside other text. */
export function readAssignment({ tasks, agents: names }: ToAssign, answer: string): Assignment {
  const named = objectIn(answer);
  if (!named)
    return {
      chosen: new Map(),
      complaint: 'Your answer holds no JSON object. Answer with {"task_name": "agent_name"} alone.',
    };
  const agents = new Set(names);
  const chosen = new Map<string, string>();
  const wrong: string[] = [];
  for (const task of tasks) {
    const agent = named[task];
    if (agent !== undefined && agents.has(agent)) chosen.set(task, agent);
    else wrong.push(agent === undefined ? `${task} has no agent` : `${agent} (for ${task}) is no agent`);
  }
  if (wrong.length === 0) return { chosen, complaint: null };
  const complaint = `${wrong.join('; ')}. The agents are: ${[...agents].join(', ')}. Answer with the whole JSON object again.`;
  return { chosen, complaint };
}

function objectIn(answer: string): Record<string, string> | null {
  const start = answer.indexOf('{');
  const end = answer.lastIndexOf('}');
  if (start < 0 || end < start) return null;
  const parsed = answerSchema.safeParse(parseJson(answer.slice(start, end + 1)));
  return parsed.success ? parsed.data : null;
}
