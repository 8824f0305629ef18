import { crewLimits } from '../control/virtual/crew-limits.ts';
import type { External, ReplayPlan, Step, TaskPlan, TurnPlan } from '../control/virtual/replay-types.ts';
import type { Crew } from '../crew/schema.ts';
import { isAssignment } from '../run/assignment.ts';
import type { EventDraft } from '../run/events.ts';
import { leasesByTask } from '../run/inside-running.ts';
import { clip, type Interval, lengthOf } from '../run/intervals.ts';
import type { LeaseState } from '../run/resource-state.ts';
import type { RunState } from '../run/state.ts';
import type { TaskState } from '../run/task-state.ts';
import type { ModelCall, TurnState } from '../run/turn-state.ts';
import { computeRanks } from '../scheduler/ranks.ts';
import { callTimes } from './spent/call-times.ts';
import { turnPieces } from './spent/turn-pieces.ts';
import type { TaskFigures } from './task-figures.ts';

/** Converts run time to the time that the makespan counts, which excludes pauses. */
export type CutTime = (t: number) => number;

/** Returns the function that maps run time to run time without the pauses before it, both in milliseconds. */
export function cutTime(paused: readonly Interval[]): CutTime {
  return (t) => t - lengthOf(clip(paused, { start: 0, end: t }));
}

/** Returns the plan of a measured run. A replay of the plan takes as long as the run. */
export function planOf(crew: Crew, state: RunState, tasks: readonly TaskFigures[], cut: CutTime): ReplayPlan {
  const leases = leasesByTask(state);
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const plans = new Map<string, TaskPlan>();
  const limits = crewLimits(crew, {});
  for (const task of state.tasks.values()) {
    const figures = byName.get(task.name);
    if (!figures || !tookPart(task)) continue;
    const known = { figures, leases: leases.get(task.name) ?? [], cut, isLimited: limits !== null };
    plans.set(task.name, taskPlan(state, task, known));
  }
  const ranks = state.started?.ranks ?? {};
  return {
    ranks: Object.keys(ranks).length > 0 ? ranks : computeRanks(crew, measuredLengths(tasks)),
    slots: state.slotCounts[0]?.slots ?? crew.settings.max_concurrent_tasks,
    external: externalEvents(state, cut, limits !== null),
    tasks: plans,
    capacities: {},
    limits,
  };
}

function measuredLengths(tasks: readonly TaskFigures[]) {
  return Object.fromEntries(tasks.map(({ name, busyMs }) => [name, { ms: busyMs, from: 'history' as const }]));
}

/** Whether a task took part in the run: it had a turn, a review or a cache lookup, and was not reused. */
function tookPart({ turns, reviews, lookups, reusedFrom }: TaskState): boolean {
  return reusedFrom === null && turns.length + reviews.length + lookups.length > 0;
}

interface TaskContext {
  figures: TaskFigures;
  leases: readonly LeaseState[];
  cut: CutTime;
  /** Whether the replay simulates the limits of the crew, and with them the waits for permits. */
  isLimited: boolean;
}

function taskPlan(state: RunState, task: TaskState, known: TaskContext): TaskPlan {
  const { cut, figures } = known;
  const turns = new Map<string | null, TurnPlan[]>();
  for (const turn of task.turns) {
    const plan = turnPlan(state, task, turn, known);
    const others = turns.get(turn.turn);
    if (others) others.push(plan);
    else turns.set(turn.turn, [plan]);
  }
  const span = ({ start, end }: { start: number; end: number | null }) => cut(end ?? state.t) - cut(start);
  return {
    turns,
    lookup: { ms: task.lookups.reduce((sum, lookup) => sum + span(lookup), 0), found: task.cachedFrom !== null },
    reviews: answersOf(task, span),
    recordMs: lengthOf(figures.segments.filter(({ kind }) => kind === 'recording')),
    assignedTo: task.assignedAt === null || isAssignment(task.name) ? null : task.agent,
  };
}

/** Returns the reviews with answers. A question that was repeated after a resume counts once, with its answer. */
function answersOf(
  { reviews }: TaskState,
  span: (review: TaskState['reviews'][number]) => number,
): TaskPlan['reviews'] {
  const answers: { ms: number; answer: 'approved' | 'edited' | 'sent_back' }[] = [];
  let before = 0;
  for (const review of reviews) {
    const ms = before + span(review);
    before = review.answer === null ? ms : 0;
    if (review.answer !== null) answers.push({ ms, answer: review.answer });
  }
  return before > 0 ? [...answers, { ms: before, answer: 'approved' }] : answers;
}

