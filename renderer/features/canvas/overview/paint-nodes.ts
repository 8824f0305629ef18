import type { Crew } from '../../../../shared/crew/schema.ts';
import { type Box, boxOf, overlap, type Point } from '../../../state/canvas/sizes.ts';
import { onCanvas, type Transform } from '../../../state/canvas/viewport.ts';
import { STATE_COLOR, type TaskDisplayState } from '../../../state/task-display-state.ts';

/** A node in the overview. */
export interface OverviewNode {
  key: string;
  /** The task's name; null: an agent. */
  task: string | null;
  box: Box;
}

export interface OverviewScene {
  nodes: readonly OverviewNode[];
  /** The state of each node; null for agents. */
  states: readonly (TaskDisplayState | null)[];
  dragged: ReadonlyMap<string, Point>;
  chosen: ReadonlySet<string>;
  transform: Transform;
  width: number;
  height: number;
  colors: OverviewColors;
}

type Fill = string | CanvasPattern;

/** The theme's colors and the patterns made from them, all opaque. */
export interface OverviewColors {
  ground: string;
  line: string;
  accent: string;
  /** An agent that is too small to draw as a frame. */
  agent: string;
  states: ReadonlyMap<TaskDisplayState, Fill>;
}

/** From this zoom on, corners and borders are visible. Below it, drawing them for thousands of nodes would be slow. */
const MIN_FRAME_ZOOM = 0.15;
const CORNER = 9;
/** The share of a state's color in the fill of a node, in percent. */
const FILL_PERCENT = 80;
/** Screen pixels. */
const SELECTION_LINE_WIDTH = 1.5;

/** The nodes of a crew, as the overview paints them. */
export function overviewNodes(crew: Crew, positions: ReadonlyMap<string, Point>): OverviewNode[] {
  const node = (key: string, task: string | null): OverviewNode[] => {
    const at = positions.get(key);
    return at ? [{ key, task, box: boxOf(key, at) }] : [];
  };
  return [
    ...crew.agents.flatMap(({ name }) => node(`agent:${name}`, null)),
    ...crew.tasks.flatMap(({ name }) => node(`task:${name}`, name)),
  ];
}

/** Draws one frame; the context's units are CSS pixels. Only what is in sight costs anything. */
export function paintOverview(ctx: CanvasRenderingContext2D, scene: OverviewScene): void {
  ctx.clearRect(0, 0, scene.width, scene.height);
  paintNodes(ctx, scene, scene.nodes.keys());
}

/**
 * Repaints some nodes, by their indices in `nodes`, over the current drawing: for nodes of which only the state
 * changed.
 */
export function repaintNodes(ctx: CanvasRenderingContext2D, scene: OverviewScene, changed: readonly number[]): void {
  // Selected and hovered nodes must not be painted over.
  const upper: number[] = [];
  if (scene.chosen.size + scene.dragged.size > 0) {
    scene.nodes.forEach(({ key }, at) => {
      if (scene.chosen.has(key) || scene.dragged.has(key)) upper.push(at);
    });
  }
  paintNodes(ctx, scene, [...changed, ...upper]);
}

/** Selected and hovered nodes are drawn above the rest. */
function paintNodes(ctx: CanvasRenderingContext2D, scene: OverviewScene, positions: Iterable<number>): void {
  const { nodes, states, dragged, chosen, transform, width, height } = scene;
  const [x, y, zoom] = transform;
  const seen = onCanvas(transform, { x: 0, y: 0, width, height });
  const upper: number[] = [];
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(zoom, zoom);
  for (const at of positions) {
    const node = nodes[at];
    if (!node) continue;
    if (chosen.has(node.key) || dragged.has(node.key)) upper.push(at);
    else if (overlap(node.box, seen)) paintNode(ctx, scene, node.box, states[at] ?? null, false);
  }
  for (const at of upper) {
    const node = nodes[at];
    const moved = node && dragged.get(node.key);
    const box = node && (moved ? boxOf(node.key, moved) : node.box);
    if (box && overlap(box, seen)) paintNode(ctx, scene, box, states[at] ?? null, chosen.has(node.key));
  }
  ctx.restore();
}

