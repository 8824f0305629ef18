import { temporal } from 'zundo';
import { createStore } from 'zustand/vanilla';
import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';

type Step = Pick<Document, 'crew'>;
type Steps = Partial<Step>[];

/** A crew in the window and the state that belongs to it. */
export interface Document {
  /** The crew as it is in the window. */
  crew: Crew;
  /** The crew as on disk or as opened. Differences from it are unsaved changes. */
  saved: Crew;
  path: string | null;
  /** Whether the file still exists: it was not deleted after the crew was opened or saved. */
  onDisk: boolean;
}

export interface DocumentState extends Document {
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

export const EMPTY = crewSchema.parse({ format: 'crewlane/1', name: 'untitled_crew' });

/** The open crew, with unlimited undo and redo. Every change of `crew` is one step. */
export const createDocumentStore = () =>
  createStore<DocumentState>()(
    temporal((): DocumentState => ({ crew: EMPTY, saved: EMPTY, path: null, onDisk: true, opened: 0, stashed: null }), {
      partialize: ({ crew }): Step => ({ crew }),
      equality: (past, current) => past.crew === current.crew,
    }),
  );

export type DocumentStore = ReturnType<typeof createDocumentStore>;
