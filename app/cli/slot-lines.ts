import type { Crew } from '../../shared/crew/schema.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { countOf, formatDuration } from '../../shared/figures/format.ts';
import { isAssignment } from '../../shared/run/assignment.ts';
import { openQuestions } from '../../shared/run/questions.ts';
import { openReviews } from '../../shared/run/review.ts';
import type { RunState, TurnState } from '../../shared/run/state.ts';
import type { RowHandle } from '../launch/group/group-handle.ts';
import { taskProgress } from '../launch/task-progress.ts';
import { stripControlCharacters, truncateToWidth } from './text.ts';

/** The terminal lines of a running run: counts and time left, then a line for each slot. */
export class SlotLines {
  readonly #titles: ReadonlyMap<string, string>;

  constructor({ tasks }: Crew) {
    this.#titles = new Map(tasks.map((task) => [task.name, stripControlCharacters(titleOf(task))]));
  }

  /** Returns the lines of a run, each at most as wide as a terminal of this width. */
  of(run: RowHandle, columns: number): string[] {
    const { state } = run;
    const now = run.now();
    const turns = new Map([...state.running].map((turn) => [turn.slot, turn]));
    const slots = [...new Set([...state.slots.keys(), ...turns.keys()])].sort((a, b) => a - b);
    const slotLines = slots.map((slot) => `  ${String(slot).padStart(2)}  ${this.#slotText(turns.get(slot), now)}`);
    return [header(state, now), ...slotLines].map((line) => truncateToWidth(line, columns - 1));
  }

  #slotText(turn: TurnState | undefined, now: number): string {
    if (!turn) return '·';
    const title = isAssignment(turn.task) ? 'Assignment' : (this.#titles.get(turn.task) ?? turn.task);
    const last = turn.tools.at(-1);
    const again = turn.attempt > 1 ? `, attempt ${turn.attempt}` : '';
    return `${title} (${turn.agent}${again}) ${formatDuration(now - turn.start)}${last ? `  ${last.name}` : ''}`;
  }
}

function header(state: RunState, now: number): string {
  const { done, total } = taskProgress(state);
  const pending = openReviews(state).length + openQuestions(state).length;
  const reviews = pending === 0 ? '' : `, ${countOf(pending, 'review')} waiting`;
  return `${done} of ${total} done, ${state.running.size} running${reviews}, ${formatDuration(now)}${timeLeft(state, now)}`;
}

function timeLeft({ started }: RunState, now: number): string {
  const predicted = started?.prediction.makespan_ms ?? null;
  return predicted === null || predicted <= now ? '' : `, about ${Math.ceil((predicted - now) / 1000)} s left`;
}
