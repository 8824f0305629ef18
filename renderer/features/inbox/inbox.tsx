import './inbox.css';
import { useEffect, useRef, useState } from 'react';
import type { OpenReview } from '../../../shared/run/review.ts';
import { runningDuration } from '../../base/format.ts';
import { resumeRun } from '../../state/commands/run-commands.ts';
import { showInbox, useAwaitsBudget, useOpenReviews, useTitle } from '../../state/inbox.ts';
import { runNow, useRun } from '../../state/run.ts';
import { useUi } from '../../state/ui.ts';
import { useTicking } from '../../state/use-ticking.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { BudgetCard } from './budget-card.tsx';
import { reviewKey } from './drafts.ts';
import { ReviewCard } from './review-card.tsx';

/** The open questions to a person, shown next to the current panel: one at a time, the longest-waiting first. */
export function Inbox() {
  const win = useWindowState();
  const reviews = useOpenReviews();
  const run = useRun(({ id }) => id);
  const isShown = useUi((ui) => ui.inbox);
  const [wanted, setWanted] = useState<string | null>(null);
  const awaitsBudget = useAwaitsBudget();
  useCloseWhenDone(reviews.length + (awaitsBudget ? 1 : 0));
  if (!isShown || run === null) return null;
  const chosen = reviews.find(({ task }) => task.name === wanted) ?? reviews[0];
  return (
    <section className="inbox" aria-label="Reviews" data-keys="run" onKeyDown={(event) => closeAtEscape(win, event)}>
      <header className="inbox-head">
        <h2>Reviews</h2>
        <span className="muted">{reviews.length > 1 ? `${reviews.length} waiting` : ''}</span>
        <span className="grow" />
        <button
          type="button"
          className="button quiet icon"
          aria-label="Close reviews"
          onClick={() => showInbox(win, false)}
        >
          ✕
        </button>
      </header>
      {reviews.length > 1 && (
        <ul className="inbox-list" aria-label="Waiting">
          {reviews.map((review) => (
            <Waiting
              key={review.task.name}
              review={review}
              isChosen={review === chosen}
              onChoose={() => setWanted(review.task.name)}
            />
          ))}
        </ul>
      )}
      <Questions run={run} awaitsBudget={awaitsBudget} review={chosen ?? null} />
    </section>
  );
}

function Questions({ run, awaitsBudget, review }: { run: string; awaitsBudget: boolean; review: OpenReview | null }) {
  const { live, state } = useRun((run) => run);
  if (!awaitsBudget && review === null) return <EmptyState />;
  if (!live) return <Interrupted run={run} />;
  return (
    <>
      {awaitsBudget && state && <BudgetCard key={state.overBudget.length} run={run} state={state} />}
      {review && <ReviewCard key={reviewKey(run, review)} run={run} review={review} />}
    </>
  );
}

function Interrupted({ run }: { run: string }) {
  const win = useWindowState();
  return (
    <div className="empty">
      <strong>The run is interrupted</strong>
      <span>Resume the run to answer. Nothing is lost.</span>
      <button type="button" className="button primary" onClick={() => void resumeRun(win, run)}>
        Resume the run
      </button>
    </div>
  );
}

function Waiting({ review, isChosen, onChoose }: { review: OpenReview; isChosen: boolean; onChoose: () => void }) {
  const win = useWindowState();
  const { task, when, since } = review;
  const title = useTitle(task.name);
  const waited = useTicking(() => runningDuration(runNow(win) - since), true);
  return (
    <li>
      <button
        type="button"
        className={isChosen ? 'result-entry on' : 'result-entry'}
        aria-current={isChosen}
        onClick={onChoose}
      >
        <span className="dot" style={{ '--c': 'var(--accent)' }} />
        <span className="ellipsis">{title}</span>
        <span className="faint num">
          {when === 'before' ? 'to start' : 'result'} · {waited}
        </span>
      </button>
    </li>
  );
}

function EmptyState() {
  return (
    <div className="empty">
      <strong>No reviews waiting</strong>
      <span>Tasks that need human review appear here.</span>
    </div>
  );
}

/** Closes the inbox when the last question has been answered. */
function useCloseWhenDone(count: number): void {
  const win = useWindowState();
  const before = useRef(count);
  useEffect(() => {
    if (count === 0 && before.current > 0) showInbox(win, false);
    before.current = count;
  }, [count, win]);
}

function closeAtEscape(win: WindowState, event: React.KeyboardEvent): void {
  if (event.key !== 'Escape') return;
  event.stopPropagation();
  showInbox(win, false);
}
