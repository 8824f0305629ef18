import type { Activities } from '../../../base/activities.ts';
import type { Point } from '../../../state/canvas/sizes.ts';
import type { Transform } from '../../../state/canvas/viewport.ts';
import type { RunStore } from '../../../state/stores/run-store.ts';
import type { TaskDisplayState } from '../../../state/task-display-state.ts';
import { displayStateOf } from '../task-display-states.ts';
import {
  type OverviewColors,
  type OverviewNode,
  type OverviewScene,
  paintOverview,
  readOverviewColors,
  repaintNodes,
} from './paint-nodes.ts';

/** The input of the painter. The viewport is read in each frame, and the states of the tasks come from the run. */
export interface OverviewInput {
  nodes: readonly OverviewNode[];
  dragged: ReadonlyMap<string, Point>;
  chosen: ReadonlySet<string>;
}

interface View {
  transform: Transform;
  width: number;
  height: number;
}

/** Interval between repaints of changed nodes, in ms. */
const STATES_INTERVAL_MS = 100;
/** Interval between full repaints, in ms. Repainting a single node leaves traces of its old color along its edges. */
const REPAINT_INTERVAL_MS = 1000;
const ACTIVITY = 'overview';

/** Owns the canvas and its animation frame. Other components only report that something changed. */
export class OverviewPainter {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #viewOf: () => View;
  readonly #run: RunStore;
  readonly #activities: Activities;
  #colors: OverviewColors;
  #drawing: OverviewInput = { nodes: [], dragged: new Map(), chosen: new Set() };
  #states: (TaskDisplayState | null)[] = [];
  #painted: View | null = null;
  /** Each cancels what is scheduled; null: nothing is. */
  #cancelFrame: (() => void) | null = null;
  #cancelChanged: (() => void) | null = null;
  #cancelRepaint: (() => void) | null = null;

  /** @param activities counts what is scheduled but not painted yet */
  constructor(canvas: HTMLCanvasElement, viewOf: () => View, run: RunStore, activities: Activities) {
    const ctx = canvas.getContext('2d');
    if (!ctx) throw new Error('The canvas has no drawing context.');
    this.#ctx = ctx;
    this.#viewOf = viewOf;
    this.#run = run;
    this.#activities = activities;
    this.#colors = readOverviewColors(ctx);
  }

  draw(drawing: OverviewInput): void {
    const isNew = drawing.nodes !== this.#drawing.nodes;
    this.#drawing = drawing;
    if (isNew) this.#states = this.#readStates();
    this.#requestFrame();
  }

  /** Something changed, possibly the viewport: paints all nodes in the next frame. */
  viewChanged(): void {
    const { transform, width, height } = this.#viewOf();
    const last = this.#painted;
    if (last?.transform !== transform || last.width !== width || last.height !== height) this.#requestFrame();
  }

  runChanged(): void {
    this.#cancelChanged ??= this.#activities.after(ACTIVITY, STATES_INTERVAL_MS, () => {
      this.#cancelChanged = null;
      this.#repaintChanged();
    });
  }

  themeChanged(): void {
    this.#colors = readOverviewColors(this.#ctx);
    this.#requestFrame();
  }

  stop(): void {
    this.#cancelFrame?.();
    this.#cancelChanged?.();
    this.#cancelRepaint?.();
  }

  #readStates(): (TaskDisplayState | null)[] {
    const { state } = this.#run.getState();
    return this.#drawing.nodes.map(({ task }) => (task === null ? null : displayStateOf(state, task)));
  }

  /** After some events, only the few tasks whose state changed are repainted. */
  #repaintChanged(): void {
    const before = this.#states;
    this.#states = this.#readStates();
    const changed: number[] = [];
    this.#states.forEach((look, at) => {
      if (look !== before[at]) changed.push(at);
    });
    // The scheduled frame paints all of them.
    if (this.#cancelFrame !== null || !this.#painted || changed.length === 0) return;
    repaintNodes(this.#ctx, this.#sceneOf(this.#painted), changed);
    this.#cancelRepaint ??= this.#activities.after(ACTIVITY, REPAINT_INTERVAL_MS, () => {
      this.#cancelRepaint = null;
      this.#requestFrame();
    });
  }

  #sceneOf(view: View): OverviewScene {
    return { ...this.#drawing, ...view, states: this.#states, colors: this.#colors };
  }

  #requestFrame(): void {
    this.#cancelFrame ??= this.#activities.inFrame(ACTIVITY, () => this.#paint());
  }

  #paint(): void {
    this.#cancelFrame = null;
    const { transform, width, height } = this.#viewOf();
    this.#fitTo(width, height);
    const view = { transform, width, height };
    paintOverview(this.#ctx, this.#sceneOf(view));
    this.#painted = view;
  }

  #fitTo(width: number, height: number): void {
    const { canvas } = this.#ctx;
    const ratio = window.devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    this.#ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
}
