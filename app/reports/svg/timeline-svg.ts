import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { OUTCOME_WORDS, titlesOf } from '../../../shared/figures/labels.ts';
import type { TaskFigures } from '../../../shared/figures/task-figures.ts';
import { WAIT_REASON_LOOKS, waitPhrase } from '../../../shared/figures/wait-reasons.ts';
import { concurrencySteps } from '../../../shared/run/concurrency.ts';
import { union } from '../../../shared/run/intervals.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';
import { WAIT_REASONS } from '../../../shared/run/wait-reason.ts';
import { shownTasks } from '../shown-tasks.ts';
import { document, element, line, path, rect, round, shorten, text } from './draw.ts';
import { exitMark, LIMIT_ROW, limitRow } from './limits-svg.ts';
import { PALETTE } from './palette.ts';
import { tickLabel, tickStep } from './ticks.ts';

const WIDTH = 1200;
const LEFT = 250;
const RIGHT = 24;
const PLOT = WIDTH - LEFT - RIGHT;
const LANE = 30;
const ROW = 20;
const CURVE = 64;

interface Frame {
  /** Pixels from the left for a run time. */
  x: (ms: number) => number;
  endMs: number;
  figures: MeasuredFigures;
  titles: ReadonlyMap<string, string>;
  critical: ReadonlySet<string>;
  degraded: ReadonlySet<string>;
  /** Tasks with a row; turns of the others are drawn only as busy time of their slot. */
  rows: readonly TaskFigures[];
}

/** Returns a drawing of the run: turns by slot, running turns over time, and the waits of each task. */
export function timelineSvg(state: RunState, figures: MeasuredFigures): string {
  return drawing(state, figures, figures.tasks);
}

/** Like `timelineSvg`, with only the most relevant tasks, for a run with more tasks than a page can show. */
export function timelineOverviewSvg(state: RunState, figures: MeasuredFigures): string {
  return drawing(state, figures, shownTasks(figures.tasks));
}

function drawing(state: RunState, figures: MeasuredFigures, rows: readonly TaskFigures[]): string {
  const endMs = Math.max(
    1,
    figures.time.endMs,
    state.turns.reduce((last, turn) => Math.max(last, turn.end ?? 0), 0),
  );
  const frame: Frame = {
    x: (ms) => LEFT + (Math.min(ms, endMs) / endMs) * PLOT,
    endMs,
    figures,
    titles: titlesOf(figures),
    critical: new Set(figures.path.tasks),
    degraded: new Set(figures.quality.degraded),
    rows,
  };
  const lanesTop = 78;
  const slots = slotsOf(state);
  const limitsTop = lanesTop + slots.length * LANE;
  const curveTop = limitsTop + figures.limits.length * LIMIT_ROW + 16;
  const rowsTop = curveTop + CURVE + 40;
  const bottom = rowsTop + rows.length * ROW;
  return document(WIDTH, bottom + 62, `Timeline of ${figures.crew}`, [
    ...head(figures),
    ...axis(frame, lanesTop, bottom),
    ...slots.flatMap((slot, at) => lane(frame, state, slot, lanesTop + at * LANE, at)),
    ...figures.limits.flatMap((limit, at) =>
      limitRow(limit, { x: frame.x, endMs, left: 16, labelWidth: LEFT - 34, top: limitsTop + at * LIMIT_ROW }),
    ),
    ...curve(frame, state, curveTop),
    text(16, rowsTop - 12, rowsTitle(frame), { fill: PALETTE.muted }),
    ...rows.flatMap((task, at) => taskRow(frame, task, rowsTop + at * ROW, at)),
    ...legend(figures, bottom + 30),
  ]);
}

function rowsTitle({ rows, figures: { tasks } }: Frame): string {
  const what = 'what it waited for, and when it ran';
  if (rows.length === tasks.length) return `Each task: ${what}`;
  return `${formatNumber(rows.length)} of ${countOf(tasks.length, 'task')}, of the critical path and the longest: ${what}`;
}

function slotsOf(state: RunState): number[] {
  const slots = new Set([...state.slots.keys(), ...state.turns.map((turn) => turn.slot)]);
  return [...slots].sort((a, b) => a - b);
}

function head({ crew, outcome, rehearsal, time, counts }: MeasuredFigures): string[] {
  const saved = time.timeSaved === null ? '' : ` · saved ${formatPercent(time.timeSaved)}`;
  const facts = `${OUTCOME_WORDS[outcome]} · ${counts.completed} of ${counts.total} tasks · makespan ${formatDuration(time.makespanMs)} · peak ${time.concurrency.peak} at once${saved}`;
  return [
    text(16, 28, shorten(`${crew}${rehearsal ? ' (rehearsal)' : ''}`, WIDTH - 40, 16), {
      'font-size': 16,
      'font-weight': 600,
    }),
    text(16, 48, facts, { fill: PALETTE.muted }),
  ];
}

