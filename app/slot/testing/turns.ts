import type { ModelAccess, TurnAgent, TurnSubmission } from '../../../shared/slot/protocol.ts';

/** An agent that calls a provider of a test. */
export function agentAt(base_url: string, more: Partial<TurnAgent> = {}, access: Partial<ModelAccess> = {}): TurnAgent {
  const model = { provider: 'test', base_url, model: 'm', api_key: null, price: null, ...access };
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
export function turnFor(agent: TurnAgent, workspace: string, more: Partial<TurnSubmission> = {}): TurnSubmission {
  return {
    key: { run: 'run', task: 'report', attempt: 1, turn: null },
    agent,
    prompt: '# Task: report',
    transcript: [],
    nested_conversations: {},
    coworkers: [],
    workspace,
    rehearsal: false,
    seed: 1,
    timeout_ms: 60_000,
    ...more,
  };
}
