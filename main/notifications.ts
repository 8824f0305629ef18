import { Notification } from 'electron';
import type { GroupHandle, RowHandle } from '../app/launch/group/group-handle.ts';
import { titleOf } from '../shared/crew/titles.ts';
import { budgetReached } from '../shared/run/budget-text.ts';
import type { Session } from './session.ts';

/** The minimum time in progress for a notification. A person usually still watches when a shorter run ends. */
const LONG_MS = 10_000;

/**
 * Notifies about the end of a long run or batch whose window is hidden. @param ms how long this process executed it
 */
export function notifyOfEnd(group: GroupHandle, ms: number, session: Session): void {
  if (ms < LONG_MS) return;
  notify(session, group.crew.name, `The ${group.kind} has ended: ${endText(group)}`);
}

function endText({ kind, rows }: GroupHandle): string {
  const ended = rows.flatMap(({ end }) => end ?? []);
  const [end] = ended;
  if (kind === 'batch') return `${ended.length} of ${rows.length} rows.`;
  if (end?.status === 'finished') return end.outcome.replace('_', ' ');
  return `interrupted${end?.status === 'interrupted' ? `: ${end.message}` : ''}`;
}

/** Notifies about the questions of a run whose window is hidden. @returns a function that ends this */
export function notifyOfQuestions(run: RowHandle, session: Session): () => void {
  return run.subscribe((events) => {
    for (const event of events) {
      if (event.type === 'budget.reached') {
        notify(session, run.crew.name, `${budgetReached(event)}. Raise it to continue.`);
      }
      if (event.type !== 'review.asked') continue;
      const task = run.crew.tasks.find(({ name }) => name === event.task);
      const title = task ? titleOf(task) : event.task;
      const what =
        event.when === 'before'
          ? 'is waiting for your approval to start'
          : 'has a result that is waiting for your review';
      notify(session, run.crew.name, `${title} ${what}.`);
    }
  });
}

/** Shows a notification if the window is hidden. */
function notify({ window }: Session, title: string, body: string): void {
  if (window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  notification.on('click', () => {
    window.show();
    window.focus();
  });
  notification.show();
}
