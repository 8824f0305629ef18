import { call } from '../bridge.ts';
import { isEdited, useDocument } from './document.ts';

/** Edits are told to main a moment after the last of them, for crash recovery and the guard of unsaved changes. */
const TELL_AFTER_MS = 250;

let timer: ReturnType<typeof setTimeout> | null = null;

/** Keeps main's copy of the crew current; called once at the start. What main opened it knows already. */
export function followEdits(): void {
  useDocument.subscribe((now, before) => {
    if (now.project === before.project && now.saved === before.saved) return;
    if (timer) clearTimeout(timer);
    timer = now.opened === before.opened ? setTimeout(tell, TELL_AFTER_MS) : null;
  });
}

/**
 * Sees to it that what main is asked next it answers for the crew as it stands here: main takes calls in their order.
 * A crew crosses once for each change, and not with each question about it.
 */
export function tellEdits(): void {
  if (timer === null) return;
  clearTimeout(timer);
  tell();
}

function tell(): void {
  timer = null;
  const state = useDocument.getState();
  void call('project.edited', { project: state.project, edited: isEdited(state) });
}
