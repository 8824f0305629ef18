import type { Curve } from '../../state/curves/curve.ts';
import type { Hit } from './hit.ts';
import type { TimelineLayout } from './layout.ts';
import type { Viewport } from './metrics.ts';
import type { Palette } from './palette.ts';
import type { Scale } from './scale.ts';

/** The range of run time that a person selected. */
export interface Span {
  from: number;
  to: number;
}

/** The complete input of a frame. */
export interface Scene {
  layout: TimelineLayout;
  curves: readonly Curve[];
  scale: Scale;
  viewport: Viewport;
  palette: Palette;
  /** The current run time, at which bars without an end are cut. */
  now: number;
  live: boolean;
  /** Whether the filter leaves a task out. */
  dimmed: (task: string) => boolean;
  hover: Hit | null;
  chosen: string | null;
  span: Span | null;
  prediction: boolean;
  critical: boolean;
}
