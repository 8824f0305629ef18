import './inbox.css';
import { useEffect, useRef, useState } from 'react';
import type { OpenQuestion } from '../../../shared/run/questions.ts';
import type { OpenReview } from '../../../shared/run/review.ts';
import { runningDuration } from '../../base/format.ts';
import { resumeRun } from '../../state/commands/run-commands.ts';
import { showInbox, useAwaitsBudget, useOpenQuestions, useOpenReviews, useTitle } from '../../state/inbox.ts';
import { runNow, useRun } from '../../state/run.ts';
import { useUi } from '../../state/ui.ts';
import { useTicking } from '../../state/use-ticking.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { BudgetCard } from './budget-card.tsx';
import { questionKey, reviewKey } from './drafts.ts';
import { QuestionCard } from './question-card.tsx';
import { ReviewCard } from './review-card.tsx';

/** The open questions to a person, shown next to the current panel: one at a time, the longest-waiting first. */
export function Inbox() {
  const win = useWindowState();
  const items = useItems();
  const run = useRun(({ id }) => id);
  const isShown = useUi((ui) => ui.inbox);
  const [wanted, setWanted] = useState<string | null>(null);
  const awaitsBudget = useAwaitsBudget();
  useCloseWhenDone(items.length + (awaitsBudget ? 1 : 0));
  if (!isShown || run === null) return null;
  const chosen = items.find(({ key }) => key === wanted) ?? items[0];
  return (
    <section className="inbox" aria-label="Reviews" data-keys="run" onKeyDown={(event) => closeAtEscape(win, event)}>
      <header className="inbox-head">
        <h2>Reviews</h2>
        <span className="muted">{items.length > 1 ? `${items.length} waiting` : ''}</span>
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
      {items.length > 1 && (
        <ul className="inbox-list" aria-label="Waiting">
          {items.map((item) => (
            <Waiting key={item.key} item={item} isChosen={item === chosen} onChoose={() => setWanted(item.key)} />
          ))}
        </ul>
      )}
      <Questions run={run} awaitsBudget={awaitsBudget} item={chosen ?? null} />
    </section>
  );
}

/** What waits for a person: the review of a task, or a question of an agent that works. */
interface Item {
  key: string;
  task: string;
  what: string;
  since: number;
  about: { review: OpenReview } | { asked: OpenQuestion };
}

/** Everything that waits for a person, the oldest first. */
function useItems(): Item[] {
  const reviews = useOpenReviews();
  const questions = useOpenQuestions();
  const items: Item[] = [
    ...reviews.map((review) => ({
      key: `review ${review.task.name}`,
      task: review.task.name,
      what: review.when === 'before' ? 'to start' : 'result',
      since: review.since,
      about: { review },
    })),
    ...questions.map((asked) => ({
      key: `question ${asked.task.name} ${asked.question.id}`,
      task: asked.task.name,
      what: asked.question.subject.kind === 'tool' ? asked.question.subject.tool : 'question',
      since: asked.question.start,
      about: { asked },
    })),
  ];
  return items.sort((a, b) => a.since - b.since);
}

function Questions({ run, awaitsBudget, item }: { run: string; awaitsBudget: boolean; item: Item | null }) {
  const { live, state } = useRun((run) => run);
  if (!awaitsBudget && item === null) return <EmptyState />;
  if (!live) return <Interrupted run={run} />;
  return (
    <>
      {awaitsBudget && state && <BudgetCard key={state.overBudget.length} run={run} state={state} />}
      {item && 'review' in item.about && (
        <ReviewCard key={reviewKey(run, item.about.review)} run={run} review={item.about.review} />
      )}
      {item && 'asked' in item.about && (
        <QuestionCard key={questionKey(run, item.about.asked)} run={run} asked={item.about.asked} />
      )}
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

function Waiting({ item, isChosen, onChoose }: { item: Item; isChosen: boolean; onChoose: () => void }) {
  const win = useWindowState();
  const { task, what, since } = item;
  const title = useTitle(task);
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
          {what} · {waited}
        </span>
      </button>
    </li>
  );
}

function EmptyState() {
  return (
    <div className="empty">
      <strong>No reviews waiting</strong>
      <span>Reviews, tool calls to approve and questions of agents appear here.</span>
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