function axis({ x, endMs }: Frame, top: number, bottom: number): string[] {
  const step = tickStep(endMs);
  const lines: string[] = [];
  for (let t = 0; t <= endMs; t += step) {
    lines.push(line(x(t), top - 4, x(t), bottom, { stroke: PALETTE.grid }));
    lines.push(
      text(x(t), top - 9, tickLabel(t, step), { fill: PALETTE.muted, 'font-size': 11, 'text-anchor': 'middle' }),
    );
  }
  return lines;
}

function lane(frame: Frame, state: RunState, slot: number, y: number, at: number): string[] {
  const { busyMs: busy, exits } = frame.figures.slotUse.find((one) => one.slot === slot) ?? { busyMs: 0, exits: [] };
  const share = frame.figures.time.makespanMs === 0 ? 0 : busy / frame.figures.time.makespanMs;
  return [
    ...(at % 2 === 0 ? [rect(8, y, WIDTH - 16, LANE, { fill: PALETTE.band, 'fill-opacity': 0.7 })] : []),
    text(16, y + 19, `Slot ${slot}`, { 'font-weight': 600 }),
    text(LEFT - 12, y + 19, formatPercent(share), { fill: PALETTE.muted, 'font-size': 11, 'text-anchor': 'end' }),
    ...slotBars(frame, state, slot, y),
    ...exits.map((exit) => exitMark(frame.x(exit.t), y + LANE - 5, exit, frame.figures.slotMemoryMib)),
  ];
}

function slotBars(frame: Frame, state: RunState, slot: number, y: number): string[] {
  const own = state.turns.filter((turn) => turn.slot === slot);
  if (frame.rows.length === frame.figures.tasks.length) return own.flatMap((turn) => turnBar(frame, state, turn, y));
  const shown = new Set(frame.rows.map(({ name }) => name));
  const pixelMs = frame.endMs / PLOT;
  const busy = union(own.map(({ start, end }) => ({ start, end: (end ?? state.t) + pixelMs })));
  return [
    ...busy.map(({ start, end }) =>
      rect(frame.x(start), y + 4, frame.x(end) - frame.x(start), LANE - 8, { fill: PALETTE.curveFill }),
    ),
    ...own.filter((turn) => shown.has(turn.task)).flatMap((turn) => turnBar(frame, state, turn, y)),
  ];
}

function turnBar(frame: Frame, state: RunState, turn: TurnState, y: number): string[] {
  const end = turn.end ?? state.t;
  const left = frame.x(turn.start);
  const width = Math.max(1.5, frame.x(end) - left);
  const name = frame.titles.get(turn.task) ?? turn.task;
  const attempt = turn.attempt > 1 ? ` (attempt ${turn.attempt})` : '';
  const label = `${name}${turn.turn === null ? '' : ` ${turn.turn}`}${attempt}`;
  const facts = `${label}: ${turn.agent}, ${formatDuration(turn.start)} to ${formatDuration(end)}, ${turn.result ?? 'running'}`;
  const shown = shorten(label, width - 10);
  return [
    rect(left, y + 4, width, LANE - 8, { fill: colorOf(frame, turn), rx: 4 }, facts),
    ...(frame.critical.has(turn.task) ? [rect(left, y + LANE - 6, width, 3, { fill: PALETTE.critical, rx: 1.5 })] : []),
    ...(shown === '' ? [] : [text(left + 6, y + 18.5, shown, { fill: '#ffffff' })]),
    ...turn.milestones.map(({ t, name: what }) => diamond(frame.x(t), y + 7, `${what}, ${formatDuration(t)}`)),
  ];
}

function diamond(x: number, y: number, title: string): string {
  const points = `${round(x)},${round(y - 3.5)} ${round(x + 3.5)},${round(y)} ${round(x)},${round(y + 3.5)} ${round(x - 3.5)},${round(y)}`;
  return element('polygon', { points, fill: '#ffffff', stroke: PALETTE.text, 'stroke-width': 0.8 }, title);
}

function colorOf(frame: Frame, turn: TurnState): string {
  switch (turn.result) {
    case null:
      return PALETTE.running;
    case 'ok': {
      return frame.degraded.has(turn.task) ? PALETTE.degraded : PALETTE.completed;
    }
    case 'error':
    case 'timeout':
    case 'crash':
      return PALETTE.failed;
    case 'lost':
      return PALETTE.lost;
    case 'cancelled':
      return PALETTE.cancelled;
  }
}

