import { titleOf } from '../../shared/crew/titles.ts';
import { countOf, formatDuration } from '../../shared/figures/format.ts';
import { ASSIGNMENT } from '../../shared/run/events.ts';
import { openReviews } from '../../shared/run/review.ts';
import type { TurnState } from '../../shared/run/state.ts';
import type { RunHandle } from '../engine/request.ts';
import { stripControlCharacters, truncateToWidth } from './text.ts';

/** The terminal lines of a running run: counts and time left, then a line for each slot. */
export class SlotLines {
  readonly #run: RunHandle;
  readonly #titles: ReadonlyMap<string, string>;

  constructor(run: RunHandle) {
    this.#run = run;
    this.#titles = new Map(run.crew.tasks.map((task) => [task.name, stripControlCharacters(titleOf(task))]));
  }

  lines(columns: number): string[] {
    const { state } = this.#run;
    const now = this.#run.now();
    const turns = new Map([...state.running].map((turn) => [turn.slot, turn]));
    const slots = [...new Set([...state.slots.keys(), ...turns.keys()])].sort((a, b) => a - b);
    const slotLines = slots.map((slot) => `  ${String(slot).padStart(2)}  ${this.#slotText(turns.get(slot), now)}`);
    return [this.#header(now), ...slotLines].map((line) => truncateToWidth(line, columns - 1));
  }

  #header(now: number): string {
    const { state } = this.#run;
    const tasks = [...state.tasks.values()].filter(({ index }) => index >= 0);
    const done = tasks.filter(({ status }) => status !== 'pending').length;
    const pending = openReviews(state).length;
    const reviews = pending === 0 ? '' : `, ${countOf(pending, 'review')} waiting`;
    return `${done} of ${tasks.length} done, ${state.running.size} running${reviews}, ${formatDuration(now)}${this.#left(now)}`;
  }

  #left(now: number): string {
    const predicted = this.#run.state.started?.prediction.makespan_ms ?? null;
    return predicted === null || predicted <= now ? '' : `, about ${Math.ceil((predicted - now) / 1000)} s left`;
  }

  #slotText(turn: TurnState | undefined, now: number): string {
    if (!turn) return '·';
    const title = turn.task === ASSIGNMENT ? 'Assignment' : (this.#titles.get(turn.task) ?? turn.task);
    const last = turn.tools.at(-1);
    const again = turn.attempt > 1 ? `, attempt ${turn.attempt}` : '';
    return `${title} (${turn.agent}${again}) ${formatDuration(now - turn.start)}${last ? `  ${last.name}` : ''}`;
  }
}
