import { createStore } from 'zustand/vanilla';
import { perWindow, storeHook, type WindowState } from '../../state/window-state.ts';
import type { LanesBy } from './layout.ts';
import type { Span } from './scene.ts';

/** The state of the timeline that survives while other tabs are open. */
interface TimelineOptions {
  by: LanesBy;
  prediction: boolean;
  asTable: boolean;
  whatIf: boolean;
  follow: boolean;
  filter: string;
  span: Span | null;
  /** In lanes by task: the tasks whose groups are collapsed. */
  collapsed: ReadonlySet<string>;
}

export const timelineOptions = perWindow(() =>
  createStore<TimelineOptions>()(() => ({
    by: 'slot',
    prediction: true,
    asTable: false,
    whatIf: false,
    follow: true,
    filter: '',
    span: null,
    collapsed: new Set(),
  })),
);

export const useTimeline = storeHook(timelineOptions);

/** Collapses or expands the group of a task. */
export function toggleGroup(win: WindowState, task: string): void {
  timelineOptions(win).setState(({ collapsed }) => {
    const next = new Set(collapsed);
    if (!next.delete(task)) next.add(task);
    return { collapsed: next };
  });
}
