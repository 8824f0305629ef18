import { call } from '../base/bridge.ts';
import { editedDocument, isEdited, isTouched, useDocument } from './document.ts';

/** Sends edits to main shortly after the last one, for crash recovery and the guard of unsaved changes. */
const SEND_DELAY_MS = 250;

let timer: ReturnType<typeof setTimeout> | null = null;
/** Whether main accepted the last crew that it received. */
let accepted: Promise<boolean> = Promise.resolve(true);

/** Keeps main's copy of the crew current. Call it once at startup. Main already has the crews that it opens. */
export function followEdits(): void {
  useDocument.subscribe((now, before) => {
    // Showing the crew of an earlier run, and returning to the edited crew, is not an edit.
    const [is, was] = [now.stashed ?? now, before.stashed ?? before];
    if (is.crew === was.crew && is.saved === was.saved && is.onDisk === was.onDisk) return;
    if (timer) clearTimeout(timer);
    if (now.opened === before.opened) timer = setTimeout(sendEdited, SEND_DELAY_MS);
    else markSynced();
  });
}

/**
 * Ensures that main has the current crew before a call that uses it. Sends each change only once, not with every call.
 * Resolves to false if main refuses the crew because of an invalid value: main then has an older crew, which must not
 * be used in its place.
 */
export function syncEdits(): Promise<boolean> {
  if (timer !== null) {
    clearTimeout(timer);
    sendEdited();
  }
  return accepted;
}

/** Reports the crew as it is here, even if nothing has changed since the last report. */
export function sendCrew(): void {
  if (timer !== null) clearTimeout(timer);
  sendEdited();
}

/** Finishes the field that is being edited, as leaving it does, and reports the crew before the window closes. */
export async function finishEdits(): Promise<void> {
  const { activeElement } = document;
  if (activeElement instanceof HTMLElement) {
    activeElement.blur();
    // The window stays open if the person cancels.
    activeElement.focus({ preventScroll: true });
  }
  await syncEdits();
  await call('crew.finished', {});
}

/** Main opened another crew and already has it. */
function markSynced(): void {
  timer = null;
  accepted = Promise.resolve(true);
}

function sendEdited(): void {
  timer = null;
  const document = editedDocument();
  accepted = call('crew.edited', {
    crew: document.crew,
    edited: isEdited(document),
    touched: isTouched(document),
  }).then(
    () => true,
    () => false,
  );
}
