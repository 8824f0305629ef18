import type { SlotEvent } from '../../shared/slot/slot-event.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { TurnAgent } from '../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { runAgentLoop } from './agent-loop.ts';
import type { AnswerCheck } from './answer-check.ts';
import type { SlotTool } from './toolbox.ts';
import type { TurnPort } from './turn-port.ts';

/**
 * A conversation with another agent inside a turn. It continues from the calls that an earlier attempt had answered.
 */
export interface NestedConversation {
  /** The same in every attempt of the turn. */
  id: string;
  from: string;
  to: TurnAgent;
  question: boolean;
  /** Whether the agent judges the answer of the turn rather than helps with it. */
  judges?: Extract<SlotEvent, { type: 'delegation.started' }>['judges'];
  prompt: string;
  tools: readonly SlotTool[];
  checks: readonly AnswerCheck[];
}

/** The agent whose figures include the time, tokens and cost. */
export async function runNestedConversation(
  turn: TurnSubmission,
  port: TurnPort,
  nested: NestedConversation,
): Promise<SlotOutcome> {
  const { id, from, to, question, judges, prompt, tools, checks } = nested;
  const start = performance.now();
  port.event({ type: 'delegation.started', id, from, to: to.name, question, ...(judges ? { judges } : {}) });
  const transcript = turn.nested_conversations[id] ?? [];
  const outcome = await runAgentLoop({
    turn,
    port,
    agent: to,
    prompt,
    transcript,
    tools,
    checks,
    delegation: id,
    ...(judges ? { judges } : {}),
  });
  const ms = Math.round(performance.now() - start);
  port.event({ type: 'delegation.ended', id, ok: outcome.status === 'value', ms });
  return outcome;
}
