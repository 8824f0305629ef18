import type { Crew } from '../../../crew/schema.ts';
import { estimatedTokens } from '../../../slot/tokens.ts';
import type { TurnAgent } from '../../../slot/turn-agent.ts';
import type { ModelEndpoint } from '../../base/endpoint.ts';
import type { PlanView, TurnPlan, TurnToStart } from '../../base/plan.ts';

const PROMPT = 'Do it.';
const SYSTEM = 'You work.';

/** The tokens that the engine reserves for the first call of each turn. */
export const FIRST_CALL_TOKENS = estimatedTokens([
  { role: 'system', content: SYSTEM },
  { role: 'user', content: PROMPT },
]);

/** Two providers: the agents whose names start with `b` call the second one. */
export function originOf(agent: string): string {
  return agent.startsWith('b') ? 'https://second.invalid' : 'https://first.invalid';
}

export function endpointsOf(crew: Crew): ReadonlyMap<string, ModelEndpoint> {
  return new Map(crew.agents.map(({ name }) => [name, { name: originOf(name), origin: originOf(name) }]));
}

/** Returns what a turn is submitted with: short texts, and for a vote the proposals to choose from. */
export function planTurn(crew: Crew, view: PlanView, started: TurnToStart): TurnPlan {
  const { task, attempt, agent } = started;
  const turn = started.turn ?? null;
  const found = crew.tasks.find(({ name }) => name === task);
  const proposals = view.run.tasks.get(task)?.proposals ?? [];
  const isVote = turn?.startsWith('vote:') ?? false;
  const submission = {
    key: { run: 'run-1', task, attempt, turn },
    agent: agentOf(agent),
    prompt: PROMPT,
    transcript: [...view.transcriptOf(task, turn)],
    nested_conversations: {},
    coworkers: [],
    rehearsal: false,
    seed: 1,
    timeout_ms: Math.round((found?.timeout_s ?? crew.settings.task_timeout_s) * 1000),
    ...(isVote ? { choices: proposals.map((proposal) => proposal.agent) } : {}),
  };
  return { submission, shortened: [] };
}

function agentOf(name: string): TurnAgent {
  const model = { provider: 'fake', base_url: originOf(name), model: 'fake', price: null };
  return { name, role: 'Worker', goal: 'Work', system: SYSTEM, model, tools: [], max_iterations: 5 };
}
