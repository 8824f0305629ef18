import { turnRefKey } from '../scheduler/lease-queues.ts';
import { type TurnKey, turnKeyText } from '../slot/turn-key.ts';
import { type ActiveTurn, attemptOf } from './base/active-turn.ts';
import type { EngineToolCall } from './base/engine-tool-call.ts';
import type { ControlState } from './control-state.ts';
import type { EndedWait, LeaseView } from './leases/leases.ts';

/** Handles a call of the tool `shared_resource_pool`. It is answered at once, or when its wait ends. */
export function requestLease(control: ControlState, request: EngineToolCall): void {
  const { draft, answer } = control.leases.handle(request, leaseViewOf(control), control.now);
  const { key, id } = request;
  if (answer === null) control.deadlines.reduce({ type: 'deadline.paused', id: turnKeyText(key) }, control.now);
  if (draft) control.emit(draft);
  if (answer) control.effect({ type: 'answerRequest', key, id, answer });
}

/** Grants a shared unit of the batch to a wait. If the wait has ended, the next one gets the unit. */
export function grantLease(control: ControlState, id: string): void {
  const draft = control.leases.grant(id);
  if (!draft) return;
  control.emit(draft);
  endWait(control, control.leases.acquired(id));
}

/** Ends a wait that was granted a lease or has timed out, and answers it. */
export function endWait(control: ControlState, ended: EndedWait | null): void {
  if (!ended) return;
  const { key, request, answer } = ended;
  control.deadlines.reduce({ type: 'deadline.resumed', id: turnKeyText(key) }, control.now);
  control.effect({ type: 'answerRequest', key, id: request, answer });
}

/** Ends the waits that have timed out. */
export function expireLeases(control: ControlState): void {
  timeOut(control, control.leases.expired(control.now));
}

/** The slot of a turn no longer waits for the answer to a request. */
export function withdrawLease(control: ControlState, key: TurnKey, request: string): void {
  timeOut(control, control.leases.withdrawn(key, request));
}

/** Ends the waits and leases of a turn that is about to end, so that no lease outlives its attempt. */
export function reclaimLeases(control: ControlState, { key }: ActiveTurn): void {
  timeOut(control, control.leases.waitsOf(key));
  for (const draft of control.leases.reclaim(key)) control.emit(draft);
}

function timeOut(control: ControlState, drafts: ReturnType<ControlState['leases']['expired']>): void {
  for (const draft of drafts) {
    control.emit(draft);
    endWait(control, control.leases.timedOut(draft.id));
  }
}

function leaseViewOf({ run, turns, context, scheduler }: ControlState): LeaseView {
  return {
    resources: run.resources,
    turns: turns.all(),
    shared: context.batch,
    wouldDeadlock: (key, resource) => {
      const attempt = attemptOf(key);
      if (context.batch) return context.batch.wouldDeadlock({ owner: turnRefKey(attempt), resource });
      return scheduler.wouldDeadlock({ ...attempt, resource });
    },
  };
}
