import type { AgentModel } from '../../../shared/slot/agent-model.ts';
import type { TurnAgent } from '../../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../../shared/slot/turn-submission.ts';

/** The run of all turns. */
export const RUN = 'run';

/** An agent that calls a provider of a test. */
export function agentAt(base_url: string, more: Partial<TurnAgent> = {}, ofModel: Partial<AgentModel> = {}): TurnAgent {
  const model = { provider: 'test', base_url, model: 'm', price: null, ...ofModel };
  return {
    name: 'ada',
    role: 'Analyst',
    goal: 'Count',
    system: 'You are ada: Analyst.',
    model,
    tools: [],
    max_iterations: 5,
    ...more,
  };
}

/** The first attempt of a task, as the engine submits it. */
export function turnFor(agent: TurnAgent, more: Partial<TurnSubmission> = {}): TurnSubmission {
  return {
    key: { run: RUN, task: 'report', attempt: 1, turn: null },
    agent,
    prompt: '# Task: report',
    transcript: [],
    nested_conversations: {},
    coworkers: [],
    rehearsal: false,
    seed: 1,
    timeout_ms: 60_000,
    ...more,
  };
}