function curve(frame: Frame, state: RunState, top: number): string[] {
  const { concurrency } = frame.figures.time;
  const most = Math.max(1, concurrency.peak);
  const y = (running: number): number => top + CURVE - (running / most) * (CURVE - 8);
  let d = `M ${round(frame.x(0))} ${round(y(0))}`;
  for (const { t, running } of concurrencySteps(state, frame.endMs))
    d += ` H ${round(frame.x(t))} V ${round(y(running))}`;
  d += ` H ${round(frame.x(frame.endMs))} V ${round(y(0))}`;
  const mean = y(concurrency.mean);
  return [
    text(16, top + 22, 'Turns at once', { 'font-weight': 600 }),
    text(16, top + 40, `peak ${concurrency.peak}, mean ${formatNumber(concurrency.mean, 2)}`, {
      fill: PALETTE.muted,
      'font-size': 11,
    }),
    path(`${d} Z`, { fill: PALETTE.curveFill, stroke: PALETTE.curve, 'stroke-width': 1.5, 'stroke-linejoin': 'round' }),
    line(LEFT, mean, WIDTH - RIGHT, mean, { stroke: PALETTE.muted, 'stroke-dasharray': '4 4', 'stroke-width': 0.8 }),
    line(LEFT, top + CURVE, WIDTH - RIGHT, top + CURVE, { stroke: PALETTE.frame }),
  ];
}

function taskRow(frame: Frame, task: TaskFigures, y: number, at: number): string[] {
  const middle = y + ROW / 2;
  const end = task.endedMs ?? frame.endMs;
  const mark = task.status === 'completed' || task.status === 'pending' ? '' : ` · ${task.status.replace('_', ' ')}`;
  return [
    ...(at % 2 === 0 ? [rect(8, y, WIDTH - 16, ROW, { fill: PALETTE.band, 'fill-opacity': 0.7 })] : []),
    text(16, y + 14, shorten(`${task.title}${mark}`, LEFT - 34), { fill: mark === '' ? PALETTE.text : PALETTE.failed }),
    ...task.segments.map((piece) => {
      const left = frame.x(piece.start);
      const width = frame.x(piece.end) - left;
      const times = `${formatDuration(piece.start)} to ${formatDuration(piece.end)}`;
      if (piece.kind === 'running') {
        const fill = task.status === 'failed' ? PALETTE.failed : task.degraded ? PALETTE.degraded : rowColor(task);
        return rect(left, y + 4, Math.max(1.5, width), ROW - 8, { fill, rx: 2.5 }, `${task.title} ran, ${times}`);
      }
      if (piece.kind === 'recording') {
        const title = `The end of ${task.title} was recorded, ${times}`;
        return rect(left, middle - 3, width, 6, { fill: rowColor(task), rx: 1 }, title);
      }
      const blocker = piece.blocker === null || piece.blocker.startsWith('@') ? '' : ` (${piece.blocker})`;
      const title = `${task.title} waited ${waitPhrase(piece.reason)}${blocker}, ${times}`;
      return rect(left, middle - 3, width, 6, { fill: WAIT_REASON_LOOKS[piece.reason].light, rx: 1 }, title);
    }),
    ...(task.criticalMs > 0 && task.startedMs !== null
      ? [
          line(frame.x(task.startedMs), y + ROW - 2.5, frame.x(end), y + ROW - 2.5, {
            stroke: PALETTE.critical,
            'stroke-width': 2,
          }),
        ]
      : []),
  ];
}

function rowColor(task: TaskFigures): string {
  if (task.status === 'completed') return PALETTE.completed;
  return task.status === 'pending' && task.isRunning ? PALETTE.running : PALETTE.cancelled;
}

function legend({ tasks }: MeasuredFigures, y: number): string[] {
  const reasons = new Set(tasks.flatMap((task) => task.waits.map((wait) => wait.reason)));
  const statuses = new Set(tasks.map((task) => (task.degraded ? 'degraded' : task.status)));
  const entries: [string, string][] = [
    ...(statuses.has('completed') ? [['completed', PALETTE.completed] satisfies [string, string]] : []),
    ...(statuses.has('degraded') ? [['degraded', PALETTE.degraded] satisfies [string, string]] : []),
    ...(statuses.has('failed') || tasks.some((task) => task.failedBusyMs > 0)
      ? [['failed', PALETTE.failed] satisfies [string, string]]
      : []),
    ...(statuses.has('cancelled') || tasks.some(isStopped)
      ? [['stopped', PALETTE.cancelled] satisfies [string, string]]
      : []),
    ['critical path', PALETTE.critical],
    ...WAIT_REASONS.filter((reason) => reasons.has(reason)).map((reason): [string, string] => [
      `waits ${waitPhrase(reason)}`,
      WAIT_REASON_LOOKS[reason].light,
    ]),
  ];
  let x = 16;
  return entries.flatMap(([name, color]) => {
    const at = x;
    x += 30 + name.length * 6.4;
    return [
      rect(at, y - 9, 12, 10, { fill: color, rx: 2 }),
      text(at + 17, y, name, { fill: PALETTE.muted, 'font-size': 11 }),
    ];
  });
}

/** Whether the task ran and was stopped with the run. */
function isStopped(task: TaskFigures): boolean {
  return task.status === 'pending' && task.startedMs !== null && !task.isRunning;
}
