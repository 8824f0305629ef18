import type { Point } from '../../../state/canvas/sizes.ts';
import type { Transform } from '../../../state/canvas/viewport.ts';
import { useRun } from '../../../state/run.ts';
import type { TaskDisplayState } from '../../../state/task-display-state.ts';
import { lookOf } from '../task-display-states.ts';
import {
  type FarColors,
  type FarNode,
  type FarScene,
  paintOverview,
  readFarColors,
  repaintNodes,
} from './paint-nodes.ts';

/** What is painted; the viewport is asked for at each frame, and how the tasks stand is read off the run. */
export interface FarDrawing {
  nodes: readonly FarNode[];
  dragged: ReadonlyMap<string, Point>;
  chosen: ReadonlySet<string>;
}

interface View {
  transform: Transform;
  width: number;
  height: number;
}

/** A run's events are seen so soon. */
const LOOKS_MS = 100;
/** Painted over, a node keeps a trace of its last colour along its edges: so soon all are painted anew. */
const CLEAN_MS = 1000;

/** Owns the canvas and its animation frame: others only say that something is another. */
export class OverviewPainter {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #viewOf: () => View;
  #colors: FarColors;
  #drawing: FarDrawing = { nodes: [], dragged: new Map(), chosen: new Set() };
  #looks: (TaskDisplayState | null)[] = [];
  #painted: View | null = null;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #cleaning: ReturnType<typeof setTimeout> | null = null;

  constructor(canvas: HTMLCanvasElement, viewOf: () => View) {
    const ctx = canvas.getContext('2d');
    if (!ctx) throw new Error('A canvas without a drawing context.');
    this.#ctx = ctx;
    this.#viewOf = viewOf;
    this.#colors = readFarColors(ctx);
  }

  draw(drawing: FarDrawing): void {
    const isOther = drawing.nodes !== this.#drawing.nodes;
    this.#drawing = drawing;
    if (isOther) this.#looks = this.#readLooks();
    this.#ask();
  }

  /** Something of the canvas is another: it may be the view. */
  viewChanged(): void {
    const { transform, width, height } = this.#viewOf();
    const last = this.#painted;
    if (last?.transform !== transform || last.width !== width || last.height !== height) this.#ask();
  }

  runChanged(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#showLooks();
    }, LOOKS_MS);
  }

  themeChanged(): void {
    this.#colors = readFarColors(this.#ctx);
    this.#ask();
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#cleaning) clearTimeout(this.#cleaning);
  }

  #readLooks(): (TaskDisplayState | null)[] {
    const { state } = useRun.getState();
    return this.#drawing.nodes.map(({ task }) => (task === null ? null : lookOf(state, task)));
  }

  /** Of thousands of tasks a few look different after some events: only these are painted again. */
  #showLooks(): void {
    const before = this.#looks;
    this.#looks = this.#readLooks();
    const changed: number[] = [];
    this.#looks.forEach((look, at) => {
      if (look !== before[at]) changed.push(at);
    });
    // A frame that is to come paints all of them.
    if (this.#frame !== 0 || !this.#painted || changed.length === 0) return;
    repaintNodes(this.#ctx, this.#sceneOf(this.#painted), changed);
    this.#cleaning ??= setTimeout(() => {
      this.#cleaning = null;
      this.#ask();
    }, CLEAN_MS);
  }

  #sceneOf(view: View): FarScene {
    return { ...this.#drawing, ...view, looks: this.#looks, colors: this.#colors };
  }

  #ask(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#frame = 0;
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
