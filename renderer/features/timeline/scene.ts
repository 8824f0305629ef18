import type { Curve } from '../../state/curves/curve.ts';
import type { Hit } from './hit.ts';
import type { TimelineLayout } from './layout.ts';
import type { Viewport } from './metrics.ts';
import type { Palette } from './palette.ts';
import type { Scale } from './scale.ts';

/** A stretch of run time that a person marked. */
export interface Span {
  from: number;
  to: number;
}

/** Everything that a frame shows. */
export interface Scene {
  layout: TimelineLayout;
  curves: readonly Curve[];
  scale: Scale;
  viewport: Viewport;
  palette: Palette;
  /** Run time; bars that have no end are drawn up to here. */
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
