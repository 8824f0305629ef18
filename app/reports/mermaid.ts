import { contextOf } from '../../shared/crew/context.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { MeasuredFigures } from '../../shared/figures/figures.ts';
import { countOf } from '../../shared/figures/format.ts';
import { titlesOf } from '../../shared/figures/labels.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import { lastAtMost } from '../../shared/run/intervals.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { TurnState } from '../../shared/run/turn-state.ts';
import { blocks } from './markdown.ts';
import { ganttName, mermaidBlock, mermaidLabel } from './mermaid-text.ts';
import { criticalLinks, EACH_SHOWN, linkKey, MOST_DRAWN, shownTasks } from './shown-tasks.ts';

/** Viewers refuse drawings with more edges or bars. */
const MOST_EDGES = 300;

const STATUS_CLASSES = [
  '  classDef completed fill:#dcfce7,stroke:#15803d,color:#14532d',
  '  classDef degraded fill:#fef3c7,stroke:#b45309,color:#78350f',
  '  classDef failed fill:#fee2e2,stroke:#b91c1c,color:#7f1d1d',
  '  classDef other fill:#f1f5f9,stroke:#64748b,color:#334155',
];

/** Returns the graph of the run's tasks; for a large crew, the graph of its categories, with a note. */
export function graphDrawing(crew: Crew, figures: MeasuredFigures): string {
  const tasks = figures.tasks.filter((task) => !task.isAssignment);
  const edges = tasks.reduce((sum, task) => sum + task.context.length, 0);
  if (tasks.length <= MOST_DRAWN && edges <= MOST_EDGES) return taskGraph(tasks, criticalLinks(figures));
  return blocks(
    categoryGraph(crew, figures),
    `The crew has ${countOf(tasks.length, 'task')} and ${countOf(edges, 'dependency', 'dependencies')}, more than viewers draw. This is the graph of its categories, with the number of dependencies between them. \`graph.svg\` has every task.`,
  );
}

function taskGraph(tasks: readonly TaskFigures[], critical: ReadonlySet<string>): string {
  const ids = new Map(tasks.map((task, at) => [task.name, `t${at}`]));
  const lines = ['graph LR'];
  for (const task of tasks) lines.push(`  ${ids.get(task.name)}["${mermaidLabel(task.title)}"]:::${classOf(task)}`);
  for (const task of tasks) {
    for (const before of task.context) {
      const arrow = critical.has(linkKey(before, task.name)) ? '==>' : '-->';
      if (ids.has(before)) lines.push(`  ${ids.get(before)} ${arrow} ${ids.get(task.name)}`);
    }
  }
  return mermaidBlock([...lines, ...STATUS_CLASSES]);
}

