import type { Crew } from '../../shared/crew/schema.ts';
import { countOf, formatDuration } from '../../shared/figures/format.ts';
import { openQuestions } from '../../shared/run/questions.ts';
import { openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { TurnState } from '../../shared/run/turn-state.ts';
import type { RowHandle } from '../launch/group/group-handle.ts';
import { taskProgress } from '../launch/task-progress.ts';
import { taskTitle } from './task-titles.ts';
import { truncateToWidth } from './text.ts';

/**
 * Returns the terminal lines of a running run: counts and time left, then a line for each slot. Each is at most as wide
 * as a terminal of this width.
 */
export function slotLines(run: RowHandle, columns: number): string[] {
  const { state } = run;
  const now = run.now();
  const turns = new Map([...state.running].map((turn) => [turn.slot, turn]));
  const slots = [...new Set([...state.slots.keys(), ...turns.keys()])].sort((a, b) => a - b);
  const lines = slots.map((slot) => `  ${String(slot).padStart(2)}  ${slotText(state.crew, turns.get(slot), now)}`);
  return [header(state, now), ...lines].map((line) => truncateToWidth(line, columns - 1));
}

function slotText(crew: Crew, turn: TurnState | undefined, now: number): string {
  if (!turn) return '·';
  const last = turn.tools.at(-1);
  const notes = [...(turn.agent === '' ? [] : [turn.agent]), ...(turn.attempt > 1 ? [`attempt ${turn.attempt}`] : [])];
  const who = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  return `${taskTitle(crew, turn.task)}${who} ${formatDuration(now - turn.start)}${last ? `  ${last.name}` : ''}`;
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
