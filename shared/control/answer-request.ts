import type { InputOf } from './base/input.ts';
import type { ControlState } from './control-state.ts';
import { callEngineTool } from './engine-tools.ts';
import { withdrawLease } from './grant-leases.ts';
import { requestPermit, withdrawPermit } from './grant-permits.ts';

/** Answers a request of a running turn. Each request is answered once, or ends with its turn. */
export function answerRequest(control: ControlState, { key, id, request }: InputOf<'turn.request'>): void {
  const turn = control.turns.find(key);
  if (!turn) return;
  switch (request.kind) {
    case 'workspace.write': {
      const answer = control.writeQuota.take(request.file, request.bytes);
      control.effect({ type: 'answerRequest', key: turn.key, id, answer });
      return;
    }
    case 'limiter.acquire':
      requestPermit(control, turn, id, request);
      return;
    default:
      callEngineTool(control, request.kind, { key: turn.key, id, agent: request.agent, arguments: request.arguments });
  }
}

/** The slot of a turn no longer waits for the answer to a request. */
export function withdrawRequest(control: ControlState, { key, id }: InputOf<'turn.requestCancelled'>): void {
  const turn = control.turns.find(key);
  if (!turn) return;
  withdrawLease(control, turn.key, id);
  withdrawPermit(control, turn, id);
}
