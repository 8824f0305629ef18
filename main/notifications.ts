import { Notification, powerSaveBlocker } from 'electron';
import type { RunEnd, RunHandle } from '../app/engine/request.ts';
import { titleOf } from '../shared/crew/titles.ts';
import { dollars } from '../shared/run/budget.ts';
import type { Session } from './session.ts';

/** The minimum length of a run for a notification. A person usually still watches when shorter runs end. */
const LONG_RUN_MS = 10_000;
/** Clears the progress in the task bar. */
const NO_PROGRESS = -1;

/** Shows a run's progress in the task bar or dock, and keeps the machine awake. @returns a function that ends both */
export function showProgress(run: RunHandle, windows: () => readonly Session[]): () => void {
  const blocker = powerSaveBlocker.start('prevent-app-suspension');
  const show = (progress: number) => {
    for (const { window } of windows()) if (!window.isDestroyed()) window.setProgressBar(progress);
  };
  const end = run.subscribe(() => show(progressOf(run)));
  return () => {
    end();
    show(NO_PROGRESS);
    powerSaveBlocker.stop(blocker);
  };
}

/** Notifies about the end of a long run whose window is hidden. */
export function notifyOfEnd(run: RunHandle, end: RunEnd, session: Session): void {
  if (run.now() < LONG_RUN_MS) return;
  const outcome = end.status === 'finished' ? end.outcome.replace('_', ' ') : `interrupted: ${end.message}`;
  notify(session, run.crew.name, `The run has ended: ${outcome}`);
}

/** Notifies about the questions of a run whose window is hidden. @returns a function that ends this */
export function notifyOfQuestions(run: RunHandle, session: Session): () => void {
  return run.subscribe((events) => {
    for (const event of events) {
      if (event.type === 'budget.reached') {
        notify(session, run.crew.name, `The budget of ${dollars(event.budget_usd)} is used up. Raise it to continue.`);
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
export function notify({ window }: Session, title: string, body: string): void {
  if (window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  notification.on('click', () => {
    window.show();
    window.focus();
  });
  notification.show();
}

function progressOf(run: RunHandle): number {
  let tasks = 0;
  let ended = 0;
  for (const task of run.state.tasks.values()) {
    if (task.index < 0) continue;
    tasks += 1;
    if (task.status !== 'pending') ended += 1;
  }
  return tasks === 0 ? NO_PROGRESS : ended / tasks;
}
