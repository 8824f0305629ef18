import { create } from 'zustand';
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

export const useTimeline = create<TimelineOptions>()(() => ({
  by: 'slot',
  prediction: true,
  asTable: false,
  whatIf: false,
  follow: true,
  filter: '',
  span: null,
}));
