import { produce } from 'immer';
import { temporal } from 'zundo';
import { create } from 'zustand';
import { type Crew, crewSchema } from '../../shared/crew/schema.ts';
import type { OpenDocument } from '../../shared/ipc/values.ts';
import { toast } from './ui.ts';

type Step = Pick<Document, 'crew'>;
type Steps = Partial<Step>[];

/** A crew in the window and the state that belongs to it. */
interface Document {
  /** The crew as it is in the window. */
  crew: Crew;
  /** The crew as on disk or as opened. Differences from it are unsaved changes. */
  saved: Crew;
  path: string | null;
  /** Whether the file still exists: it was not deleted after the crew was opened or saved. */
  onDisk: boolean;
}

interface DocumentState extends Document {
  /** The number of crews shown so far. The canvas fits itself to each. */
  opened: number;
  /**
   * The crew that is being edited, while the window shows the crew of an earlier run in its place; null: the crew on
   * screen is the one that is being edited. While it is set, `crew` is read-only.
   */
  stashed: StashedDocument | null;
}

interface StashedDocument extends Document {
  pastStates: Steps;
  futureStates: Steps;
}

const EMPTY = crewSchema.parse({ format: 'crewlane/1', name: 'untitled_crew' });

/** The open crew, with unlimited undo and redo. Every change of `crew` is one step. */
export const useDocument = create<DocumentState>()(
  temporal((): DocumentState => ({ crew: EMPTY, saved: EMPTY, path: null, onDisk: true, opened: 0, stashed: null }), {
    partialize: ({ crew }): Step => ({ crew }),
    equality: (past, current) => past.crew === current.crew,
  }),
);

const history = useDocument.temporal;
/** The gesture that the last change belonged to; changes of one gesture are one step. */
let gesture: string | null = null;

/**
 * Changes the crew. Without a gesture name, the change is its own step. Consecutive changes under the same name
 * (keystrokes in one field) are one step, until `endGesture`.
 */
export function edit(change: (draft: Crew) => void, name: string | null = null): void {
  if (refuseIfReadOnly()) return;
  const { crew } = useDocument.getState();
  const next = produce(crew, change);
  if (next === crew) return;
  const continuesGesture = name !== null && name === gesture;
  if (continuesGesture) history.getState().pause();
  useDocument.setState({ crew: next });
  if (continuesGesture) history.getState().resume();
  gesture = name;
}

/** Replaces the crew as one step, for changes that create a new crew (a rename). */
export function replaceCrew(crew: Crew): void {
  if (refuseIfReadOnly()) return;
  gesture = null;
  useDocument.setState({ crew });
}

/** The next change starts a new step. */
export function endGesture(): void {
  gesture = null;
}

export function undo(): void {
  gesture = null;
  history.getState().undo();
}

export function redo(): void {
  gesture = null;
  history.getState().redo();
}

/** Shows another crew and clears the undo history. */
export function openDocument({ crew, path, edited }: OpenDocument): void {
  useDocument.setState(({ opened }) => ({
    crew,
    saved: edited ? EMPTY : crew,
    path,
    onDisk: true,
    opened: opened + 1,
    stashed: null,
  }));
  history.getState().clear();
  gesture = null;
}

/** Shows the crew of an earlier run, read-only. The crew that is being edited stays as it is, with its history. */
export function showCrewOfRun(crew: Crew): void {
  const { stashed, opened, ...now } = useDocument.getState();
  const { pastStates, futureStates } = history.getState();
  useDocument.setState({
    crew,
    saved: crew,
    path: null,
    onDisk: true,
    opened: opened + 1,
    stashed: stashed ?? { ...now, pastStates, futureStates },
  });
  history.getState().clear();
  gesture = null;
}

/** Shows the edited crew again if the crew of an earlier run is on screen. */
export function backToEditing(): void {
  const { stashed, opened } = useDocument.getState();
  if (stashed === null) return;
  const { pastStates, futureStates, ...document } = stashed;
  useDocument.setState({ ...document, opened: opened + 1, stashed: null });
  history.setState({ pastStates, futureStates });
  gesture = null;
}

/** The crew that is being edited, whichever crew is on screen. */
export function editedDocument(): Document {
  const state = useDocument.getState();
  return state.stashed ?? state;
}

/** The crew has been written to `path`. */
export function markSaved(crew: Crew, path: string): void {
  changeEdited({ saved: crew, path, onDisk: true });
}

/** Replaces the crew with the version on disk, as one step that can be undone. */
export function replaceFromDisk(crew: Crew): void {
  gesture = null;
  const { stashed } = useDocument.getState();
  const taken = { crew, saved: crew, onDisk: true };
  if (stashed === null) useDocument.setState(taken);
  else {
    const pastStates = [...stashed.pastStates, { crew: stashed.crew }];
    useDocument.setState({ stashed: { ...stashed, ...taken, pastStates, futureStates: [] } });
  }
}

/** Keeps the crew in the window although the file differs: all of it counts as unsaved. */
export function markUnsaved(): void {
  changeEdited({ saved: EMPTY, onDisk: true });
}

/** Sets whether the file still exists. */
export function setOnDisk(onDisk: boolean): void {
  changeEdited({ onDisk });
}

/** Changes the file state of the edited crew, whichever crew is on screen. */
function changeEdited(change: Partial<Omit<Document, 'crew'>>): void {
  useDocument.setState(({ stashed }) => (stashed === null ? change : { stashed: { ...stashed, ...change } }));
}

/** Whether the crew on screen belongs to an earlier run and is read-only. If so, shows a message about it. */
function refuseIfReadOnly(): boolean {
  const isReadOnly = useDocument.getState().stashed !== null;
  if (isReadOnly) toast('info', 'This is the crew of an earlier run. To change a crew, go back to editing.');
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
export const useHistory = create<{ canUndo: boolean; canRedo: boolean }>()(() => ({ canUndo: false, canRedo: false }));
history.subscribe(({ pastStates, futureStates }) => {
  useHistory.setState({ canUndo: pastStates.length > 0, canRedo: futureStates.length > 0 });
});
