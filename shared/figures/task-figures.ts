import type { Crew, Task } from '../crew/schema.ts';
import { categoryOf, titleOf } from '../crew/titles.ts';
import { isAssignment } from '../run/assignment.ts';
import { type ProposalVotes, standings } from '../run/consensus.ts';
import type { CriticalPath } from '../run/critical-path.ts';
import { isCutAtLength } from '../run/cut-at-length.ts';
import type { LastAnswer } from '../run/events.ts';
import { fallbackOf } from '../run/fallback-used.ts';
import { insideRunning, leasesByTask } from '../run/inside-running.ts';
import { lengthOf } from '../run/intervals.ts';
import { lastAnswerOf } from '../run/last-answer.ts';
import { leftOutOf } from '../run/left-out.ts';
import type { LeaseState } from '../run/resource-state.ts';
import { openReview } from '../run/review.ts';
import type { RunState } from '../run/state.ts';
import type { Check, Review, TaskState } from '../run/task-state.ts';
import { isExpanded } from '../run/tasks-of-run.ts';
import type { Delegation, TurnState } from '../run/turn-state.ts';
import { WAIT_REASONS, type WaitReason } from '../run/wait-reason.ts';
import { runningMs, type TaskSegment, waitingMs } from '../run/waits.ts';
import { isFailed, isLost } from './failed-turns.ts';
import { callTimes } from './spent/call-times.ts';
import { turnPieces } from './spent/turn-pieces.ts';
import { addUsage, NO_USAGE, type Usage, usageOf } from './usage.ts';

/** The measured figures of one task. Times are run time in whole milliseconds. */
export interface TaskFigures {
  name: string;
  title: string;
  /** Whether this is the manager's assignment, which is busy time but not a task. */
  isAssignment: boolean;
  /** The task that expanded to it, and its item, if it has one; null for a task of the run's own file. */
  instance: TaskState['instance'];
  /** The number of items that it expanded to; null if it did not expand for a list. */
  items: number | null;
  /** Whether it expanded to other tasks, which count in its place. */
  isExpanded: boolean;
  agent: string | null;
  /** The task's category, else its agent. */
  category: string;
  async: boolean;
  context: readonly string[];
  status: TaskState['status'];
  /** Whether one of its turns has not ended. */
  isRunning: boolean;
  degraded: boolean;
  cached: boolean;
  kept: boolean;
  /** The run that made the result, if it is cached or reused; null otherwise. */
  from: string | null;
  /** Why a reused result is stale; null if it is current. */
  stale: string | null;
  /** The time and cost of the result in that run. */
  took: TaskState['took'];
  edited: boolean;
  /** Whether the result is truncated because the model reached the maximum length. */
  cutAtLength: boolean;
  /** Why the result is a last answer without tools; null if it is not. */
  lastAnswer: LastAnswer | null;
  /** The names of settings that were not sent, because the model of the result does not accept them. */
  leftOut: readonly string[];
  /** The fallback that gave the result, as `provider/model`; null if the agent's own model did. */
  fallback: string | null;
  /** Notes about unusual model calls, each once. */
  callNotes: string[];
  /** Answers of people about the task, in order. */
  reviews: readonly Review[];
  /** For a consensual task: the proposals with their voters, the one with most votes first. */
  standings: readonly ProposalVotes[];
  checks: readonly Check[];
  /** The work of coworkers and judges inside its turns, which counts for those agents. */
  handedOn: { to: string; judges: Delegation['judges']; ms: number }[];
  /** The open question: about the task itself, or about its result. */
  inReview: 'before' | 'after' | null;
  attempts: number;
  /** When its context had ended; null if it has not. */
  readyMs: number | null;
  /** The first dispatch; null if there was none. */
  startedMs: number | null;
  endedMs: number | null;
  /** The slot of the last attempt. */
  slot: number | null;
  segments: readonly TaskSegment[];
  /** Slot time over all its turns. */
  busyMs: number;
  /** Turns that failed: with an error, at their deadline, or with their slot. */
  failedTurns: number;
  /** The part of `busyMs` in `failedTurns`. */
  failedBusyMs: number;
  /** Turns that were lost with the process that ran the crew: they did not fail, and ran again. */
  lostTurns: number;
  /** The part of `busyMs` in `lostTurns`. */
  lostBusyMs: number;
  /** Time in which at least one of its turns held a slot: less than `busyMs` if turns ran at the same time. */
  runningMs: number;
  waitingMs: number;
  /** The time from its outcome to its recorded end. Running, waiting and recording time add up to its end. */
  recordingMs: number;
  waits: { reason: WaitReason; ms: number; blockers: readonly string[] }[];
  /** Time in model calls and in tool calls of its turns that did not fail, without overlap. */
  modelMs: number;
  toolMs: number;
  leaseMs: number;
  permitMs: number;
  betweenCallsMs: number;
  usage: Usage;
  tools: ToolUse[];
  milestones: { t: number; name: string }[];
  /** Resources that the task declared or leased with a tool. */
  resources: readonly string[];
  missing: readonly string[];
  shortened: readonly string[];
  /** Why the result does not meet guardrails, if it was kept nevertheless. */
  unmet: readonly string[];
  error: TaskState['error'];
  skippedBecause: readonly string[];
  notChosenBecause: TaskState['notChosenBecause'];
  /** What a router chose; null for other tasks. */
  choices: TaskState['choices'];
  /** Milliseconds of the task on the critical path; 0 if it is not on it. */
  criticalMs: number;
  /** Null on the critical path, or if the task did not run or end. */
  slackMs: number | null;
}

