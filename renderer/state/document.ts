import { produce } from 'immer';
import { temporal } from 'zundo';
import { create } from 'zustand';
import type { OpenDocument } from '../../shared/ipc/values.ts';
import { type Crew, crewSchema } from '../../shared/project/schema.ts';
import { toast } from './ui.ts';

type Step = Pick<Document, 'project'>;
type Steps = Partial<Step>[];

/** A crew in the window, and what belongs to it alone. */
interface Document {
  /** The crew as it is in the window. */
  project: Crew;
  /** As it is on disk (or was opened): what differs from it is unsaved. */
  saved: Crew;
  path: string | null;
  /** The file still has what was opened or saved: it was not deleted. */
  onDisk: boolean;
}

interface DocumentState extends Document {
  /** Counts the crews that were shown: the canvas fits itself to each. */
  opened: number;
  /**
   * The crew that is being edited, while the window shows the crew of an earlier run in its place; null: the crew on
   * screen is the one that is being edited. While it is set, `project` is read-only.
   */
  aside: Aside | null;
}

interface Aside extends Document {
  pastStates: Steps;
  futureStates: Steps;
}

const EMPTY = crewSchema.parse({ format: 'crewlane/1', name: 'untitled_crew' });

/** The open crew, with undo and redo without limit: every change of `project` is one step. */
export const useDocument = create<DocumentState>()(
  temporal((): DocumentState => ({ project: EMPTY, saved: EMPTY, path: null, onDisk: true, opened: 0, aside: null }), {
    partialize: ({ project }): Step => ({ project }),
    equality: (past, current) => past.project === current.project,
  }),
);

const history = useDocument.temporal;
/** The gesture that the last change belonged to; changes of one gesture are one step. */
let gesture: string | null = null;

/**
 * Changes the crew. Without a gesture's name the change is a step of its own; changes under the same name in a row
 * (keystrokes in one field) are one, until `endGesture`.
 */
export function edit(change: (draft: Crew) => void, name: string | null = null): void {
  if (isRefused()) return;
  const { project } = useDocument.getState();
  const next = produce(project, change);
  if (next === project) return;
  const goesOn = name !== null && name === gesture;
  if (goesOn) history.getState().pause();
  useDocument.setState({ project: next });
  if (goesOn) history.getState().resume();
  gesture = name;
}

/** Replaces the crew as one step, for changes that make a new one (a rename). */
export function replaceProject(project: Crew): void {
  if (isRefused()) return;
  gesture = null;
  useDocument.setState({ project });
}

/** The next change is a step of its own. */
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

/** Shows another crew; nothing of the one before can be undone. */
export function openDocument({ project, path, edited }: OpenDocument): void {
  useDocument.setState(({ opened }) => ({
    project,
    saved: edited ? EMPTY : project,
    path,
    onDisk: true,
    opened: opened + 1,
    aside: null,
  }));
  history.getState().clear();
  gesture = null;
}

/** Shows the crew of an earlier run, read-only. The crew that is being edited stays as it is, with its history. */
export function showCrewOfRun(project: Crew): void {
  const { aside, opened, ...now } = useDocument.getState();
  const { pastStates, futureStates } = history.getState();
  useDocument.setState({
    project,
    saved: project,
    path: null,
    onDisk: true,
    opened: opened + 1,
    aside: aside ?? { ...now, pastStates, futureStates },
  });
  history.getState().clear();
  gesture = null;
}

/** Shows the crew that is being edited again, where an earlier run's is shown in its place. */
export function backToEditing(): void {
  const { aside, opened } = useDocument.getState();
  if (aside === null) return;
  const { pastStates, futureStates, ...document } = aside;
  useDocument.setState({ ...document, opened: opened + 1, aside: null });
  history.setState({ pastStates, futureStates });
  gesture = null;
}

/** The crew that is being edited, whichever crew is on screen. */
export function editedDocument(): Document {
  const state = useDocument.getState();
  return state.aside ?? state;
}

/** The crew has been written to `path`. */
export function markSaved(project: Crew, path: string): void {
  changeEdited({ saved: project, path, onDisk: true });
}

/** Takes over the crew that is on disk, as one step that can be undone. */
export function takeFromDisk(project: Crew): void {
  gesture = null;
  const { aside } = useDocument.getState();
  const taken = { project, saved: project, onDisk: true };
  if (aside === null) useDocument.setState(taken);
  else {
    const pastStates = [...aside.pastStates, { project: aside.project }];
    useDocument.setState({ aside: { ...aside, ...taken, pastStates, futureStates: [] } });
  }
}

/** The crew in the window is kept although it is not what is on disk: all of it is unsaved. */
export function markUnsaved(): void {
  changeEdited({ saved: EMPTY, onDisk: true });
}

/** Sets whether the file still has what was opened or saved. */
export function setOnDisk(onDisk: boolean): void {
  changeEdited({ onDisk });
}

/** Changes what is known about the crew that is being edited, whichever crew is on screen. */
function changeEdited(change: Partial<Omit<Document, 'project'>>): void {
  useDocument.setState(({ aside }) => (aside === null ? change : { aside: { ...aside, ...change } }));
}

/** Whether the crew on screen is an earlier run's, which nobody can edit; says so to the person who tried. */
function isRefused(): boolean {
  const isReadOnly = useDocument.getState().aside !== null;
  if (isReadOnly) toast('info', 'This is the crew of an earlier run. To change a crew, go back to editing.');
  return isReadOnly;
}

/** Whether the crew differs from what was opened or saved. */
export function isTouched({ project, saved }: Pick<Document, 'project' | 'saved'>): boolean {
  return project !== saved;
}

/** Whether the crew has changes that are not on disk. */
export function isEdited(document: Pick<Document, 'project' | 'saved' | 'onDisk'>): boolean {
  return isTouched(document) || !document.onDisk;
}

/** Whether there is something to undo and to redo. */
export const useHistory = create<{ canUndo: boolean; canRedo: boolean }>()(() => ({ canUndo: false, canRedo: false }));
history.subscribe(({ pastStates, futureStates }) => {
  useHistory.setState({ canUndo: pastStates.length > 0, canRedo: futureStates.length > 0 });
});
