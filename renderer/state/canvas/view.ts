import type { ReactFlowInstance, Viewport } from 'reactflow';
import type { Crew } from '../../../shared/crew/schema.ts';
import { moveNodes } from '../commands/crew-edits.ts';
import { toast } from '../ui.ts';
import { perWindow, type WindowState } from '../window-state.ts';
import { nodePositions } from './node-positions.ts';
import { type Box, boxOf, containsBox, overlap, type Point } from './sizes.ts';
import { boundsOf, fittingViewport, isLarge, onCanvas, type Transform } from './viewport.ts';

/** The canvas as commands outside of it use it. */
interface CanvasView {
  /** Null before the canvas is mounted. */
  flow: ReactFlowInstance | null;
  /** The viewport that shows all nodes; null before anything has been fitted. */
  fittedViewport: Viewport | null;
  /** The pointer in the window while it is over the canvas. */
  pointer: { x: number; y: number } | null;
  /** The layout in progress; null if there is none. */
  layout: AbortController | null;
}

const viewOf = perWindow((): CanvasView => ({ flow: null, fittedViewport: null, pointer: null, layout: null }));

/** The minimum width in pixels of a canvas with a minimap: in a narrower canvas, the minimap would cover nodes. */
const MIN_MAP_WIDTH = 560;
const MAX_ZOOM = 1;
const FIT_PADDING = 18;

/** Whether a canvas shows a minimap: one that is wide enough, while some node is out of view. */
export function hasMinimap(crew: Crew, transform: Transform, width: number, height: number): boolean {
  if (isLarge(crew) || width < MIN_MAP_WIDTH) return false;
  const bounds = boundsOf(crew);
  return bounds !== null && !containsBox(onCanvas(transform, { x: 0, y: 0, width, height }), bounds);
}

/** Stores the React Flow instance of the canvas, once it exists. */
export function setFlow(win: WindowState, instance: ReactFlowInstance): void {
  const view = viewOf(win);
  view.flow = instance;
}

/** Fits the crew into the canvas. */
export function fitView(win: WindowState): void {
  fitWithin(win, 200);
}

/** Like `fitView`, but without animation: for a newly opened crew. */
export function showAll(win: WindowState): void {
  fitWithin(win, 0);
}

/** After the canvas changed size: fits the crew again if all of it was in view, else keeps the viewport. */
export function keepFitted(win: WindowState): void {
  const view = viewOf(win);
  const now = view.flow?.getViewport();
  if (
    now &&
    view.fittedViewport &&
    now.x === view.fittedViewport.x &&
    now.y === view.fittedViewport.y &&
    now.zoom === view.fittedViewport.zoom
  )
    showAll(win);
}

function fitWithin(win: WindowState, duration: number): void {
  const view = viewOf(win);
  const done = fitted(win, duration)?.then(() => {
    view.fittedViewport = view.flow?.getViewport() ?? null;
  });
  // React Flow never settles an animation that another one interrupts.
  if (done && duration === 0) void win.activities.during('fitting', () => done);
}

function fitted(win: WindowState, duration: number): Promise<boolean> | undefined {
  const view = viewOf(win);
  const { crew } = win.document.getState();
  const bounds = boundsOf(crew);
  const box = boxOnScreen();
  const viewport = bounds && box ? fittingViewport(bounds, box, FIT_PADDING) : { x: 0, y: 0, zoom: MAX_ZOOM };
  return view.flow?.setViewport(viewport, { duration });
}

function boxOnScreen(): DOMRect | undefined {
  return document.querySelector('.react-flow')?.getBoundingClientRect();
}

/** Zooms in (1) or out (-1) by one step. */
export function zoomBy(win: WindowState, step: 1 | -1): void {
  const view = viewOf(win);
  void (step > 0 ? view.flow?.zoomIn({ duration: 120 }) : view.flow?.zoomOut({ duration: 120 }));
}

/** The gap between a new node and the nodes around it. */
const GAP = 24;

/** A position for a new node in the middle of the view, or below that, where it covers nothing. */
export function middleOfView(win: WindowState): Point {
  const view = viewOf(win);
  const box = boxOnScreen();
  if (!view.flow || !box) return [0, 0];
  const { x, y } = view.flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const boxes = [...nodePositions(win.document.getState().crew)].map(([key, place]) => boxOf(key, place));
  const start = freePosition(win, 'task:', [x, y]);
  let wanted = boxOf('task:', start);
  for (let hit = overlappingBox(wanted, boxes); hit; hit = overlappingBox(wanted, boxes)) {
    wanted = { ...wanted, y: hit.y + hit.height + GAP };
  }
  return [wanted.x, wanted.y];
}

function overlappingBox(wanted: Box, boxes: readonly Box[]): Box | undefined {
  return boxes.find((box) => overlap(box, wanted));
}

/** From this zoom on, the text of a node is readable. */
const READABLE_ZOOM = 0.8;

/** Centers a node in the view, at the same zoom or close enough to read it. */
export function centerOn(win: WindowState, key: string, mustBeReadable = false): void {
  const view = viewOf(win);
  const at = nodePositions(win.document.getState().crew).get(key);
  if (!view.flow || !at) return;
  const { x, y, width, height } = boxOf(key, at);
  const zoom = Math.max(view.flow.getZoom(), mustBeReadable ? READABLE_ZOOM : 0);
  void view.flow.setCenter(x + width / 2, y + height / 2, { zoom, duration: 200 });
}

/** Stores where the pointer is over the canvas; null when it leaves. */
export function rememberPointer(win: WindowState, at: { clientX: number; clientY: number } | null): void {
  const view = viewOf(win);
  view.pointer = at && { x: at.clientX, y: at.clientY };
}

/** Where pasted nodes begin: at the pointer, or near the upper left of the view; null before there is a canvas. */
export function pastePosition(win: WindowState): Point | null {
  const view = viewOf(win);
  const box = boxOnScreen();
  if (!view.flow || !box) return null;
  const { x, y } = view.flow.screenToFlowPosition(
    view.pointer ?? { x: box.x + box.width / 3, y: box.y + box.height / 3 },
  );
  return [x, y];
}

/** A position near `at` that no node of this kind occupies. */
export function freePosition(win: WindowState, key: string, at: Point): Point {
  const positions = nodePositions(win.document.getState().crew);
  const taken = new Set([...positions.values()].map(([x, y]) => `${x} ${y}`));
  const { width, height } = boxOf(key, at);
  let [x, y] = [Math.round(at[0] - width / 2), Math.round(at[1] - height / 2)];
  while (taken.has(`${x} ${y}`)) [x, y] = [x + 24, y + 24];
  return [x, y];
}

/** Lays all nodes out from left to right, as one undo step. Cancels a layout in progress first. */
export async function autoLayout(win: WindowState): Promise<void> {
  const view = viewOf(win);
  cancelLayout(win);
  const own = new AbortController();
  view.layout = own;
  win.ui.setState({ isLayingOut: true });
  try {
    const { crew } = win.document.getState();
    const { layOut } = await import('./auto-layout.ts');
    const moved = await layOut(crew, own.signal);
    if (moved === null || win.document.getState().crew !== crew) return;
    moveNodes(win, moved);
    requestAnimationFrame(() => fitView(win));
  } catch (error) {
    toast(win, 'error', `Auto layout failed: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (view.layout === own) cancelLayout(win);
  }
}

/** Cancels the layout in progress. The nodes keep their positions. */
export function cancelLayout(win: WindowState): void {
  const view = viewOf(win);
  view.layout?.abort();
  view.layout = null;
  win.ui.setState({ isLayingOut: false });
}
