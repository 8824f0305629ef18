import type { Activities } from '../../base/activities.ts';
import type { Curve } from '../../state/curves/curve.ts';
import { type Camera, cameraAtFrame, focused, following, panned, START, whole, zoomed } from './camera.ts';
import { curveHitAt, type Hit, hitAt } from './hit.ts';
import type { Lane, TimelineLayout } from './layout.ts';
import { CURVE, GUTTER, isOnCurves, maxScroll, ROW, RULER, type Viewport } from './metrics.ts';
import { paint } from './paint.ts';
import type { PaintFailure } from './paint-part.ts';
import { type Palette, readPalette } from './palette.ts';
import { timeAt } from './scale.ts';
import type { Scene, Span } from './scene.ts';

/** The scene to draw. The driver owns the camera and the pointer. */
export interface Drawing {
  layout: TimelineLayout;
  curves: readonly Curve[];
  live: boolean;
  now: () => number;
  dimmed: (task: string) => boolean;
  chosen: string | null;
  span: Span | null;
  prediction: boolean;
  critical: boolean;
}

const MAX_CURVES = 6;
/** The minimum number of visible lanes or curves, if there are that many. */
const MIN_CURVES = 2;

/**
 * Owns the canvas and its animation frame. Other components only report that something changed. While a run is in
 * progress every frame is drawn, else only on change.
 */
export class TimelineDriver {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D;
  readonly #onFollow: (follow: boolean) => void;
  readonly #onFailure: (failure: PaintFailure) => void;
  readonly #activities: Activities;
  /** The parts whose failure was reported: a live run is drawn in every frame. */
  readonly #reported = new Set<string>();
  #palette: Palette;
  #drawing: Drawing | null = null;
  #camera: Camera = START;
  #viewport: Viewport = { width: 0, height: 0, curves: 0, scrollTop: 0, curvesScroll: 0 };
  #hover: Hit | null = null;
  /** Cancels the requested frame; null: none is requested. */
  #cancelFrame: (() => void) | null = null;

  /**
   * @param onFollow receives whether the view follows the end of the run, when that changes
   * @param onFailure receives each part that could not be drawn, once
   * @param activities counts a frame that is not drawn yet; there always is one while a run is in progress
   */
  constructor(
    canvas: HTMLCanvasElement,
    onFollow: (follow: boolean) => void,
    onFailure: (failure: PaintFailure) => void,
    activities: Activities,
  ) {
    const ctx = canvas.getContext('2d', { alpha: false });
    if (!ctx) throw new Error('The canvas has no drawing context.');
    this.#canvas = canvas;
    this.#ctx = ctx;
    this.#onFollow = onFollow;
    this.#onFailure = onFailure;
    this.#activities = activities;
    this.#palette = readPalette(canvas);
  }

  get camera(): Camera {
    return this.#camera;
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  draw(drawing: Drawing): void {
    this.#drawing = drawing;
    this.#layOut();
    this.#requestFrame();
  }

  resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#viewport = { ...this.#viewport, width, height };
    this.#layOut();
    // Resizing clears the canvas: without an immediate frame it would flash.
    this.#paintNow();
  }

  themeChanged(): void {
    this.#palette = readPalette(this.#canvas);
    this.#requestFrame();
  }

  hoverAt(x: number, y: number): Hit | null {
    this.#hover = this.hit(x, y);
    this.#requestFrame();
    return this.#hover;
  }

  leave(): void {
    this.#hover = null;
    this.#requestFrame();
  }

