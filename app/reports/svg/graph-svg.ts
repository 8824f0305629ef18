import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration } from '../../../shared/figures/format.ts';
import { statusText } from '../../../shared/figures/labels.ts';
import type { TaskFigures } from '../../../shared/figures/task-figures.ts';
import { criticalLinks, linkKey } from '../shown-tasks.ts';
import { document, path, rect, round, shorten, text } from './draw.ts';
import { layersOf } from './layers.ts';
import { PALETTE } from './palette.ts';

const BOX = { width: 224, height: 68 };
const GAP = { x: 84, y: 18 };
const MARGIN = 24;
const TOP = 66;

/** Returns a drawing of the tasks and dependencies from left to right, with the critical path marked. */
export function graphSvg(figures: MeasuredFigures): string {
  const tasks = figures.tasks.filter((task) => !task.isAssignment);
  const layers = layersOf(tasks);
  const most = layers.reduce((rows, layer) => Math.max(rows, layer.length), 1);
  const width = Math.max(420, MARGIN * 2 + layers.length * BOX.width + Math.max(0, layers.length - 1) * GAP.x);
  const height = TOP + most * (BOX.height + GAP.y) + MARGIN;
  const places = new Map<string, { x: number; y: number }>();
  layers.forEach((layer, column) => {
    const offset = ((most - layer.length) * (BOX.height + GAP.y)) / 2;
    layer.forEach(({ name }, row) => {
      places.set(name, { x: MARGIN + column * (BOX.width + GAP.x), y: TOP + offset + row * (BOX.height + GAP.y) });
    });
  });
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const links = criticalLinks(figures);
  const edges = tasks.flatMap((task) =>
    task.context.map((before) => ({ before, task: task.name, critical: links.has(linkKey(before, task.name)) })),
  );
  return document(width, height, `Graph of ${figures.crew}`, [
    `<defs>${arrow('arrow', '#9aa7ba')}${arrow('critical', PALETTE.critical)}</defs>`,
    text(MARGIN, 28, shorten(`${figures.crew}${figures.rehearsal ? ' (rehearsal)' : ''}`, width - MARGIN * 2, 16), {
      'font-size': 16,
      'font-weight': 600,
    }),
    text(
      MARGIN,
      48,
      `${countOf(tasks.length, 'task')}, ${countOf(edges.length, 'dependency', 'dependencies')}; the critical path is orange`,
      {
        fill: PALETTE.muted,
      },
    ),
    ...edges.filter((edge) => !edge.critical).map((edge) => edgePath(places, edge)),
    ...edges.filter((edge) => edge.critical).map((edge) => edgePath(places, edge)),
    ...layers.flat().flatMap(({ name }) => box(byName.get(name), places.get(name))),
  ]);
}

function arrow(id: string, fill: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 Z" fill="${fill}"/></marker>`;
}

function edgePath(
  places: ReadonlyMap<string, { x: number; y: number }>,
  { before, task, critical }: { before: string; task: string; critical: boolean },
): string {
  const from = places.get(before);
  const to = places.get(task);
  if (!from || !to) return '';
  const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2];
  const bend = Math.max(30, (x2 - x1) / 2);
  const d = `M ${round(x1)} ${round(y1)} C ${round(x1 + bend)} ${round(y1)} ${round(x2 - bend)} ${round(y2)} ${round(x2 - 2)} ${round(y2)}`;
  return path(d, {
    stroke: critical ? PALETTE.critical : '#b4bfce',
    'stroke-width': critical ? 2.4 : 1.3,
    'marker-end': `url(#${critical ? 'critical' : 'arrow'})`,
  });
}

function box(task: TaskFigures | undefined, place: { x: number; y: number } | undefined): string[] {
  if (!task || !place) return [];
  const { x, y } = place;
  const facts = task.startedMs === null ? statusText(task) : `${statusText(task)}, ${formatDuration(task.runningMs)}`;
  const agent = task.agent ?? 'no agent';
  return [
    rect(
      x,
      y,
      BOX.width,
      BOX.height,
      {
        fill: PALETTE.background,
        stroke: task.criticalMs > 0 ? PALETTE.critical : PALETTE.frame,
        'stroke-width': task.criticalMs > 0 ? 1.8 : 1.2,
        rx: 8,
      },
      `${task.name}: ${agent}, ${facts}`,
    ),
    rect(x + 6, y + 8, 4, BOX.height - 16, { fill: colorOf(task), rx: 2 }),
    text(x + 18, y + 23, shorten(task.title, BOX.width - 26, 14), { 'font-size': 13, 'font-weight': 600 }),
    text(x + 18, y + 41, shorten(agent, BOX.width - 26, 11.5), { 'font-size': 11, fill: PALETTE.muted }),
    text(x + 18, y + 57, shorten(facts, BOX.width - 26, 11.5), { 'font-size': 11, fill: PALETTE.muted }),
  ];
}

function colorOf(task: TaskFigures): string {
  switch (task.status) {
    case 'completed':
      return task.degraded ? PALETTE.degraded : PALETTE.completed;
    case 'failed':
      return PALETTE.failed;
    case 'pending':
    case 'skipped':
    case 'not_chosen':
    case 'cancelled':
      return PALETTE.cancelled;
  }
}