function categoryGraph(crew: Crew, figures: MeasuredFigures): string {
  const shown = figures.categories.slice(0, MOST_DRAWN);
  const ids = new Map(shown.map(({ category }, at) => [category, `c${at}`]));
  const categories = new Map(figures.tasks.map((task) => [task.name, task.category]));
  const counts = new Map<string, number>();
  for (const task of crew.tasks) {
    for (const before of contextOf(task)) {
      const from = ids.get(categories.get(before) ?? '');
      const to = ids.get(categories.get(task.name) ?? '');
      if (from === undefined || to === undefined) continue;
      const key = `${from} ${to}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const nodes = shown.map(({ category, total }) => `  ${ids.get(category)}["${mermaidLabel(category)} (${total})"]`);
  const arrows = [...counts].slice(0, MOST_EDGES).map(([key, count]) => {
    const [from, to] = key.split(' ');
    return `  ${from} -->|${count}| ${to}`;
  });
  return mermaidBlock(['graph LR', ...nodes, ...arrows]);
}

function classOf(task: TaskFigures): string {
  if (task.status === 'completed') return task.degraded ? 'degraded' : 'completed';
  return task.status === 'failed' ? 'failed' : 'other';
}

/** Returns the Gantt of turns by slot; for a large run, only the critical path and the longest tasks, with a note. */
export function flowDrawing(state: RunState, figures: MeasuredFigures): string {
  const tasks = figures.tasks.filter((task) => task.startedMs !== null);
  if (tasks.length === 0) return 'No task was started.';
  if (state.turns.length <= MOST_DRAWN) return gantt(state, figures, state.turns);
  const chosen = new Set(shownTasks(tasks).map((task) => task.name));
  const turns = state.turns.filter((turn) => chosen.has(turn.task)).slice(0, MOST_EDGES);
  return blocks(
    gantt(state, figures, turns),
    `The run had ${countOf(state.turns.length, 'turn')} of ${countOf(tasks.length, 'task')}, more than viewers draw. This shows ${countOf(turns.length, 'turn')} of the critical path and of the ${EACH_SHOWN} longest tasks. \`timeline.svg\` has every turn.`,
  );
}

function gantt(state: RunState, figures: MeasuredFigures, turns: readonly TurnState[]): string {
  const titles = titlesOf(figures);
  const critical = criticalTimes(figures);
  const slots = [...new Set(turns.map((turn) => turn.slot))].sort((a, b) => a - b);
  const endMs = Math.max(...turns.map((turn) => ganttEnd(turn, state.t)), 0);
  const lines = ['gantt', '  dateFormat YYYY-MM-DD HH:mm:ss.SSS', `  axisFormat ${axisFormat(endMs)}`];
  for (const slot of slots) {
    lines.push(`  section Slot ${slot}`);
    for (const turn of turns.filter((one) => one.slot === slot)) {
      const tags = [
        ...(turn.result === null || turn.result === 'ok' ? [] : ['active']),
        ...(isCritical(critical, turn) ? ['crit'] : []),
      ];
      const times = [ganttTime(turn.start), ganttTime(ganttEnd(turn, state.t))];
      lines.push(`  ${ganttName(nameOf(turn, titles))} :${[...tags, ...times].join(', ')}`);
    }
  }
  return mermaidBlock(lines);
}

function nameOf(turn: TurnState, titles: ReadonlyMap<string, string>): string {
  const attempt = turn.attempt > 1 ? ` (attempt ${turn.attempt})` : '';
  return `${titles.get(turn.task) ?? turn.task}${turn.turn === null ? '' : ` ${turn.turn.replace(':', ' ')}`}${attempt}`;
}

function criticalTimes({ path }: MeasuredFigures): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>();
  for (const link of path.links) {
    if (link.kind === 'running') times.set(link.task, [...(times.get(link.task) ?? []), link.end]);
  }
  return times;
}

/** Whether a running link of the critical path ends within the turn. */
function isCritical(times: ReadonlyMap<string, readonly number[]>, turn: TurnState): boolean {
  const ends = times.get(turn.task) ?? [];
  const last = ends[lastAtMost(ends, turn.end ?? Number.POSITIVE_INFINITY, (end) => end)];
  return last !== undefined && last > turn.start;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Returns the format of the axis labels, so that about ten labels over `spanMs` differ. */
export function axisFormat(spanMs: number): string {
  if (spanMs < 10_000) return '%-S.%L s';
  if (spanMs < MINUTE_MS) return '%-S s';
  if (spanMs < HOUR_MS) return '%M:%S';
  if (spanMs < DAY_MS) return '%H:%M:%S';
  return spanMs < 10 * DAY_MS ? 'day %-j, %H:%M' : 'day %-j';
}

/** Returns the end of a bar. A bar without length would not be drawn. */
function ganttEnd({ start, end }: TurnState, now: number): number {
  return Math.max(end ?? now, start + 1);
}

/** Formats run time for the Gantt: a day begins at 0. */
function ganttTime(ms: number): string {
  return new Date(Date.UTC(2000, 0, 1) + ms).toISOString().replace('T', ' ').replace('Z', '');
}
