import { askApproval } from './ask-person.ts';
import type { ActiveTurn } from './base/active-turn.ts';
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
    case 'tool.approve':
      askApproval(control, turn, id, request);
      return;
    case 'limiter.acquire':
      requestPermit(control, turn, id, request);
      return;
    case 'tools.find':
      turn.toolRequests.add(id);
      control.effect({ type: 'findTools', key: turn.key, id, names: request.names });
      return;
    case 'recording.find':
      turn.toolRequests.add(id);
      control.effect({ type: 'findRecorded', key: turn.key, id, request });
      return;
    case 'tool.count':
      control.effect({ type: 'answerRequest', key: turn.key, id, answer: control.callQuota.take(request.tool) });
      return;
    case 'tool.call': {
      const counted = control.callQuota.take(request.tool);
      if (!counted.ok) {
        control.effect({ type: 'answerRequest', key: turn.key, id, answer: counted });
        return;
      }
      turn.toolRequests.add(id);
      control.effect({ type: 'callTool', key: turn.key, id, call: request });
      return;
    }
    default:
      callEngineTool(control, request.kind, { ...request, key: turn.key, id });
  }
}

/** The process of the engine has found tools, or called one. The turn may have ended meanwhile. */
export function toolsAnswered(control: ControlState, { key, id, answer }: InputOf<'tools.answered'>): void {
  if (control.turns.find(key)?.toolRequests.delete(id)) control.effect({ type: 'answerRequest', key, id, answer });
}

/** Stops finding or calling tools for a turn that is about to end. */
export function cancelToolRequests(control: ControlState, turn: ActiveTurn): void {
  for (const id of [...turn.toolRequests]) cancelToolRequest(control, turn, id);
}

function cancelToolRequest(control: ControlState, turn: ActiveTurn, id: string): void {
  if (turn.toolRequests.delete(id)) control.effect({ type: 'cancelTools', key: turn.key, id });
}

/** The slot of a turn no longer waits for the answer to a request. */
export function withdrawRequest(control: ControlState, { key, id }: InputOf<'turn.requestCancelled'>): void {
  const turn = control.turns.find(key);
  if (!turn) return;
  withdrawLease(control, turn.key, id);
  control.questions.withdraw(turn.key, id);
  withdrawPermit(control, turn, id);
  cancelToolRequest(control, turn, id);
}
