import type { Crew } from '../crew/schema.ts';
import { allocationIntervals, type SharedCapacities, sharedCapacities } from './allocations.ts';
import { assignmentFor } from './assignment.ts';
import { stepAround } from './expansion/task-names.ts';
import { clip, gaps, type Interval, lastAtMost, union } from './intervals.ts';
import { cutByHolder, type Holder, turnsBySlot, type WaitPiece } from './slot-holders.ts';
import { type StartUp, startUpTimes } from './start-up.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';
import type { WaitReason } from './wait-reason.ts';

/** The data that the waits of all tasks are derived from. */
export interface SharedByTasks {
  crew: Crew;
  state: RunState;
  now: number;
  shared: SharedCapacities;
  startUp: readonly StartUp[];
  paused: readonly Interval[];
  declared: ReadonlyMap<string, Crew['tasks'][number]>;
  bySlot: ReadonlyMap<number, readonly Holder[]>;
  /** By agent: the times in which its model could not be called. */
  held: ReadonlyMap<string, readonly Interval[]>;
}

/** The blocker of a task in a segment of its wait, and the task whose end ended the segment. */
interface Cause {
  blocker: string | null;
  after: string | null;
}
type Caused = Interval & Cause;

/** The intervals in which this reason applies, unless an earlier claim applies. */
export interface Claim {
  reason: WaitReason;
  times: readonly Interval[];
  /** Cuts such an interval at each change of the blocker. */
  causes: (piece: Interval) => Caused[];
}

/** Collects what the waits of all tasks are derived from, up to the run time `now`. */
export function sharedByTasks(state: RunState, now: number): SharedByTasks {
  const { crew } = state;
  return {
    crew,
    state,
    now,
    shared: sharedCapacities(crew, state, now),
    startUp: startUpTimes(state, now),
    paused: union(state.paused.map(({ start, end }) => ({ start, end: end ?? now }))),
    declared: new Map(crew.tasks.map((task) => [task.name, task])),
    bySlot: turnsBySlot(state.turns),
    held: heldByAgent(state, now),
  };
}

/** Returns every reason for which a task may wait, in order of precedence. The last one always applies. */
export function claimsOf(run: SharedByTasks, task: TaskState): Claim[] {
  const end = task.endedAt ?? run.now;
  const retries = task.turns.filter((turn) => turn.retryAt !== null);
  const backoff = (limited: boolean) =>
    union(
      retries
        .filter((turn) => turn.rateLimited === limited)
        .map((turn) => ({ start: turn.end ?? end, end: Math.min(turn.retryAt ?? 0, end) })),
    );
  const asked = [...task.reviews, ...run.state.overBudget];
  const questions = union(asked.map((question) => ({ start: question.start, end: question.end ?? end })));
  const nameless = by(() => ({ blocker: null, after: null }));
  return [
    { reason: 'paused', times: run.paused, causes: nameless },
    ...assignmentClaim(run, task, end),
    ...contextClaim(run, task, end),
    { reason: 'person', times: questions, causes: nameless },
    { reason: 'cache', times: lookupTimes(task, end), causes: nameless },
    { reason: 'retry', times: backoff(false), causes: nameless },
    ...limitClaims(run, task, { limited: backoff(true), end }),
    ...sharedClaims(run, task),
    { reason: 'starting', times: run.startUp, causes: by(({ start }) => startingSlot(run.startUp, start)) },
    { reason: 'slot', times: [{ start: 0, end }], causes: (wait) => slotHolders(run, task, wait) },
  ];
}

/** Returns the causes of a claim whose blocker does not change during a wait. */
function by(cause: (wait: Interval) => Cause): Claim['causes'] {
  return (wait) => [{ ...wait, ...cause(wait) }];
}

/**
 * Returns the times that count as waiting for the cache: every lookup and, if a stored result was found, all time since
 * the task became ready.
 */
function lookupTimes({ cachedFrom, readyAt, lookups }: TaskState, end: number): Interval[] {
  const found = cachedFrom === null ? [] : [{ start: readyAt ?? 0, end }];
  return union([...found, ...lookups.map((lookup) => ({ start: lookup.start, end: lookup.end ?? end }))]);
}

function startingSlot(startUp: readonly StartUp[], t: number): Cause {
  const at = startUp[lastAtMost(startUp, t, ({ start }) => start)];
  return { blocker: at ? `slot ${at.slot}` : null, after: null };
}

function assignmentClaim(run: SharedByTasks, task: TaskState, end: number): Claim[] {
  const declared = run.declared.get(task.name);
  const assignment = declared ? assignmentFor(run.crew, declared) : null;
  if (assignment === null) return [];
  const manager = run.state.tasks.get(assignment)?.agent ?? null;
  const causes = by(() => ({ blocker: manager, after: task.assignedAt === null ? null : assignment }));
  return [{ reason: 'assignment', times: union([{ start: 0, end: task.assignedAt ?? end }]), causes }];
}

