import type { SlotEvent, SlotOutcome, TurnAgent, TurnSubmission } from '../../shared/slot/protocol.ts';
import { runAgentLoop } from './agent-loop.ts';
import type { AnswerCheck } from './answer-check.ts';
import type { SlotTool } from './toolbox.ts';
import type { TurnPort } from './turn-port.ts';

/** A conversation with another agent inside a turn: it goes on from what an earlier attempt had answered of it. */
export interface NestedConversation {
  /** The same in every attempt of the turn. */
  id: string;
  from: string;
  to: TurnAgent;
  question: boolean;
  /** It is asked to judge the turn's answer, rather than to help with it. */
  judges?: Extract<SlotEvent, { type: 'delegation.started' }>['judges'];
  prompt: string;
  tools: readonly SlotTool[];
  checks: readonly AnswerCheck[];
}

/** Its time, tokens and cost count to the one who is asked. */
export async function runNestedConversation(
  turn: TurnSubmission,
  port: TurnPort,
  nested: NestedConversation,
): Promise<SlotOutcome> {
  const { id, from, to, question, judges, prompt, tools, checks } = nested;
  const start = performance.now();
  port.event({ type: 'delegation.started', id, from, to: to.name, question, ...(judges ? { judges } : {}) });
  const transcript = turn.nested_conversations[id] ?? [];
  const outcome = await runAgentLoop({ turn, port, agent: to, prompt, transcript, tools, checks, delegation: id });
  const ms = Math.round(performance.now() - start);
  port.event({ type: 'delegation.ended', id, ok: outcome.status === 'value', ms });
  return outcome;
}
