import { call } from '../base/bridge.ts';
import { editedDocument, isEdited, isTouched, useDocument } from './document.ts';

/** Edits are told to main a moment after the last of them, for crash recovery and the guard of unsaved changes. */
const TELL_AFTER_MS = 250;

let timer: ReturnType<typeof setTimeout> | null = null;
/** Whether main has taken what it was told last. */
let taken: Promise<boolean> = Promise.resolve(true);

/** Keeps main's copy of the crew current; called once at the start. What main opened it knows already. */
export function followEdits(): void {
  useDocument.subscribe((now, before) => {
    // Showing the crew of an earlier run, and going back, edits nothing.
    const [is, was] = [now.aside ?? now, before.aside ?? before];
    if (is.project === was.project && is.saved === was.saved && is.onDisk === was.onDisk) return;
    if (timer) clearTimeout(timer);
    if (now.opened === before.opened) timer = setTimeout(tell, TELL_AFTER_MS);
    else forget();
  });
}

/**
 * Sees to it that main knows the crew as it stands here, before it is asked about it or runs it. A crew crosses once for
 * each change, and not with each question about it. Resolves to false where main refuses the crew, since a value in it is
 * none that a crew may have: main knows an older one then, which must not stand in for this one.
 */
export function syncEdits(): Promise<boolean> {
  if (timer !== null) {
    clearTimeout(timer);
    tell();
  }
  return taken;
}

/** Reports the crew as it is here, even if nothing has changed since the last report. */
export function tellNow(): void {
  if (timer !== null) clearTimeout(timer);
  tell();
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
  await call('project.finished', {});
}

/** Main has opened another crew, and knows it. */
function forget(): void {
  timer = null;
  taken = Promise.resolve(true);
}

function tell(): void {
  timer = null;
  const document = editedDocument();
  taken = call('project.edited', {
    project: document.project,
    edited: isEdited(document),
    touched: isTouched(document),
  }).then(
    () => true,
    () => false,
  );
}
