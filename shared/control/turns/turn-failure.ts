import type { Failure } from '../../run/error-kind.ts';
import type { SlotOutcome } from '../../slot/slot-outcome.ts';
import type { ActiveTurn } from '../base/active-turn.ts';

const OVER_MEMORY =
  'exceeded settings.slot_memory_mib and was killed. Raise the limit, or let the task read less at once.';

/** A turn that failed, and how its attempt ends. */
export interface TurnFailure {
  failure: Failure;
  result: 'error' | 'timeout' | 'crash';
}

/** Returns the failure of a turn; null if it gave a value, or was cancelled for another reason than its deadline. */
export function failureOf(turn: ActiveTurn, outcome: SlotOutcome): TurnFailure | null {
  if (turn.ending === 'timeout') return { failure: timeoutOf(turn), result: 'timeout' };
  if (turn.ending !== null || outcome.status === 'value') return null;
  switch (outcome.status) {
    case 'error':
      return { failure: outcome.failure, result: 'error' };
    case 'cancelled':
      return { failure: { kind: 'bad_answer', message: 'The slot abandoned the turn.' }, result: 'error' };
    case 'lost':
      return { failure: lossOf(turn, outcome), result: 'crash' };
  }
}

function timeoutOf(turn: ActiveTurn): Failure {
  const seconds = turn.submission.timeout_ms / 1000;
  return { kind: 'timeout', message: `Timed out after ${seconds} s. Raise timeout_s if the task needs longer.` };
}

function lossOf({ slot }: ActiveTurn, { reason, detail }: Extract<SlotOutcome, { status: 'lost' }>): Failure {
  if (reason === 'memory') return { kind: 'memory', message: `Slot ${slot} ${OVER_MEMORY}` };
  return { kind: 'crash', message: `The process of slot ${slot} ended: ${detail}` };
}
