import { ModelClient } from '../app/models/client.ts';
import { crewOf, descriptionOf } from './run-request.ts';
import type { BenchTask } from './workload.ts';

/** Calls the server for a task's result. The results of its context must exist. */
export type Call = (task: BenchTask) => Promise<string>;

/** Returns the call that our slots make, with the same client and messages, for a peer to make in its own process. */
export function caller(baseUrl: string): Call {
  const access = { provider: 'custom', base_url: baseUrl, model: 'bench', api_key: null, price: null };
  const models = new ModelClient();
  const { agents } = crewOf([]);
  const system = `You are ${agents[0]?.name}: ${agents[0]?.role}. Your goal: ${agents[0]?.goal}`;
  const results = new Map<string, string>();
  return async (task) => {
    const given = task.context.map((name) => {
      const text = results.get(name);
      if (text === undefined) throw new Error(`${task.name} was started before ${name} had ended.`);
      return `## Result of the task ${name}\n\n${text}`;
    });
    const content = [`# Task: ${task.name}`, descriptionOf(task), ...given].join('\n\n');
    const answer = await models.chat({
      access,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content },
      ],
      tools: [],
      signal: new AbortController().signal,
      onText: () => undefined,
    });
    if (answer.status !== 'answered') throw new Error(`${task.name}: ${JSON.stringify(answer)}`);
    if (results.has(task.name)) throw new Error(`${task.name} was run twice.`);
    results.set(task.name, answer.message.content ?? '');
    return answer.message.content ?? '';
  };
}
