import type { Crew } from '../../../shared/crew/schema.ts';
import { categoryOf } from '../../../shared/crew/titles.ts';
import { exitText } from '../../../shared/figures/slot-labels.ts';
import { memoized } from '../../../shared/memoized.ts';
import { roleOf } from '../../../shared/run/consensus.ts';
import { ASSIGNMENT, type Prediction } from '../../../shared/run/events.ts';
import type { SlotExit } from '../../../shared/run/slot-state.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';
import type { WaitReason } from '../../../shared/run/wait-reason.ts';
import type { TaskSegment } from '../../../shared/run/waits.ts';
import { type Bar, barOf, laneLabel, type MarkStyle, markOf } from './bars.ts';
import { type DispatchPause, dispatchPausesOf } from './dispatch-pauses.ts';
import { groupingTasks, type LaneGroup, laneGroupOf, laneTaskOf, NO_GROUP } from './lane-groups.ts';
import { type Outline, outlinesIn, predictedSlots, type turnsOf } from './outlines.ts';
import { packRows } from './pack-rows.ts';

export type LanesBy = 'slot' | 'task' | 'agent' | 'category';

/** A waiting segment; `open`: it has not ended and is drawn up to now. */
export interface Wait {
  task: string;
  start: number;
  end: number;
  open: boolean;
  reason: WaitReason;
  blocker: string | null;
}

/** A task that ended without a turn: cached, skipped, not chosen, or failed before it started. */
export interface EndMarker {
  task: string;
  t: number;
  style: MarkStyle;
}

/** An unexpected exit of one of the slot's processes. */
export interface Exit {
  t: number;
  slot: number;
  text: string;
}

/** The start of one of a slot's processes; `end` is null while it starts. */
export interface Start {
  slot: number;
  start: number;
  end: number | null;
}

/** Each list is in order of time. Bars of one track never overlap. */
export interface Track {
  lane: number;
  bars: Bar[];
  waits: Wait[];
  /** Only in lanes of slots. */
  starts: Start[];
  outlines: Outline[];
  marks: EndMarker[];
  exits: Exit[];
}

export interface Lane {
  key: string;
  label: string;
  firstRow: number;
  rowCount: number;
  group: LaneGroup;
}

export interface TimelineLayout {
  by: LanesBy;
  lanes: Lane[];
  rows: Track[];
  /** The latest time of anything known or predicted. */
  end: number;
  /** The intervals in which the engine deliberately started nothing. */
  dispatchPauses: DispatchPause[];
}

export interface LayoutInput {
  crew: Crew;
  state: RunState;
  by: LanesBy;
  /** From `segmentsOf`. */
  segments: ReadonlyMap<string, readonly TaskSegment[]>;
  /** Tasks on the critical path. */
  critical: ReadonlySet<string>;
  /** Predicted start, end and slot by task. */
  predicted: Prediction['tasks'];
  /** In lanes by task: the tasks whose items, rounds or tasks are drawn in their own lane. Absent: none. */
  collapsed?: ReadonlySet<string>;
}

const NONE_COLLAPSED: ReadonlySet<string> = new Set();

/** The lanes of a run and their content, in run time. Independent of pixels and of the clock. */
export function layoutOf(input: LayoutInput): TimelineLayout {
  const lanes = input.by === 'slot' ? slotLanes(input) : taskLanes(input);
  const dispatchPauses = dispatchPausesOf(input.state);
  const layout: TimelineLayout = { by: input.by, lanes: [], rows: [], end: 0, dispatchPauses };
  for (const lane of lanes) addLane(layout, lane);
  for (const row of layout.rows) layout.end = Math.max(layout.end, endOf(row));
  return layout;
}

interface LaneContent {
  key: string;
  label: string;
  rows: Omit<Track, 'lane'>[];
  /** Absent: outside of every group. */
  group?: LaneGroup;
}

function addLane(layout: TimelineLayout, { key, label, rows, group = NO_GROUP }: LaneContent): void {
  const lane = layout.lanes.length;
  layout.lanes.push({ key, label, firstRow: layout.rows.length, rowCount: rows.length, group });
  for (const row of rows) layout.rows.push({ lane, ...row });
}

function endOf(track: Track): number {
  const bar = track.bars.at(-1);
  const ends = [bar ? (bar.end ?? bar.start) : 0, track.outlines.at(-1)?.end ?? 0, track.marks.at(-1)?.t ?? 0];
  return Math.max(...ends, track.waits.at(-1)?.end ?? 0, track.starts.at(-1)?.end ?? 0);
}

