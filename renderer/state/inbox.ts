import { titleOf } from '../../shared/crew/titles.ts';
import { isOverBudget, tasksToPay } from '../../shared/run/budget.ts';
import type { RunEventType } from '../../shared/run/events.ts';
import { type OpenReview, openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import { useRun } from './run.ts';
import { useUi } from './ui.ts';

/** A resumed run asks its open questions again without a notification. */
const BUDGET_EVENTS: ReadonlySet<RunEventType> = new Set(['budget.reached', 'run.resumed']);
const NONE: readonly OpenReview[] = [];

/** The open questions of the shown run. */
export function useOpenReviews(): readonly OpenReview[] {
  useRun((run) => run.seq);
  const { state, seq } = useRun.getState();
  return state === null || state.outcome !== null ? NONE : reviewsAt(state, seq);
}

let known: { state: RunState; seq: number; reviews: readonly OpenReview[] } | null = null;

/** The tasks of a large crew are scanned once per update, for all subscribers. */
function reviewsAt(state: RunState, seq: number): readonly OpenReview[] {
  if (known?.state !== state || known.seq !== seq) known = { state, seq, reviews: openReviews(state) };
  return known.reviews;
}

/** Whether the shown run waits for a larger budget. */
export function useAwaitsBudget(): boolean {
  useRun((run) => run.seq);
  const { state } = useRun.getState();
  return state !== null && state.outcome === null && isOverBudget(state) && tasksToPay(state).length > 0;
}

export function useTitle(task: string): string {
  return useRun(({ crew }) => {
    const found = crew?.tasks.find(({ name }) => name === task);
    return found ? titleOf(found) : task;
  });
}

/** Opens the inbox when the shown run asks a new question, but never while the person is typing. */
export function followQuestions(): void {
  let seen = 0;
  useRun.subscribe(({ events, live, id, state }, before) => {
    if (id !== before.id || events.length < seen) seen = 0;
    const fresh = events.slice(seen);
    seen = events.length;
    const isAsked = fresh.some(({ type }) => {
      return type === 'review.asked' || (BUDGET_EVENTS.has(type) && state !== null && isOverBudget(state));
    });
    if (live && isAsked && !isBusyWriting()) showInbox(true);
  });
}

export function showInbox(shown: boolean): void {
  useUi.setState({ inbox: shown });
}

/** If a command opened the inbox, the focus moves into it. */
export function toggleInbox(): void {
  const shown = !useUi.getState().inbox;
  showInbox(shown);
  if (shown) requestAnimationFrame(() => document.querySelector<HTMLElement>('.inbox button')?.focus());
}

function isBusyWriting(): boolean {
  return document.activeElement instanceof HTMLElement && document.activeElement.matches('input, textarea');
}
