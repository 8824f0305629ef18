import type { RunEvent } from '../run/events.ts';
import { reviewAsked } from './answer-review.ts';
import { taskEnded } from './complete-task.ts';
import type { ControlState } from './control-state.ts';
import { endWait } from './grant-leases.ts';
import { lookUpResult } from './look-up-result.ts';
import { startTurn } from './start-turn.ts';

type Consequences = {
  [Type in RunEvent['type']]?: (control: ControlState, event: Extract<RunEvent, { type: Type }>) => void;
};

/** What the engine does about a decision of the scheduler or the throttles. Other events change the state alone. */
const CONSEQUENCES: Consequences = {
  'attempt.started': startTurn,
  'agent.held': ({ throttles }, event) => throttles.reduce(event),
  'agent.freed': ({ throttles }, event) => throttles.reduce(event),
  'review.asked': (control, { task }) => reviewAsked(control, task),
  'cache.asked': (control, { task }) => lookUpResult(control, task),
  'resource.acquired': (control, { id }) => endWait(control, control.leases.acquired(id)),
  'resource.timed_out': (control, { id }) => endWait(control, control.leases.timedOut(id)),
  'task.failed': (control, { task }) => taskEnded(control, task),
  'task.skipped': (control, { task }) => taskEnded(control, task),
  'task.not_chosen': (control, { task }) => taskEnded(control, task),
  'task.cancelled': (control, { task }) => taskEnded(control, task),
  'run.finished': (control, { outcome }) => {
    control.ending = { status: 'finished', outcome };
  },
};

/** Carries out a decision that was just recorded. */
export function carryOut(control: ControlState, event: RunEvent): void {
  consequenceOf(event.type)?.(control, event);
}

function consequenceOf<Type extends RunEvent['type']>(type: Type) {
  // The table has the function of each type of event under the type's own key.
  return CONSEQUENCES[type] as ((control: ControlState, event: RunEvent) => void) | undefined;
}