  hit(x: number, y: number): Hit | null {
    const drawing = this.#drawing;
    if (!drawing) return null;
    const { scale } = this.#camera;
    if (isOnCurves(this.#viewport, y)) return curveHitAt(drawing.curves, scale, this.#viewport, drawing.now(), x, y);
    return hitAt(drawing.layout, scale, this.#viewport, drawing.now(), x, y);
  }

  /** The lane whose label is at a pixel; null if there is none. */
  labelAt(x: number, y: number): Lane | null {
    if (x >= GUTTER || this.marksAt(y)) return null;
    const layout = this.#drawing?.layout;
    const row = layout?.rows[Math.floor((y - RULER + this.#viewport.scrollTop) / ROW)];
    return (row && layout?.lanes[row.lane]) ?? null;
  }

  /** The run time at a pixel. */
  timeAt(x: number): number {
    return timeAt(this.#camera.scale, x - GUTTER);
  }

  /** Whether a drag that begins at this height selects a range. */
  marksAt(y: number): boolean {
    return y < RULER || isOnCurves(this.#viewport, y);
  }

  zoom(x: number, factor: number): void {
    this.#move(zoomed(this.#camera, Math.max(0, x - GUTTER), factor));
  }

  pan(dx: number, dy: number): void {
    if (dx !== 0) this.#move(panned(this.#camera, dx));
    if (dy !== 0) this.#scrollTo(this.#viewport.scrollTop + dy);
  }

  /** Scrolls the lanes or the curves, depending on the pointer position. */
  scroll(y: number, dy: number): void {
    if (isOnCurves(this.#viewport, y)) this.#scrollCurvesTo(this.#viewport.curvesScroll + dy);
    else this.pan(0, dy);
  }

  follow(): void {
    this.#move(following(this.#camera, this.#drawing?.live ?? false));
  }

  unfollow(): void {
    this.#move({ ...this.#camera, follow: false });
  }

  showWhole(): void {
    this.#move(whole(this.#camera));
  }

  focus(from: number, to: number): void {
    this.#move(focused(this.#camera, from, to, this.#plotWidth()));
  }

  /** Scrolls only as far as necessary to show a track and a time. */
  reveal(row: number, t: number): void {
    const top = row * ROW;
    const height = this.#viewport.height - RULER - this.#viewport.curves;
    if (top < this.#viewport.scrollTop) this.#scrollTo(top);
    else if (top + ROW > this.#viewport.scrollTop + height) this.#scrollTo(top + ROW - height);
    const x = (t - this.#camera.scale.from) / this.#camera.scale.msPerPx;
    if (x < 0 || x > this.#plotWidth()) this.#move(panned(this.#camera, x - this.#plotWidth() / 3));
    this.#requestFrame();
  }

  stop(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = null;
    this.#drawing = null;
  }

  #plotWidth(): number {
    return Math.max(0, this.#viewport.width - GUTTER);
  }

  #move(camera: Camera): void {
    if (camera.follow !== this.#camera.follow) this.#onFollow(camera.follow);
    this.#camera = camera;
    this.#requestFrame();
  }

  #scrollTo(scrollTop: number): void {
    const rows = this.#drawing?.layout.rows.length ?? 0;
    const most = maxScroll(this.#viewport, rows);
    this.#viewport = { ...this.#viewport, scrollTop: Math.min(most, Math.max(0, scrollTop)) };
    this.#requestFrame();
  }

  #scrollCurvesTo(scroll: number): void {
    const most = (this.#drawing?.curves.length ?? 0) * CURVE - this.#viewport.curves;
    this.#viewport = { ...this.#viewport, curvesScroll: Math.max(0, Math.min(most, scroll)) };
    this.#requestFrame();
  }

  /** The height of the curves: the space left by the lanes, but always enough for the first curves if it exists. */
  #layOut(): void {
    const drawing = this.#drawing;
    if (!drawing) return;
    const free = this.#viewport.height - RULER - drawing.layout.rows.length * ROW;
    const half = Math.floor((this.#viewport.height - RULER) / 2);
    const room = Math.max(free, Math.min(half, MIN_CURVES * CURVE));
    const count = Math.min(drawing.curves.length, MAX_CURVES, Math.floor(room / CURVE));
    this.#viewport = { ...this.#viewport, curves: Math.max(0, count) * CURVE };
    this.#scrollCurvesTo(this.#viewport.curvesScroll);
    this.#scrollTo(this.#viewport.scrollTop);
  }

  #requestFrame(): void {
    this.#cancelFrame ??= this.#activities.inFrame('timeline', () => this.#onFrame());
  }

  #onFrame(): void {
    this.#cancelFrame = null;
    this.#paintNow();
    if (this.#drawing?.live) this.#requestFrame();
  }

  #paintNow(): void {
    const drawing = this.#drawing;
    if (!drawing || this.#viewport.width === 0) return;
    const now = drawing.now();
    this.#camera = cameraAtFrame(this.#camera, now, drawing.layout.end, this.#plotWidth());
    const { layout, curves, live, dimmed, chosen, span, prediction, critical } = drawing;
    const scene: Scene = {
      ...{ layout, curves, live, dimmed, chosen, span, prediction, critical, now },
      scale: this.#camera.scale,
      viewport: this.#viewport,
      palette: this.#palette,
      hover: this.#hover,
    };
    const ratio = window.devicePixelRatio;
    this.#ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(this.#ctx, scene, (failure) => this.#report(failure));
  }

  #report(failure: PaintFailure): void {
    if (this.#reported.has(failure.part)) return;
    this.#reported.add(failure.part);
    this.#onFailure(failure);
  }
}
