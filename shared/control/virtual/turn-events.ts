import type { EventDraft, EventOf } from '../../run/events.ts';
import type { CallReport } from '../limits/call-report.ts';
import type { VirtualTurn } from './virtual-task.ts';

export type TurnEnd = Omit<EventOf<'attempt.ended'>, 'seq' | 't'>;

/** Returns the end of a successful turn. */
export function succeeded({ task, attempt, name }: VirtualTurn): TurnEnd {
  const end = { type: 'attempt.ended', task: task.graph.name, attempt, result: 'ok' } as const;
  return name === undefined ? end : { ...end, turn: name };
}

/** Identifies a running turn. */
export function idOf({ task, name }: VirtualTurn): string {
  return name === undefined ? task.graph.name : `${task.graph.name} ${name}`;
}

/** Returns how the last call of a turn ends. */
export function endOf({ failure }: VirtualTurn): CallReport['end'] {
  if (failure === null) return 'answered';
  const { kind, retry_after_ms: retryAfterMs = null } = failure.failure;
  return kind === 'rate_limit' ? { retryAfterMs } : 'failed';
}

/** Returns the event of a model call of a turn that has just ended. */
export function callOf(
  { task, name, attempt, agent }: VirtualTurn,
  ms: number,
  tokens: number,
): Extract<EventDraft, { type: 'llm.call' }> {
  const of = { task: task.graph.name, attempt, ...(name === undefined ? {} : { turn: name }) };
  const usage = { prompt_tokens: tokens, completion_tokens: 0, cost_usd: null };
  return { type: 'llm.call', ...of, agent, model: '', ms, first_token_ms: null, ...usage };
}
