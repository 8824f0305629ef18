import { createContext, useContext } from 'react';
import type { Activities } from '../activities.ts';
import { FieldDrafts } from './drafts.ts';

/** A text that someone is entering, for commands that finish or undo it. */
export interface OpenEntry {
  finish(): boolean;
  undo(): boolean;
  redo(): boolean;
}

/** The text fields of a window. */
export class Fields {
  readonly drafts = new FieldDrafts();
  readonly activities: Activities;
  readonly #entries = new WeakMap<Element, OpenEntry>();

  constructor(activities: Activities) {
    this.activities = activities;
  }

  add(element: Element, entry: OpenEntry): void {
    this.#entries.set(element, entry);
  }

  /** The entry of the field that has the focus; undefined if the focus is elsewhere. */
  focused(): OpenEntry | undefined {
    return document.activeElement ? this.#entries.get(document.activeElement) : undefined;
  }
}

/** What fields need from their window. */
export interface FieldHost {
  fields: Fields;
  /** The number of crews that were opened in the window. */
  opened: number;
  /** Whether the crew that was open when the host was created is still open. */
  isCurrent(): boolean;
  /** The next change starts a new step of undo. */
  endGesture(): void;
}

export const FieldHostContext = createContext<FieldHost | null>(null);

/** What the window provides to the fields around this component. */
export function useFieldHost(): FieldHost {
  const host = useContext(FieldHostContext);
  if (host === null) throw new Error('A field needs the host of its window: render it in a WindowProvider.');
  return host;
}