function paintNode(
  ctx: CanvasRenderingContext2D,
  { colors, transform }: OverviewScene,
  box: Box,
  displayState: TaskDisplayState | null,
  isChosen: boolean,
): void {
  const zoom = transform[2];
  const isFramed = zoom >= MIN_FRAME_ZOOM;
  const radius = displayState === null ? box.height / 2 : CORNER;
  // An agent has no state: it is drawn as a frame, if large enough.
  const agent = isFramed ? colors.ground : colors.agent;
  fill(ctx, box, radius, isFramed, displayState === null ? agent : (colors.states.get(displayState) ?? colors.ground));
  if (!isFramed && !isChosen) return;
  ctx.strokeStyle = isChosen ? colors.accent : colors.line;
  ctx.lineWidth = isChosen ? SELECTION_LINE_WIDTH / zoom : 1;
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.width, box.height, radius);
  ctx.stroke();
}

function fill(ctx: CanvasRenderingContext2D, box: Box, radius: number, isRound: boolean, style: Fill): void {
  ctx.fillStyle = style;
  if (!isRound) {
    ctx.fillRect(box.x, box.y, box.width, box.height);
    return;
  }
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.width, box.height, radius);
  ctx.fill();
}

/** Reads the colors that apply at the canvas. Call it again when the theme changes. */
export function readOverviewColors(ctx: CanvasRenderingContext2D): OverviewColors {
  const style = getComputedStyle(ctx.canvas);
  const read = (property: string): string => style.getPropertyValue(property).trim();
  const [ground, line] = [read('--raised'), read('--line-strong')];
  const onGround = (color: string): string => `color-mix(in srgb, ${color} ${FILL_PERCENT}%, ${ground})`;
  const states = new Map<TaskDisplayState, Fill>();
  for (const [state, name] of Object.entries(STATE_COLOR)) {
    // The keys are those of `STATE_COLOR`, and its values are `var(--…)`.
    const color = onGround(read(name.slice('var('.length, -1)));
    states.set(state as TaskDisplayState, patterned(ctx, state as TaskDisplayState, color, ground));
  }
  return { ground, line, accent: read('--accent'), agent: onGround(line), states };
}

/** As in the style sheet: skipped tasks are hatched, cached tasks have horizontal stripes. */
function patterned(ctx: CanvasRenderingContext2D, displayState: TaskDisplayState, color: string, ground: string): Fill {
  switch (displayState) {
    case 'skipped':
    case 'not chosen':
    case 'cancelled':
      return pattern(ctx, color, ground, (lines) => {
        for (const from of [-TILE, 0, TILE]) {
          lines.moveTo(from, TILE);
          lines.lineTo(from + TILE, 0);
        }
      });
    case 'cached':
      return pattern(ctx, color, ground, (lines) => {
        lines.moveTo(0, TILE / 2);
        lines.lineTo(TILE, TILE / 2);
      });
    default:
      return color;
  }
}

/** In canvas units; half of a pattern is filled. */
const TILE = 8;

type Lines = OffscreenCanvasRenderingContext2D;

function pattern(ctx: CanvasRenderingContext2D, color: string, ground: string, draw: (lines: Lines) => void): Fill {
  const tile = new OffscreenCanvas(TILE, TILE);
  const lines = tile.getContext('2d');
  if (!lines) return color;
  lines.fillStyle = ground;
  lines.fillRect(0, 0, TILE, TILE);
  lines.strokeStyle = color;
  lines.lineWidth = TILE / 2;
  draw(lines);
  lines.stroke();
  return ctx.createPattern(tile, 'repeat') ?? color;
}
