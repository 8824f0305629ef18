import { WAIT_REASONS, type WaitReason } from '../../../shared/run/wait-reason.ts';
import { waitProperty } from '../../base/theme/wait-colors.ts';
import type { CurveKind } from '../../state/curves/curve.ts';
import type { BarStyle, MarkStyle } from './bars.ts';

export const BAR_PROPERTY: Readonly<Record<BarStyle, string>> = {
  running: '--running',
  completed: '--done',
  degraded: '--degraded',
  failed: '--failed',
  cancelled: '--waiting',
};

export const MARK_PROPERTY: Readonly<Record<MarkStyle, string>> = {
  cached: '--done',
  reused: '--done',
  degraded: '--degraded',
  skipped: '--waiting',
  not_chosen: '--waiting',
  failed: '--failed',
  cancelled: '--waiting',
};

const CURVE_PROPERTY: Readonly<Record<CurveKind, string>> = {
  running: '--series-1',
  calls: '--series-3',
  requests: '--series-4',
  pool: '--series-2',
  tokens: '--series-3',
  cpu: '--series-1',
  memory: '--series-4',
};

/** The theme's colors as canvas styles. */
export interface Palette {
  panel: string;
  line: string;
  lineStrong: string;
  text: string;
  muted: string;
  faint: string;
  accent: string;
  onAccent: string;
  onState: string;
  critical: string;
  font: string;
  bars: Record<BarStyle, string>;
  marks: Record<MarkStyle, string>;
  waits: Record<WaitReason, string>;
  curves: Record<CurveKind, string>;
}

/** Reads the colors that apply at an element. Call it again when the theme changes. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (property: string): string => style.getPropertyValue(property).trim();
  return {
    panel: read('--panel'),
    line: read('--line'),
    lineStrong: read('--line-strong'),
    text: read('--text'),
    muted: read('--muted'),
    faint: read('--faint'),
    accent: read('--accent'),
    onAccent: read('--on-accent'),
    onState: read('--on-state'),
    critical: read('--critical'),
    font: style.fontFamily,
    bars: colors(BAR_PROPERTY, read),
    marks: colors(MARK_PROPERTY, read),
    waits: waitColors(read),
    curves: colors(CURVE_PROPERTY, read),
  };
}

function colors<Key extends string>(
  properties: Readonly<Record<Key, string>>,
  read: (property: string) => string,
): Record<Key, string> {
  const entries = Object.entries<string>(properties).map(([key, property]) => [key, read(property)]);
  // The keys are those of `properties`.
  return Object.fromEntries(entries) as Record<Key, string>;
}

function waitColors(read: (property: string) => string): Record<WaitReason, string> {
  const entries = WAIT_REASONS.map((reason) => [reason, read(waitProperty(reason))]);
  // The keys are all reasons.
  return Object.fromEntries(entries) as Record<WaitReason, string>;
}
