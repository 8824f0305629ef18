import { produce } from 'immer';
import { temporal } from 'zundo';
import { create } from 'zustand';
import type { OpenDocument } from '../../shared/ipc/values.ts';
import { type Project, projectSchema } from '../../shared/project/schema.ts';

interface DocumentState {
  /** The crew as it stands in the window. */
  project: Project;
  /** As it is on disk (or was opened): what differs from it is unsaved. */
  saved: Project;
  path: string | null;
  /** Edits of an earlier start came back with it. */
  recovered: boolean;
  /** Counts what was opened: the canvas fits itself to each. */
  opened: number;
}

const EMPTY = projectSchema.parse({ format: 'crewlane/1', name: 'untitled_crew' });

/** The open crew, with undo and redo without limit: every change of `project` is one step. */
export const useDocument = create<DocumentState>()(
  temporal((): DocumentState => ({ project: EMPTY, saved: EMPTY, path: null, recovered: false, opened: 0 }), {
    partialize: ({ project }) => ({ project }),
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
export function edit(change: (draft: Project) => void, name: string | null = null): void {
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
export function replaceProject(project: Project): void {
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
export function openDocument({ project, path, edited, recovered }: OpenDocument): void {
  useDocument.setState(({ opened }) => ({
    project,
    saved: edited ? EMPTY : project,
    path,
    recovered,
    opened: opened + 1,
  }));
  history.getState().clear();
  gesture = null;
}

/** The crew has been written to `path`. */
export function markSaved(project: Project, path: string): void {
  useDocument.setState({ saved: project, path, recovered: false });
}

export function isEdited({ project, saved }: Pick<DocumentState, 'project' | 'saved'>): boolean {
  return project !== saved;
}

/** Whether there is something to undo and to redo. */
export const useHistory = create<{ canUndo: boolean; canRedo: boolean }>()(() => ({ canUndo: false, canRedo: false }));
history.subscribe(({ pastStates, futureStates }) => {
  useHistory.setState({ canUndo: pastStates.length > 0, canRedo: futureStates.length > 0 });
});
