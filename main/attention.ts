import { Notification, powerSaveBlocker } from 'electron';
import type { RunEnd, RunHandle } from '../app/engine/request.ts';
import type { Session } from './session.ts';

/** Shorter runs end while somebody is still looking. */
const LONG_RUN_MS = 10_000;
/** Tells the task bar to show no progress. */
const NO_PROGRESS = -1;

/** Shows a run's progress in the task bar or dock, and keeps the machine awake for it. @returns what ends both */
export function showProgress(run: RunHandle, windows: () => readonly Session[]): () => void {
  const blocker = powerSaveBlocker.start('prevent-app-suspension');
  const show = (progress: number) => {
    for (const { window } of windows()) if (!window.isDestroyed()) window.setProgressBar(progress);
  };
  const end = run.subscribe(() => show(shareDone(run)));
  return () => {
    end();
    show(NO_PROGRESS);
    powerSaveBlocker.stop(blocker);
  };
}

/** Tells of the end of a long run whose window nobody sees. */
export function notifyOfEnd(run: RunHandle, end: RunEnd, session: Session): void {
  const { window } = session;
  if (window.isDestroyed() || window.isFocused() || run.now() < LONG_RUN_MS || !Notification.isSupported()) return;
  const outcome = end.status === 'finished' ? end.outcome.replace('_', ' ') : `interrupted: ${end.message}`;
  const notification = new Notification({ title: run.project.name, body: `The run has ended: ${outcome}` });
  notification.on('click', () => {
    window.show();
    window.focus();
  });
  notification.show();
}

function shareDone(run: RunHandle): number {
  let tasks = 0;
  let ended = 0;
  for (const task of run.state.tasks.values()) {
    if (task.index < 0) continue;
    tasks += 1;
    if (task.status !== 'pending') ended += 1;
  }
  return tasks === 0 ? NO_PROGRESS : ended / tasks;
}
