import { titleOf } from '../../shared/crew/titles.ts';
import { memoized } from '../../shared/memoized.ts';
import { isOverBudget, tasksWithCostAhead } from '../../shared/run/budget.ts';
import type { RunEventType } from '../../shared/run/events.ts';
import { type OpenQuestion, openQuestions } from '../../shared/run/questions.ts';
import { type OpenReview, openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import { useRun } from './run.ts';
import { useWindowState, type WindowState } from './window-state.ts';

/** A resumed run asks its open questions again without a notification. */
const BUDGET_EVENTS: ReadonlySet<RunEventType> = new Set(['budget.reached', 'run.resumed']);
const NONE: readonly OpenReview[] = [];
const NO_QUESTIONS: readonly OpenQuestion[] = [];
const ASKING_EVENTS: ReadonlySet<RunEventType> = new Set(['review.asked', 'question.asked']);

/** The open questions of the shown run. */
export function useOpenReviews(): readonly OpenReview[] {
  const win = useWindowState();
  useRun((run) => run.seq);
  const { state, seq } = win.run.getState();
  return state === null || state.outcome !== null ? NONE : latestAt(state, seq).reviews;
}

/** The open questions of a run as of its event `seq`. */
const latestOf = memoized((state: RunState) => ({
  seq: state.seq,
  reviews: openReviews(state),
  questions: openQuestions(state),
}));

/** The open questions of running turns of the shown run. */
export function useOpenQuestions(): readonly OpenQuestion[] {
  const win = useWindowState();
  useRun((run) => run.seq);
  const { state, seq } = win.run.getState();
  return state === null || state.outcome !== null ? NO_QUESTIONS : latestAt(state, seq).questions;
}

/** The tasks of a large crew are scanned once per update, for all subscribers. */
function latestAt(state: RunState, seq: number): ReturnType<typeof latestOf> {
  const latest = latestOf(state);
  if (latest.seq !== seq) Object.assign(latest, { seq, reviews: openReviews(state), questions: openQuestions(state) });
  return latest;
}

/** Whether the shown run waits for a larger budget. */
export function useAwaitsBudget(): boolean {
  const win = useWindowState();
  useRun((run) => run.seq);
  const { state } = win.run.getState();
  return state !== null && state.outcome === null && isOverBudget(state) && tasksWithCostAhead(state).length > 0;
}

/** The title of a task of the shown run; its name if the run does not have the task. */
export function useTitle(task: string): string {
  return useRun(({ crew }) => {
    const found = crew?.tasks.find(({ name }) => name === task);
    return found ? titleOf(found) : task;
  });
}

/** Opens the inbox when the shown run asks a new question, but never while the person is typing. */
export function followQuestions(win: WindowState): void {
  let seen = 0;
  win.run.subscribe(({ events, live, id, state }, before) => {
    if (id !== before.id || events.length < seen) seen = 0;
    const fresh = events.slice(seen);
    seen = events.length;
    const isAsked = fresh.some(({ type }) => {
      return ASKING_EVENTS.has(type) || (BUDGET_EVENTS.has(type) && state !== null && isOverBudget(state));
    });
    if (live && isAsked && !isBusyWriting()) showInbox(win, true);
  });
}

/** Opens or closes the inbox. */
export function showInbox(win: WindowState, shown: boolean): void {
  win.ui.setState({ inbox: shown });
}

/** If a command opened the inbox, the focus moves into it. */
export function toggleInbox(win: WindowState): void {
  const shown = !win.ui.getState().inbox;
  showInbox(win, shown);
  if (shown) requestAnimationFrame(() => document.querySelector<HTMLElement>('.inbox button')?.focus());
}

function isBusyWriting(): boolean {
  return document.activeElement instanceof HTMLElement && document.activeElement.matches('input, textarea');
}
