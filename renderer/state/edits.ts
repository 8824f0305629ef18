import { call } from '../base/bridge.ts';
import { editedDocument, isEdited, isTouched } from './document.ts';
import { perWindow, type WindowState } from './window-state.ts';

/** Sends edits to main shortly after the last one, for crash recovery and the guard of unsaved changes. */
const SEND_DELAY_MS = 250;

interface Sync {
  /** Cancels the timer that will send the crew; null: there is nothing to send. */
  cancel: (() => void) | null;
  /** Whether main accepted the last crew that it received. */
  accepted: Promise<boolean>;
}

const syncOf = perWindow((): Sync => ({ cancel: null, accepted: Promise.resolve(true) }));

/** Keeps main's copy of the crew current. Call it once at startup. Main already has the crews that it opens. */
export function followEdits(win: WindowState): void {
  const sync = syncOf(win);
  win.document.subscribe((now, before) => {
    // Showing the crew of an earlier run, and returning to the edited crew, is not an edit.
    const [is, was] = [now.stashed ?? now, before.stashed ?? before];
    if (is.crew === was.crew && is.saved === was.saved && is.onDisk === was.onDisk) return;
    stopTimer(sync);
    if (now.opened === before.opened)
      sync.cancel = win.activities.after('unsent-edits', SEND_DELAY_MS, () => sendEdited(win));
    else sync.accepted = Promise.resolve(true); // Main opened the crew and already has it.
  });
}

/**
 * Ensures that main has the current crew before a call that uses it. Sends each change only once, not with every call.
 * Resolves to false if main refuses the crew because of an invalid value: main then has an older crew, which must not
 * be used in its place.
 */
export function syncEdits(win: WindowState): Promise<boolean> {
  const sync = syncOf(win);
  if (sync.cancel !== null) sendEdited(win);
  return sync.accepted;
}

/** Reports the crew as it is here, even if nothing has changed since the last report. */
export function sendCrew(win: WindowState): void {
  sendEdited(win);
}

/** Finishes the field that is being edited, as leaving it does, and reports the crew before the window closes. */
export async function finishEdits(win: WindowState): Promise<void> {
  const { activeElement } = document;
  if (activeElement instanceof HTMLElement) {
    activeElement.blur();
    // The window stays open if the person cancels.
    activeElement.focus({ preventScroll: true });
  }
  await syncEdits(win);
  await call('crew.finished', {});
}

function stopTimer(sync: Sync): void {
  sync.cancel?.();
  sync.cancel = null;
}

function sendEdited(win: WindowState): void {
  const sync = syncOf(win);
  stopTimer(sync);
  const document = editedDocument(win);
  sync.accepted = call('crew.edited', {
    crew: document.crew,
    edited: isEdited(document),
    touched: isTouched(document),
  }).then(
    () => true,
    () => false,
  );
}