export interface ToolUse {
  name: string;
  calls: number;
  failed: number;
  /** The number of calls whose answer was rehearsed. */
  rehearsed: number;
}

export interface TaskFiguresInput {
  crew: Crew;
  state: RunState;
  now: number;
  segments: ReadonlyMap<string, readonly TaskSegment[]>;
  path: CriticalPath;
}

/** Returns all tasks in declared order; the manager's assignment, if it ran, is last. */
export function taskFigures(input: TaskFiguresInput): TaskFigures[] {
  const declared = new Map(input.crew.tasks.map((task) => [task.name, task]));
  const critical = new Map<string, number>();
  for (const link of input.path.links) {
    critical.set(link.task, (critical.get(link.task) ?? 0) + link.end - link.start);
  }
  const leases = leasesByTask(input.state);
  return [...input.state.tasks.values()]
    .filter((task) => !isAssignment(task.name) || task.turns.length > 0)
    .map((task) => {
      const known = { declared: declared.get(task.name), leases: leases.get(task.name) ?? [] };
      return figuresOfTask(input, task, { ...known, criticalMs: critical.get(task.name) ?? 0 });
    });
}

function figuresOfTask(
  { now, segments, path }: TaskFiguresInput,
  task: TaskState,
  { declared, leases, criticalMs }: { declared: Task | undefined; leases: readonly LeaseState[]; criticalMs: number },
): TaskFigures {
  const pieces = segments.get(task.name) ?? [];
  return {
    name: task.name,
    title: declared ? titleOf(declared) : 'Assignment by the manager',
    isAssignment: isAssignment(task.name),
    instance: task.instance,
    isExpanded: isExpanded(task),
    items: task.expansion?.kind === 'for_each' ? task.expansion.count : null,
    agent: task.agent,
    category: categoryOf(declared ?? {}, task.agent),
    async: task.async,
    context: task.context,
    status: task.status,
    isRunning: task.running > 0,
    degraded: task.degraded,
    cached: task.cachedFrom !== null,
    kept: task.reusedFrom !== null,
    from: task.cachedFrom ?? task.reusedFrom,
    stale: task.stale,
    took: task.took,
    edited: task.edited,
    cutAtLength: task.status === 'completed' && isCutAtLength(task),
    lastAnswer: task.status === 'completed' ? lastAnswerOf(task) : null,
    leftOut: task.status === 'completed' ? leftOutOf(task) : [],
    fallback: task.status === 'completed' ? fallbackOf(task) : null,
    callNotes: callNotesOf(task.turns),
    reviews: task.reviews.filter(({ answer }) => answer !== null),
    standings: standings(task),
    checks: task.checks,
    handedOn: task.turns.flatMap(({ delegations }) =>
      delegations.map(({ to, judges, start, end }) => ({ to, judges, ms: (end ?? now) - start })),
    ),
    inReview: openReview(task)?.when ?? null,
    attempts: new Set(task.turns.map((turn) => turn.attempt)).size,
    readyMs: task.readyAt,
    startedMs: task.turns[0]?.start ?? null,
    endedMs: task.endedAt,
    slot: task.turns.at(-1)?.slot ?? null,
    segments: pieces,
    busyMs: busyOf(task.turns, now),
    failedTurns: task.turns.filter(isFailed).length,
    failedBusyMs: busyOf(task.turns.filter(isFailed), now),
    lostTurns: task.turns.filter(isLost).length,
    lostBusyMs: busyOf(task.turns.filter(isLost), now),
    runningMs: runningMs(pieces),
    waitingMs: waitingMs(pieces),
    recordingMs: lengthOf(pieces.filter(({ kind }) => kind === 'recording')),
    waits: waitsOf(pieces),
    ...calledMs(task, leases, now),
    ...insideRunning(task, leases, now),
    usage: task.turns.map((turn) => usageOf(turn.calls)).reduce(addUsage, NO_USAGE),
    tools: toolUses(task.turns),
    milestones: task.turns.flatMap((turn) => turn.milestones.map(({ t, name }) => ({ t, name }))),
    resources: resourcesOf(leases, declared),
    missing: task.missing,
    shortened: task.shortened,
    unmet: task.unmet,
    error: task.error,
    skippedBecause: task.skippedBecause,
    notChosenBecause: task.notChosenBecause,
    choices: task.choices,
    criticalMs,
    slackMs: path.slack.get(task.name) ?? null,
  };
}

