import type { ModelAccess, ToolTexts, TurnAgent, TurnSubmission } from '../../../shared/slot/protocol.ts';
import { sha256OfParts } from '../../base/hash.ts';

/** All that a result depends on, besides files. */
export interface CacheKeyInput {
  /** The first turns of the task, one for each agent that does it. */
  turns: readonly TurnSubmission[];
  /** The tools as models are told of them. */
  tools: ToolTexts;
  guardrail: unknown;
  /** Who checks what comes of it: the guardrail's agent, the manager who reviews. */
  checkers: readonly TurnAgent[];
  /** Of the application, whose tools and prompts these are. */
  version: string;
}

/** The key of a stored result: SHA-256, in hex, of everything that is sent to get it, and where to. */
export function cacheKey({ turns, tools, guardrail, checkers, version }: CacheKeyInput): string {
  const sent = turns.map(({ agent, prompt, coworkers, output_schema, rehearsal, seed }) => [
    agentParts(agent, rehearsal),
    agent.tools,
    prompt,
    coworkers.map((coworker) => [agentParts(coworker, rehearsal), coworker.role, coworker.tools]),
    output_schema ?? null,
    // A rehearsal's answers are made from its seed; its server has another address each time.
    rehearsal ? seed : null,
  ]);
  const texts = Object.entries(tools).sort(([a], [b]) => (a < b ? -1 : 1));
  const rehearsal = turns.some((turn) => turn.rehearsal);
  const parts = [
    'crewlane-cache/1',
    version,
    sent,
    texts,
    guardrail ?? null,
    checkers.map((agent) => agentParts(agent, rehearsal)),
  ];
  return sha256OfParts(parts);
}

function agentParts({ name, system, model }: TurnAgent, rehearsal: boolean): unknown[] {
  return [name, system, ...modelParts(model, rehearsal)];
}

function modelParts(access: ModelAccess, rehearsal: boolean) {
  const { provider, base_url, model, temperature = null, max_tokens = null, context_window = null } = access;
  return [provider, rehearsal ? null : base_url, model, temperature, max_tokens, context_window];
}
