import type { TurnState } from '../run/turn-state.ts';

/** Whether a turn failed, rather than being stopped or lost with the process that ran the crew. */
export function isFailed({ result }: Pick<TurnState, 'result'>): boolean {
  return result === 'error' || result === 'timeout' || result === 'crash';
}

/** Whether a turn was lost with the process that ran the crew. It did not fail, and ran again. */
export function isLost({ result }: Pick<TurnState, 'result'>): boolean {
  return result === 'lost';
}