function slotLanes(input: LayoutInput): LaneContent[] {
  const rows = new Map<number, Omit<Track, 'lane'>>();
  const slots = slotCount(input);
  for (let slot = 1; slot <= slots; slot += 1) rows.set(slot, emptyRow());
  for (const turn of input.state.turns) {
    const row = rows.get(turn.slot);
    if (!row) continue;
    const free = row.bars.at(-1)?.end ?? 0;
    row.waits.push(...waitsBefore(input, turn, free));
    row.bars.push(barOf(input.state, input.critical, turn));
  }
  for (const [slot, row] of rows) row.outlines = outlinesIn(slot, input.predicted, input.state);
  for (const { slot, exits, starts } of input.state.slots.values()) {
    rows.get(slot)?.exits.push(...exitsOf(input, slot, exits));
    rows.get(slot)?.starts.push(...starts.map(({ start, end }) => ({ slot, start, end })));
  }
  const lanes = [...rows].map(([slot, row]) => ({ key: `slot ${slot}`, label: `slot ${slot}`, rows: [row] }));
  const marks = [...input.state.tasks.values()].flatMap(marksOf).sort((a, b) => a.t - b.t);
  // The last lane, so that no other lane moves when the first such task ends.
  return marks.length === 0
    ? lanes
    : [...lanes, { key: 'no slot', label: 'no slot', rows: [{ ...emptyRow(), marks }] }];
}

/** How a task without a turn ended; null if it had a turn or has not ended. */
function marksOf(task: TaskState): EndMarker[] {
  const style = markOf(task);
  return style === null ? [] : [{ task: task.name, t: task.endedAt ?? 0, style }];
}

function exitsOf({ crew }: LayoutInput, slot: number, exits: readonly SlotExit[]): Exit[] {
  const unexpected = exits.filter(({ reason }) => reason !== 'ended');
  return unexpected.map((exit) => ({ t: exit.t, slot, text: exitText(exit, crew.settings.slot_memory_mib) }));
}

/** The number of slots: current, ever used, or predicted. */
function slotCount({ state, predicted }: LayoutInput): number {
  let most = Math.max(state.slotCounts.at(-1)?.slots ?? 0, predictedSlots(predicted));
  for (const { slot } of state.turns) most = Math.max(most, slot);
  return most;
}

interface KnownWaits {
  pieces: readonly TaskSegment[];
  free: number;
  waits: Wait[];
}

/** The waits before a started turn never change, so only those of new turns are computed. */
const latestOf = memoized((_turn: TurnState): { known: KnownWaits | null } => ({ known: null }));

/** The waits directly before the turn, no earlier than the time at which its slot became free. */
function waitsBefore({ segments }: LayoutInput, turn: TurnState, free: number): readonly Wait[] {
  const pieces = segments.get(turn.task) ?? NO_PIECES;
  const latest = latestOf(turn);
  const { known } = latest;
  if (known?.pieces === pieces && known.free === free) return known.waits;
  const waits = waitsAmong(pieces, turn, free);
  latest.known = { pieces, free, waits };
  return waits;
}

const NO_PIECES: readonly TaskSegment[] = [];

function waitsAmong(pieces: readonly TaskSegment[], turn: TurnState, free: number): Wait[] {
  const found: Wait[] = [];
  let at = pieces.findLastIndex((piece) => piece.kind === 'waiting' && piece.end <= turn.start);
  if (pieces[at]?.end !== turn.start) return found;
  for (; at >= 0; at -= 1) {
    const piece = pieces[at];
    if (piece?.kind !== 'waiting' || piece.end <= free) break;
    found.unshift(waitOf(turn.task, piece, Math.max(piece.start, free), false));
  }
  return found;
}

function taskLanes(input: LayoutInput): LaneContent[] {
  const groups = new Map<string, Piece[]>();
  const groupNamed = (key: string): Piece[] => {
    const known = groups.get(key) ?? [];
    groups.set(key, known);
    return known;
  };
  for (const task of input.state.tasks.values()) {
    const pieces = piecesOf(input, task);
    if (pieces.length === 0) groupNamed(groupOf(input, task, task.agent));
    for (const piece of pieces) groupNamed(groupOf(input, task, piece.agent)).push(piece);
  }
  const { by, state, collapsed = NONE_COLLAPSED } = input;
  const grouping = new Set(by === 'task' ? groupingTasks(state) : []);
  return [...groups].map(([key, pieces]) => ({
    key,
    label: laneLabel(key),
    rows: rowsOf(input, pieces),
    group: by === 'task' ? laneGroupOf(state, key, grouping, collapsed) : NO_GROUP,
  }));
}