function calledMs(
  { turns, questions }: TaskState,
  leases: readonly LeaseState[],
  now: number,
): Pick<TaskFigures, 'modelMs' | 'toolMs'> {
  const worked = turns.filter((turn) => !isFailed(turn) && !isLost(turn));
  const { modelMs, toolMs } = callTimes(worked.flatMap((turn) => turnPieces(turn, { leases, questions, now })));
  return { modelMs: sumOf(modelMs.values()), toolMs: sumOf(toolMs.values()) };
}

function sumOf(numbers: Iterable<number>): number {
  return [...numbers].reduce((sum, ms) => sum + ms, 0);
}

/** Returns the notes on answered calls. Errors of other calls are listed with the attempts. */
function callNotesOf(turns: readonly TurnState[]): string[] {
  const calls = turns.flatMap((turn) => turn.calls).filter(({ error }) => error === null);
  return [...new Set(calls.flatMap(({ note }) => (note === null ? [] : [note])))];
}

/** Returns the slot time of turns. A running turn counts up to `now`. */
export function busyOf(turns: readonly TurnState[], now: number): number {
  return turns.reduce((sum, { start, end }) => sum + Math.max(0, (end ?? now) - start), 0);
}

function waitsOf(pieces: readonly TaskSegment[]): TaskFigures['waits'] {
  const found = new Map<WaitReason, { ms: number; blockers: Set<string> }>();
  for (const piece of pieces) {
    if (piece.kind !== 'waiting' || piece.end === piece.start) continue;
    const wait = found.get(piece.reason) ?? { ms: 0, blockers: new Set() };
    wait.ms += piece.end - piece.start;
    if (piece.blocker !== null) wait.blockers.add(piece.blocker);
    found.set(piece.reason, wait);
  }
  return WAIT_REASONS.flatMap((reason) => {
    const wait = found.get(reason);
    return wait ? [{ reason, ms: wait.ms, blockers: [...wait.blockers] }] : [];
  });
}

function toolUses(turns: readonly TurnState[]): ToolUse[] {
  const uses = new Map<string, ToolUse>();
  for (const { name, ok, rehearsed } of turns.flatMap((turn) => turn.tools)) {
    const use = uses.get(name) ?? { name, calls: 0, failed: 0, rehearsed: 0 };
    uses.set(name, {
      name,
      calls: use.calls + 1,
      failed: use.failed + (ok ? 0 : 1),
      rehearsed: use.rehearsed + (rehearsed ? 1 : 0),
    });
  }
  return [...uses.values()];
}

function resourcesOf(leases: readonly LeaseState[], declared: Task | undefined): string[] {
  const taken = leases.filter((lease) => lease.acquiredAt !== null).map((lease) => lease.resource);
  return [...new Set([...(declared?.resources ?? []).map((demand) => demand.pool), ...taken])];
}
