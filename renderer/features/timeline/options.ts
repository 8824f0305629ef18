import { createStore } from 'zustand/vanilla';
import { perWindow, storeHook } from '../../state/window-state.ts';
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
  })),
);

export const useTimeline = storeHook(timelineOptions);