/** Turns of a consensual task are in the lanes of the proposing and voting agents. */
function groupOf(
  { crew, by, state, collapsed = NONE_COLLAPSED }: LayoutInput,
  task: TaskState,
  agent: string | null,
): string {
  if (by === 'task') return laneTaskOf(state, task.name, collapsed);
  if (by === 'agent') return agent ?? 'not assigned';
  const declared = crew.tasks[task.index];
  return declared ? categoryOf(declared, task.agent) : laneLabel(ASSIGNMENT);
}

function rowsOf(input: LayoutInput, lane: readonly Piece[]): Omit<Track, 'lane'>[] {
  const packed = packRows(lane);
  const rows: Omit<Track, 'lane'>[] = packed.map(emptyRow);
  const drawn = new Set<string>();
  for (const [at, pieces] of packed.entries()) {
    const row = rows[at];
    if (!row) continue;
    for (const piece of pieces) {
      if (piece.turn) row.bars.push(barOf(input.state, input.critical, piece.turn));
      if (drawn.has(piece.task.name)) continue;
      drawn.add(piece.task.name);
      addTask(input, row, piece);
    }
  }
  for (const row of rows) {
    row.waits.sort((a, b) => a.start - b.start);
    row.outlines.sort((a, b) => a.start - b.start);
    row.marks.sort((a, b) => a.t - b.t);
  }
  return rows.length > 0 ? rows : [emptyRow()];
}

/** The part of the lane that a task occupies: its turns or, before the first, its prediction. */
function piecesOf({ predicted, by }: LayoutInput, task: TaskState): Piece[] {
  if (task.turns.length === 0) {
    const place = predicted[task.name];
    if (by !== 'task' && task.endedAt === null && !place) return [];
    const start = task.endedAt ?? place?.start_ms ?? 0;
    const end = Math.max(start, task.endedAt === null ? (place?.end_ms ?? 0) : 0);
    const agents = by === 'agent' && task.council.length > 0 ? task.council : [task.agent];
    return agents.map((agent) => ({ task, turn: null, agent, start, end }));
  }
  return task.turns.map((turn) => {
    return { task, turn, agent: turn.agent, start: turn.start, end: turn.end ?? Number.POSITIVE_INFINITY };
  });
}

interface Piece {
  task: TaskState;
  turn: TurnState | null;
  agent: string | null;
  start: number;
  end: number;
}

function addTask(input: LayoutInput, row: Omit<Track, 'lane'>, { task, turn, agent }: Piece): void {
  const label = task.turns.length === 0 && task.endedAt === null ? task.name : null;
  for (const { start_ms, end_ms } of predictionsOf(input, task, agent)) {
    row.outlines.push({ task: task.name, start: start_ms, end: end_ms, label });
  }
  row.marks.push(...marksOf(task));
  // In a shared lane the waits of tasks would overlap, so only the wait directly before the bar is drawn.
  const { by, state, collapsed = NONE_COLLAPSED } = input;
  const isOwnLane = by === 'task' && laneTaskOf(state, task.name, collapsed) === task.name && !collapsed.has(task.name);
  if (isOwnLane) row.waits.push(...allWaits(input, task));
  else if (turn) row.waits.push(...waitsBefore(input, turn, row.bars.at(-2)?.end ?? 0));
}

/** The predictions of a task; in the lane of an agent, only the turns of that agent. */
function predictionsOf(
  { by, predicted }: LayoutInput,
  { name }: TaskState,
  agent: string | null,
): ReturnType<typeof turnsOf> {
  const place = predicted[name];
  if (!place) return [];
  if (by !== 'agent' || !place.turns) return [place];
  return Object.entries(place.turns).flatMap(([turn, own]) => (roleOf(turn)?.agent === agent ? [own] : []));
}

function allWaits({ segments }: LayoutInput, task: TaskState): Wait[] {
  const pieces = segments.get(task.name) ?? [];
  return pieces.flatMap((piece, at) => {
    if (piece.kind !== 'waiting') return [];
    return [waitOf(task.name, piece, piece.start, task.endedAt === null && at === pieces.length - 1)];
  });
}

function waitOf(task: string, piece: TaskSegment & { kind: 'waiting' }, start: number, open: boolean): Wait {
  return { task, start, end: piece.end, open, reason: piece.reason, blocker: piece.blocker };
}

function emptyRow(): Omit<Track, 'lane'> {
  return { bars: [], waits: [], starts: [], outlines: [], marks: [], exits: [] };
}
