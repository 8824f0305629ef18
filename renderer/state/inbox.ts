import { titleOf } from '../../shared/project/titles.ts';
import { isOverBudget, tasksToPay } from '../../shared/run/budget.ts';
import type { RunEventType } from '../../shared/run/events.ts';
import { type OpenReview, openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import { useRun } from './run.ts';
import { useUi } from './ui.ts';

/** A run that is resumed asks again without a word. */
const QUESTIONS_OF_MONEY: ReadonlySet<RunEventType> = new Set(['budget.reached', 'run.resumed']);
const NONE: readonly OpenReview[] = [];

/** What the drawn run asks a person now. */
export function useOpenReviews(): readonly OpenReview[] {
  useRun((run) => run.seq);
  const { state, seq } = useRun.getState();
  return state === null || state.outcome !== null ? NONE : reviewsAt(state, seq);
}

let known: { state: RunState; seq: number; reviews: readonly OpenReview[] } | null = null;

/** All tasks of a large crew are gone through once for each batch, however many ask. */
function reviewsAt(state: RunState, seq: number): readonly OpenReview[] {
  if (known?.state !== state || known.seq !== seq) known = { state, seq, reviews: openReviews(state) };
  return known.reviews;
}

/** Whether the drawn run waits for a larger budget. */
export function useIsUnpaid(): boolean {
  useRun((run) => run.seq);
  const { state } = useRun.getState();
  return state !== null && state.outcome === null && isOverBudget(state) && tasksToPay(state).length > 0;
}

export function useTitle(task: string): string {
  return useRun(({ project }) => {
    const found = project?.tasks.find(({ name }) => name === task);
    return found ? titleOf(found) : task;
  });
}

/** Shows the inbox as soon as the drawn run asks something new, though never under the hands of somebody who writes. */
export function followQuestions(): void {
  let seen = 0;
  useRun.subscribe(({ events, live, id, state }, before) => {
    if (id !== before.id || events.length < seen) seen = 0;
    const fresh = events.slice(seen);
    seen = events.length;
    const isAsked = fresh.some(({ type }) => {
      return type === 'review.asked' || (QUESTIONS_OF_MONEY.has(type) && state !== null && isOverBudget(state));
    });
    if (live && isAsked && !isBusyWriting()) showInbox(true);
  });
}

export function showInbox(shown: boolean): void {
  useUi.setState({ inbox: shown });
}

/** By its command: who opened it so goes on by keyboard in it. */
export function toggleInbox(): void {
  const shown = !useUi.getState().inbox;
  showInbox(shown);
  if (shown) requestAnimationFrame(() => document.querySelector<HTMLElement>('.inbox button')?.focus());
}

function isBusyWriting(): boolean {
  return document.activeElement instanceof HTMLElement && document.activeElement.matches('input, textarea');
}