function turnPlan(
  state: RunState,
  { questions }: TaskState,
  turn: TurnState,
  { leases, cut, isLimited }: TaskContext,
): TurnPlan {
  const end = turn.end ?? state.t;
  const own = leases.filter(({ attempt, turn: name }) => attempt === turn.attempt && name === turn.turn);
  const pieces = turnPieces(turn, { leases: own, questions, now: state.t });
  return {
    steps: stepsOf(turn.start, end, own, isLimited ? turn.calls : []),
    permitMs: isLimited ? 0 : turn.calls.reduce((sum, call) => sum + call.waitedMs, 0),
    ...callTimes(pieces),
    result: turn.result ?? 'ok',
    retryMs: turn.retryAt === null ? null : Math.max(0, cut(turn.retryAt) - cut(end)),
    rateLimited: turn.rateLimited,
  };
}

/** A step, and when it began and ended in the run. */
interface Point {
  at: number;
  until: number;
  step: Step;
}

/**
 * Returns the steps of a turn: work, limited calls, and leases acquired and released. Leases that it still holds end with
 * it.
 */
function stepsOf(start: number, end: number, leases: readonly LeaseState[], calls: readonly ModelCall[]): Step[] {
  const limited = calls.map((call): Point => {
    const { agent, start: at, end: until, waitedMs, promptTokens, completionTokens } = call;
    const step = { kind: 'call', ms: (until ?? end) - at, agent, tokens: promptTokens + completionTokens } as const;
    return { at: at - waitedMs, until: until ?? end, step };
  });
  const leased = leases.flatMap(({ resource, holder, requestedAt, acquiredAt, releasedAt, reclaimed }): Point[] => {
    if (acquiredAt === null) return [];
    const take = { at: requestedAt, until: acquiredAt, step: { kind: 'take', resource, holder } as const };
    if (releasedAt === null || reclaimed) return [take];
    return [take, { at: releasedAt, until: releasedAt, step: { kind: 'give', resource, holder } as const }];
  });
  const steps: Step[] = [];
  let t = start;
  for (const { at, until, step } of [...leased, ...limited].sort((a, b) => a.at - b.at)) {
    if (at > t) steps.push({ kind: 'work', ms: at - t });
    steps.push(step);
    t = Math.max(t, until);
  }
  if (end > t || steps.length === 0) steps.push({ kind: 'work', ms: Math.max(0, end - t) });
  return steps;
}

/** `isLimited`: the replay simulates the limits per minute. */
function externalEvents(state: RunState, cut: CutTime, isLimited: boolean): External[] {
  const found: External[] = [];
  const add = (t: number | null, event: EventDraft): void => {
    if (t !== null) found.push({ t: cut(t), event });
  };
  for (const { name, capacity, declared } of state.resources.values()) {
    if (!declared && capacity !== 1) add(0, { type: 'resource.created', ...NO_TURN, resource: name, capacity });
  }
  for (const { t, slots } of state.slotCounts.slice(1)) add(t, { type: 'run.slots', slots });
  for (const { start, end } of state.paused) {
    add(start, { type: 'run.paused' });
    add(end, { type: 'run.unpaused' });
  }
  for (const { start, end, spentUsd, budgetUsd, tokens } of state.overBudget) {
    const amounts = {
      spent_usd: spentUsd,
      ...(budgetUsd === null ? {} : { budget_usd: budgetUsd }),
      ...(tokens === null ? {} : { spent_tokens: tokens.spent, budget_tokens: tokens.budget }),
    };
    add(start, { type: 'budget.reached', ...amounts });
    add(end, { type: 'budget.set', ...amounts });
  }
  for (const { agent, by, start, end } of state.held) {
    if (isLimited && by === 'minute') continue;
    add(start, { type: 'agent.held', agent, by });
    add(end, { type: 'agent.freed', agent });
  }
  for (const { slot, event, t } of readinessOf(state)) add(t, readinessEvent(slot, event));
  return found.sort((a, b) => a.t - b.t);
}

/**
 * Pools that a tool created exist from the start of the replay, without a turn: their capacity matters only from their
 * first use.
 */
const NO_TURN = { task: '', attempt: 1 };

/** Returns when each slot became ready and when it ended. Without slot events, all slots are ready at the start. */
function readinessOf(state: RunState): { slot: number; event: 'ready' | 'exited'; t: number }[] {
  const known = [...state.slots.values()].filter(({ ready, starts }) => ready.length + starts.length > 0);
  if (known.length === 0) {
    const most = state.slotCounts.reduce((max, { slots }) => Math.max(max, slots), 0);
    return Array.from({ length: most }, (_, at) => ({ slot: at + 1, event: 'ready' as const, t: 0 }));
  }
  return known.flatMap(({ slot, ready }) =>
    ready.flatMap(({ start, end }) => [
      { slot, event: 'ready' as const, t: start },
      ...(end === null ? [] : [{ slot, event: 'exited' as const, t: end }]),
    ]),
  );
}

function readinessEvent(slot: number, event: 'ready' | 'exited'): EventDraft {
  if (event === 'ready') return { type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 };
  return { type: 'slot.exited', slot, where: `local:${slot}`, reason: 'ended' };
}
