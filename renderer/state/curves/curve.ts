import type { Interval } from '../../../shared/run/intervals.ts';
import type { Step } from './steps.ts';

export type CurveKind = 'running' | 'calls' | 'requests' | 'pool' | 'tokens' | 'cpu' | 'memory';

/** A curve over run time, drawn below the lanes. */
export interface Curve {
  kind: CurveKind;
  label: string;
  /** The label of its value in the tooltip. */
  value: string;
  /** In order of time; the last value applies until now. */
  steps: readonly Step[];
  /** The limit of the value over time; empty without a limit. */
  limit: readonly Step[];
  /** Another value over the same time, drawn as a line. */
  secondary: { label: string; steps: readonly Step[] } | null;
  /** The cooldowns: intervals in which the provider must not be called. */
  cooldowns: readonly Interval[];
  /** The value at full height. */
  max: number;
  note: string;
}
