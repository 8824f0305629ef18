/** Dimensions of the timeline in pixels, on the 4 px grid of the window. */
export const RULER = 24;
export const ROW = 24;
/** The width of the lane names, left of the plot. */
export const GUTTER = 104;
/** The gap between the edge of a track and its bars. */
export const BAR_INSET = 4;
export const WAIT_INSET = 7;
export const CURVE = 31;
export const MILESTONE = 6;

/** The visible part of the lanes: `scrollTop` pixels are scrolled out above it. */
export interface Viewport {
  width: number;
  height: number;
  /** The height of the curves at the bottom, in pixels. */
  curves: number;
  scrollTop: number;
  /** The scroll offset of the curves, in pixels. */
  curvesScroll: number;
}

/** The height of the visible lanes, in pixels. */
export function lanesHeight(viewport: Viewport): number {
  return Math.max(0, viewport.height - RULER - viewport.curves);
}

/** Whether a point is on the curves. */
export function isOnCurves(viewport: Viewport, y: number): boolean {
  return viewport.curves > 0 && y >= viewport.height - viewport.curves;
}

/** The first visible track and the one after the last. */
export function visibleRows(viewport: Viewport, rows: number): { first: number; end: number } {
  const first = Math.max(0, Math.floor(viewport.scrollTop / ROW));
  return { first, end: Math.min(rows, Math.ceil((viewport.scrollTop + lanesHeight(viewport)) / ROW)) };
}

/** The top of a track in the drawing, in pixels. */
export function rowTop(viewport: Viewport, row: number): number {
  return RULER + row * ROW - viewport.scrollTop;
}

/** The maximum scroll offset of the lanes, in pixels. */
export function maxScroll(viewport: Viewport, rows: number): number {
  return Math.max(0, rows * ROW - lanesHeight(viewport));
}
