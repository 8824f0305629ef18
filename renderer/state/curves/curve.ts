import type { Interval } from '../../../shared/run/intervals.ts';
import type { Step } from './steps.ts';

export type CurveKind = 'running' | 'calls' | 'requests' | 'pool' | 'tokens' | 'cpu' | 'memory';

/** What is drawn over a run's time below its lanes. */
export interface Curve {
  kind: CurveKind;
  label: string;
  /** What its value is called in the card. */
  value: string;
  /** In the order of time; the last value holds until now. */
  steps: readonly Step[];
  /** What the value may be at the most, over time; empty where nothing limits it. */
  limit: readonly Step[];
  /** Another value over the same time, drawn as a line. */
  beside: { label: string; steps: readonly Step[] } | null;
  /** Stretches in which the provider had asked to wait. */
  holds: readonly Interval[];
  /** The value that fills the height. */
  full: number;
  note: string;
}
