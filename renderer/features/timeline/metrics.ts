/** Pixels of the timeline's parts, on the 4 px grid of the window. */
export const RULER = 24;
export const ROW = 24;
/** Where the lanes' names stand, left of the time. */
export const GUTTER = 104;
/** Between a row's edge and its bars. */
export const BAR_INSET = 4;
export const WAIT_INSET = 7;
export const CURVE = 31;
export const MILESTONE = 6;

/** What of the lanes is on the screen: `scrollTop` pixels of them lie above it. */
export interface Viewport {
  width: number;
  height: number;
  /** Pixels that the curves take at the bottom. */
  curves: number;
  scrollTop: number;
  /** So many pixels of the curves lie above the part of them that is on the screen. */
  curvesScroll: number;
}

export function lanesHeight(viewport: Viewport): number {
  return Math.max(0, viewport.height - RULER - viewport.curves);
}

/** Whether a point lies on the curves. */
export function isOnCurves(viewport: Viewport, y: number): boolean {
  return viewport.curves > 0 && y >= viewport.height - viewport.curves;
}

/** The first row and the one after the last that are in sight. */
export function visibleRows(viewport: Viewport, rows: number): { first: number; end: number } {
  const first = Math.max(0, Math.floor(viewport.scrollTop / ROW));
  return { first, end: Math.min(rows, Math.ceil((viewport.scrollTop + lanesHeight(viewport)) / ROW)) };
}

export function rowTop(viewport: Viewport, row: number): number {
  return RULER + row * ROW - viewport.scrollTop;
}

export function furthestScroll(viewport: Viewport, rows: number): number {
  return Math.max(0, rows * ROW - lanesHeight(viewport));
}
