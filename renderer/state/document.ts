import { produce } from 'immer';
import { useStore } from 'zustand';
import type { Crew } from '../../shared/crew/schema.ts';
import type { OpenDocument } from '../../shared/ipc/values.ts';
import { type Document, EMPTY } from './stores/document-store.ts';
import { toast } from './ui.ts';
import { perWindow, storeHook, useWindowState, type WindowState } from './window-state.ts';

/** A value of the open crew and its file. */
export const useDocument = storeHook(({ document }) => document);

/** The gesture that the last change belonged to; changes of one gesture are one step. */
const typing = perWindow((): { gesture: string | null } => ({ gesture: null }));

/**
 * Changes the crew. Without a gesture name, the change is its own step. Consecutive changes under the same name
 * (keystrokes in one field) are one step, until `endGesture`.
 */
export function edit(win: WindowState, change: (draft: Crew) => void, name: string | null = null): void {
  if (refuseIfReadOnly(win)) return;
  const { crew } = win.document.getState();
  const next = produce(crew, change);
  if (next === crew) return;
  const continuesGesture = name !== null && name === typing(win).gesture;
  if (continuesGesture) win.document.temporal.getState().pause();
  win.document.setState({ crew: next });
  if (continuesGesture) win.document.temporal.getState().resume();
  typing(win).gesture = name;
}

/** Replaces the crew as one step, for changes that create a new crew (a rename). */
export function replaceCrew(win: WindowState, crew: Crew): void {
  if (refuseIfReadOnly(win)) return;
  typing(win).gesture = null;
  win.document.setState({ crew });
}

/** The next change starts a new step. */
export function endGesture(win: WindowState): void {
  typing(win).gesture = null;
}

/** Undoes the last step. Does nothing if there is none. */
export function undo(win: WindowState): void {
  typing(win).gesture = null;
  win.document.temporal.getState().undo();
}

/** Repeats the last step that was undone. Does nothing if there is none. */
export function redo(win: WindowState): void {
  typing(win).gesture = null;
  win.document.temporal.getState().redo();
}

/** Shows another crew and clears the undo history. */
export function openDocument(win: WindowState, { crew, path, edited }: OpenDocument): void {
  win.document.setState(({ opened }) => ({
    crew,
    saved: edited ? EMPTY : crew,
    path,
    onDisk: true,
    opened: opened + 1,
    stashed: null,
  }));
  win.document.temporal.getState().clear();
  typing(win).gesture = null;
}

/** Shows the crew of an earlier run, read-only. The crew that is being edited stays as it is, with its history. */
export function showCrewOfRun(win: WindowState, crew: Crew): void {
  const { stashed, opened, ...now } = win.document.getState();
  const { pastStates, futureStates } = win.document.temporal.getState();
  win.document.setState({
    crew,
    saved: crew,
    path: null,
    onDisk: true,
    opened: opened + 1,
    stashed: stashed ?? { ...now, pastStates, futureStates },
  });
  win.document.temporal.getState().clear();
  typing(win).gesture = null;
}

/** Shows the edited crew again if the crew of an earlier run is on screen. */
export function backToEditing(win: WindowState): void {
  const { stashed, opened } = win.document.getState();
  if (stashed === null) return;
  const { pastStates, futureStates, ...document } = stashed;
  win.document.setState({ ...document, opened: opened + 1, stashed: null });
  win.document.temporal.setState({ pastStates, futureStates });
  typing(win).gesture = null;
}

/** The crew that is being edited, whichever crew is on screen. */
export function editedDocument(win: WindowState): Document {
  const state = win.document.getState();
  return state.stashed ?? state;
}

/** The crew has been written to `path`. */
export function markSaved(win: WindowState, crew: Crew, path: string): void {
  changeEdited(win, { saved: crew, path, onDisk: true });
}

/** Replaces the crew with the version on disk, as one step that can be undone. */
export function replaceFromDisk(win: WindowState, crew: Crew): void {
  typing(win).gesture = null;
  const { stashed } = win.document.getState();
  const taken = { crew, saved: crew, onDisk: true };
  if (stashed === null) win.document.setState(taken);
  else {
    const pastStates = [...stashed.pastStates, { crew: stashed.crew }];
    win.document.setState({ stashed: { ...stashed, ...taken, pastStates, futureStates: [] } });
  }
}

/** Keeps the crew in the window although the file differs: all of it counts as unsaved. */
export function markUnsaved(win: WindowState): void {
  changeEdited(win, { saved: EMPTY, onDisk: true });
}

/** Sets whether the file still exists. */
export function setOnDisk(win: WindowState, onDisk: boolean): void {
  changeEdited(win, { onDisk });
}

/** Changes the file state of the edited crew, whichever crew is on screen. */
function changeEdited(win: WindowState, change: Partial<Omit<Document, 'crew'>>): void {
  win.document.setState(({ stashed }) => (stashed === null ? change : { stashed: { ...stashed, ...change } }));
}

/** Whether the crew on screen belongs to an earlier run and is read-only. If so, shows a message about it. */
function refuseIfReadOnly(win: WindowState): boolean {
  const isReadOnly = win.document.getState().stashed !== null;
  if (isReadOnly) toast(win, 'info', 'This is the crew of an earlier run. To change a crew, go back to editing.');
  return isReadOnly;
}

/** Whether the crew differs from what was opened or saved. */
export function isTouched({ crew, saved }: Pick<Document, 'crew' | 'saved'>): boolean {
  return crew !== saved;
}

/** Whether the crew has changes that are not on disk. */
export function isEdited(document: Pick<Document, 'crew' | 'saved' | 'onDisk'>): boolean {
  return isTouched(document) || !document.onDisk;
}

/** Whether there is something to undo and to redo. */
export function useHistory(): { canUndo: boolean; canRedo: boolean } {
  const history = useWindowState().document.temporal;
  const canUndo = useStore(history, ({ pastStates }) => pastStates.length > 0);
  const canRedo = useStore(history, ({ futureStates }) => futureStates.length > 0);
  return { canUndo, canRedo };
}