function contextClaim(run: SharedByTasks, task: TaskState, end: number): Claim[] {
  if (task.context.length === 0) return [];
  const before = task.context.flatMap((name) => run.state.tasks.get(name) ?? []);
  const open = before.find((other) => other.endedAt === null);
  const last = before.reduce<TaskState | undefined>(
    (latest, other) => ((other.endSeq ?? 0) > (latest?.endSeq ?? -1) ? other : latest),
    undefined,
  );
  const causes = by(() => ({ blocker: (open ?? last)?.name ?? null, after: open ? null : (last?.name ?? null) }));
  return [{ reason: 'context', times: union([{ start: 0, end: task.readyAt ?? end }]), causes }];
}

/** Returns the waits for the provider: delays that it asked for, and times in which the agent was throttled. */
function limitClaims(
  run: SharedByTasks,
  task: TaskState,
  { limited, end }: { limited: readonly Interval[]; end: number },
): Claim[] {
  const held = agentTimes(run, task, { start: task.readyAt ?? 0, end }, (agent) => run.held.get(agent) ?? []);
  const causes = by(() => ({ blocker: null, after: null }));
  return [{ reason: 'rate_limit', times: union([...limited, ...held]), causes }];
}

/**
 * Returns the intervals of `of` for the agent of a task. The turns of a consensual task have several agents; each wait
 * belongs to the turn that follows it.
 */
function agentTimes(
  _: SharedByTasks,
  task: TaskState,
  within: Interval,
  of: (agent: string) => readonly Interval[],
): Interval[] {
  if (task.council.length === 0) return task.agent === null ? [] : clip(of(task.agent), within);
  let from = within.start;
  return task.turns.flatMap(({ agent, start }) => {
    const wait = { start: from, end: Math.min(start, within.end) };
    from = Math.max(from, start);
    return wait.end > wait.start ? clip(of(agent), wait) : [];
  });
}

function heldByAgent({ held }: RunState, now: number): Map<string, Interval[]> {
  const byAgent = new Map<string, Interval[]>();
  for (const { agent, start, end } of held) {
    const times = byAgent.get(agent);
    const time = { start, end: end ?? Math.max(start, now) };
    if (times) times.push(time);
    else byAgent.set(agent, [time]);
  }
  return new Map([...byAgent].map(([agent, times]) => [agent, union(times)]));
}

/**
 * The claims of the sequential lane, the declared pools and the agent's limit. A consensual task keeps the first two
 * between its turns.
 */
function sharedClaims(run: SharedByTasks, task: TaskState): Claim[] {
  const { shared, state, now } = run;
  const whole = { start: 0, end: task.endedAt ?? now };
  const own = task.council.length > 0 ? union(allocationIntervals(state, task, now)) : [];
  const lacking = (times: readonly Interval[]) =>
    own.length === 0 ? times : gaps(own, whole).flatMap((piece) => clip(times, piece));
  const claims: Claim[] = [];
  if (!(run.declared.get(task.name)?.async ?? task.async)) {
    const causes = (wait: Interval) => cutByHolder(wait, shared.lane.inOrder, task.name).map(causeOfHolder);
    claims.push({ reason: 'lane', times: lacking(shared.lane.blockedFor(1)), causes });
  }
  for (const { pool, units } of run.declared.get(task.name)?.resources ?? []) {
    const resource = shared.pools.get(pool);
    if (!resource) continue;
    const causes = by(({ end }) => ({ blocker: pool, after: resource.freedBy(end, task.name, units) }));
    claims.push({ reason: 'resource', times: lacking(resource.blockedFor(units)), causes });
  }
  return [...claims, ...stepClaims(run, task), ...agentClaims(run, task)];
}

/** The claims of what the tasks around it hold together: each until its first turn. */
function stepClaims(run: SharedByTasks, task: TaskState): Claim[] {
  const step = stepAround(task.name);
  const around = step === null ? undefined : run.state.tasks.get(step);
  if (!around) return [];
  const [held] = allocationIntervals(run.state, around, run.now);
  const before = { start: 0, end: held?.start ?? run.now };
  return sharedClaims(run, around).map((claim) => ({ ...claim, times: clip(claim.times, before) }));
}

/** The claims of the limits of the agents that execute the task's turns. */
function agentClaims(run: SharedByTasks, task: TaskState): Claim[] {
  const { shared, now } = run;
  const agents = task.council.length > 0 ? task.council : task.agent === null ? [] : [task.agent];
  const whole = { start: 0, end: task.endedAt ?? now };
  return agents.flatMap((agent): Claim[] => {
    const limit = shared.agents.get(agent);
    if (!limit) return [];
    const times = agentTimes(run, task, whole, (of) => (of === agent ? limit.blockedFor(1) : []));
    const causes = by(({ end }) => ({ blocker: agent, after: limit.freedBy(end, task.name) }));
    return [{ reason: 'resource', times: union(times), causes }];
  });
}

/** Returns the tasks that used the slot in which the task ran next; in a batch, the row that used it. */
function slotHolders(run: SharedByTasks, task: TaskState, wait: Interval): Caused[] {
  const turn = task.turns.find((candidate) => candidate.start >= wait.end);
  if (turn?.slotFrom && turn.start === wait.end) return [{ ...wait, blocker: `row ${turn.slotFrom.row}`, after: null }];
  const holders = turn ? (run.bySlot.get(turn.slot) ?? []) : [];
  return cutByHolder(wait, holders, task.name).map(causeOfHolder);
}

function causeOfHolder({ start, end, task }: WaitPiece): Caused {
  return { start, end, blocker: task, after: task };
}
