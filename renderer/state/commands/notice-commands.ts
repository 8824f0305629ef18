import type { PushBody } from '../../../shared/ipc/channels.ts';
import type { Notices } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { editedDocument, isTouched, markUnsaved, replaceFromDisk, setOnDisk } from '../document.ts';
import { sendCrew } from '../edits.ts';
import { showDialog, toast, useUi } from '../ui.ts';
import { saveCrew } from './file-commands.ts';

/** Shows what main reports about the file and the recovery copy of this window. */
export function applyNotices(notices: Notices): void {
  useUi.setState({ notices });
  const kind = notices.file?.kind;
  setOnDisk(kind !== 'deleted' && kind !== 'unreadable');
}

/** Shows the file's new content. Edits that main does not know of yet are kept: main then asks about them. */
export function applyReload({ crew, hash, force }: PushBody<'crew.reloaded'>): void {
  if (!force && isTouched(editedDocument())) {
    sendCrew();
    return;
  }
  replaceFromDisk(crew);
  toast('info', force ? 'Replaced by the version on disk' : 'Reloaded: changed on disk');
  void call('crew.taken', { hash });
}

/** Keeps the crew in the window; the next save replaces the file. Returns whether that was possible. */
export async function keepMine(): Promise<boolean> {
  markUnsaved();
  return answer('keep');
}

/** Replaces the crew in the window with what is on disk, as one step that can be undone. */
export async function takeTheirs(): Promise<void> {
  await answer('take');
}

/** Creates a deleted file again from the crew in the window. */
export async function saveAgain(): Promise<void> {
  if (await keepMine()) await saveCrew(false);
}

async function answer(what: 'keep' | 'take'): Promise<boolean> {
  if (useUi.getState().dialog === 'compare') showDialog(null);
  const done = await call('crew.answer', { answer: what });
  if (done.status === 'failed') toast('error', done.message);
  return done.status === 'done';
}
