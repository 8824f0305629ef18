import type { PushBody } from '../../../shared/ipc/channels.ts';
import type { Notices } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { editedDocument, isTouched, markUnsaved, replaceFromDisk, setOnDisk } from '../document.ts';
import { sendCrew } from '../edits.ts';
import { showDialog, toast } from '../ui.ts';
import type { WindowState } from '../window-state.ts';
import { saveCrew } from './file-commands.ts';

/** Shows what main reports about the file and the recovery copy of this window. */
export function applyNotices(win: WindowState, notices: Notices): void {
  win.ui.setState({ notices });
  const kind = notices.file?.kind;
  setOnDisk(win, kind !== 'deleted' && kind !== 'unreadable');
}

/** Shows the file's new content. Edits that main does not know of yet are kept: main then asks about them. */
export function applyReload(win: WindowState, { crew, hash, force }: PushBody<'crew.reloaded'>): void {
  if (!force && isTouched(editedDocument(win))) {
    sendCrew(win);
    return;
  }
  replaceFromDisk(win, crew);
  toast(win, 'info', force ? 'Replaced by the version on disk' : 'Reloaded: changed on disk');
  void call('crew.taken', { hash });
}

/** Keeps the crew in the window; the next save replaces the file. Returns whether that was possible. */
export async function keepMine(win: WindowState): Promise<boolean> {
  markUnsaved(win);
  return answer(win, 'keep');
}

/** Replaces the crew in the window with what is on disk, as one step that can be undone. */
export async function takeTheirs(win: WindowState): Promise<void> {
  await answer(win, 'take');
}

/** Creates a deleted file again from the crew in the window. */
export async function saveAgain(win: WindowState): Promise<void> {
  if (await keepMine(win)) await saveCrew(win, false);
}

async function answer(win: WindowState, what: 'keep' | 'take'): Promise<boolean> {
  if (win.ui.getState().dialog === 'compare') showDialog(win, null);
  const done = await call('crew.answer', { answer: what });
  if (done.status === 'failed') toast(win, 'error', done.message);
  return done.status === 'done';
}
