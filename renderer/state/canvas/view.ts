import { getViewportForBounds, type ReactFlowInstance, type Viewport } from 'reactflow';
import type { Crew } from '../../../shared/crew/schema.ts';
import { moveNodes } from '../commands/crew-edits.ts';
import { useDocument } from '../document.ts';
import { toast, useUi } from '../ui.ts';
import { nodePositions } from './node-positions.ts';
import { type Box, boxOf, overlap, type Point } from './sizes.ts';
import { boundsOf, isLarge } from './viewport.ts';

/** The canvas, for commands outside of it; null before it is mounted. */
let flow: ReactFlowInstance | null = null;

/** The viewport that shows all nodes; null before anything has been fitted. */
let fittedViewport: Viewport | null = null;

/** Small enough to show a hundred layers of a large crew at once. */
export const MIN_ZOOM = 0.01;

/** The minimum width in pixels of a canvas with a minimap: in a narrower canvas, the minimap would cover nodes. */
const MIN_MAP_WIDTH = 560;
const MAX_ZOOM = 1;

/** Whether a canvas of this width shows a minimap. */
export function hasMinimap(crew: Crew, width: number): boolean {
  return crew.tasks.length + crew.agents.length > 0 && !isLarge(crew) && width >= MIN_MAP_WIDTH;
}

export function setFlow(instance: ReactFlowInstance): void {
  flow = instance;
}

export function fitView(): void {
  fitWithin(200);
}

/** Like `fitView`, but without animation: for a newly opened crew. */
export function showAll(): void {
  fitWithin(0);
}

/** After the canvas changed size: fits the crew again if all of it was in view, else keeps the viewport. */
export function keepFitted(): void {
  const now = flow?.getViewport();
  if (
    now &&
    fittedViewport &&
    now.x === fittedViewport.x &&
    now.y === fittedViewport.y &&
    now.zoom === fittedViewport.zoom
  )
    showAll();
}

function fitWithin(duration: number): void {
  void fitted(duration)?.then(() => {
    fittedViewport = flow?.getViewport() ?? null;
  });
}

/** React Flow knows only part of a large crew. */
function fitted(duration: number): Promise<boolean> | undefined {
  const { crew } = useDocument.getState();
  // React Flow would keep the request, and fit the first node that is added.
  if (nodePositions(crew).size === 0) return flow?.setViewport({ x: 0, y: 0, zoom: MAX_ZOOM }, { duration });
  const bounds = isLarge(crew) ? boundsOf(nodePositions(crew)) : null;
  const box = boxOnScreen();
  // Leave room for the minimap to the right of the nodes.
  const right = hasMinimap(crew, box?.width ?? 0) ? '160px' : '18px';
  const padding = { top: '14px', left: '18px', bottom: '14px', right } as const;
  if (!bounds || !box) return flow?.fitView({ padding, maxZoom: MAX_ZOOM, duration });
  const viewport = getViewportForBounds(bounds, box.width, box.height, MIN_ZOOM, MAX_ZOOM, padding);
  return flow?.setViewport(viewport, { duration });
}

function boxOnScreen(): DOMRect | undefined {
  return document.querySelector('.react-flow')?.getBoundingClientRect();
}

export function zoomBy(step: 1 | -1): void {
  void (step > 0 ? flow?.zoomIn({ duration: 120 }) : flow?.zoomOut({ duration: 120 }));
}

/** The gap between a new node and the nodes around it. */
const GAP = 24;

/** A position for a new node in the middle of the view, or below that, where it covers nothing. */
export function middleOfView(): Point {
  const box = boxOnScreen();
  if (!flow || !box) return [0, 0];
  const { x, y } = flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const boxes = [...nodePositions(useDocument.getState().crew)].map(([key, place]) => boxOf(key, place));
  const start = freePosition('task:', [x, y]);
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
export function centerOn(key: string, mustBeReadable = false): void {
  const at = nodePositions(useDocument.getState().crew).get(key);
  if (!flow || !at) return;
  const { x, y, width, height } = boxOf(key, at);
  const zoom = Math.max(flow.getZoom(), mustBeReadable ? READABLE_ZOOM : 0);
  void flow.setCenter(x + width / 2, y + height / 2, { zoom, duration: 200 });
}

/** The pointer in the window while it is over the canvas. */
let pointer: { x: number; y: number } | null = null;

/** Stores where the pointer is over the canvas; null when it leaves. */
export function rememberPointer(at: { clientX: number; clientY: number } | null): void {
  pointer = at && { x: at.clientX, y: at.clientY };
}

/** Where pasted nodes begin: at the pointer, or near the upper left of the view; null before there is a canvas. */
export function pastePosition(): Point | null {
  const box = boxOnScreen();
  if (!flow || !box) return null;
  const { x, y } = flow.screenToFlowPosition(pointer ?? { x: box.x + box.width / 3, y: box.y + box.height / 3 });
  return [x, y];
}

/** A position near `at` that no node of this kind occupies. */
export function freePosition(key: string, at: Point): Point {
  const positions = nodePositions(useDocument.getState().crew);
  const taken = new Set([...positions.values()].map(([x, y]) => `${x} ${y}`));
  const { width, height } = boxOf(key, at);
  let [x, y] = [Math.round(at[0] - width / 2), Math.round(at[1] - height / 2)];
  while (taken.has(`${x} ${y}`)) [x, y] = [x + 24, y + 24];
  return [x, y];
}

/** The layout in progress; null if there is none. */
let layout: AbortController | null = null;

/** Lays all nodes out from left to right, as one undo step. Cancels a layout in progress first. */
export async function autoLayout(): Promise<void> {
  cancelLayout();
  const own = new AbortController();
  layout = own;
  useUi.setState({ isLayingOut: true });
  try {
    const { crew } = useDocument.getState();
    const { layOut } = await import('./auto-layout.ts');
    const moved = await layOut(crew, own.signal);
    if (moved === null || useDocument.getState().crew !== crew) return;
    moveNodes(moved);
    requestAnimationFrame(fitView);
  } catch (error) {
    toast('error', `Auto layout failed: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (layout === own) cancelLayout();
  }
}

/** Cancels the layout in progress. The nodes keep their positions. */
export function cancelLayout(): void {
  layout?.abort();
  layout = null;
  useUi.setState({ isLayingOut: false });
}
