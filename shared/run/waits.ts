import type { Project } from '../project/schema.ts';
import { ASSIGNMENT } from './events.ts';
import { managerOf } from './fold.ts';
import { type SharedThings, sharedThings } from './holds.ts';
import { clip, gaps, type Interval, lastAtMost, lengthOf, union } from './intervals.ts';
import type { RunState, TaskState, TurnState } from './state.ts';

/** Why a task waits, in the order in which they are asked: the first that holds is the reason. */
export type WaitReason =
  | 'paused'
  | 'assignment'
  | 'context'
  | 'person'
  | 'retry'
  | 'rate_limit'
  | 'lane'
  | 'resource'
  | 'slot';

export const WAIT_REASONS: readonly WaitReason[] = [
  'paused',
  'assignment',
  'context',
  'person',
  'retry',
  'rate_limit',
  'lane',
  'resource',
  'slot',
];

/** A piece of a task's time, run time in whole milliseconds. Running: one of its turns holds a slot. */
export type TaskStretch = Interval &
  (
    | { kind: 'running' }
    | {
        kind: 'waiting';
        reason: WaitReason;
        /** What it waited for, by name: a task, an agent, a resource; null where it has none (a pause, a slot that starts). */
        blocker: string | null;
        /** The task whose end let it go on (the same as `blocker` where that is a task); null while it waits, or unknown. */
        after: string | null;
      }
  );
type Waiting = Extract<TaskStretch, { kind: 'waiting' }>;

/**
 * The time of each task from the run's start to its end (to `now` while it has not ended), cut without gap or overlap.
 * The manager's assignment is among them under `@assignment`. `now` is run time; a finished run's is `state.t`.
 */
export function stretchesOf(project: Project, state: RunState, now: number): Map<string, TaskStretch[]> {
  const run: Waits = {
    project,
    state,
    now,
    shared: sharedThings(project, state, now),
    paused: union(state.paused.map(({ start, end }) => ({ start, end: end ?? now }))),
    declared: new Map(project.tasks.map((task) => [task.name, task])),
    bySlot: turnsBySlot(state.turns),
    held: heldByAgent(state, now),
  };
  return new Map([...state.tasks.values()].map((task) => [task.name, stretchesOfTask(run, task)]));
}

/** Milliseconds of `stretches` that were running. */
export function runningMs(stretches: readonly TaskStretch[]): number {
  return lengthOf(stretches.filter((stretch) => stretch.kind === 'running'));
}

/** Milliseconds of `stretches` in which it waited, for `reason` where one is given. */
export function waitingMs(stretches: readonly TaskStretch[], reason?: WaitReason): number {
  return lengthOf(
    stretches.filter((stretch) => stretch.kind === 'waiting' && (reason === undefined || stretch.reason === reason)),
  );
}

interface Waits {
  project: Project;
  state: RunState;
  now: number;
  shared: SharedThings;
  paused: readonly Interval[];
  declared: ReadonlyMap<string, Project['tasks'][number]>;
  bySlot: ReadonlyMap<number, readonly (Interval & { task: string })[]>;
  /** By agent: when its model could not be asked. */
  held: ReadonlyMap<string, readonly Interval[]>;
}

/** Times at which something may be the reason, and what to say of it. */
interface Claim {
  reason: WaitReason;
  times: readonly Interval[];
  name: (stretch: Interval) => { blocker: string | null; after: string | null };
}

function stretchesOfTask(run: Waits, task: TaskState): TaskStretch[] {
  const whole = { start: 0, end: task.endedAt ?? run.now };
  const running = union(task.turns.map((turn) => turnInterval(turn, run.now)));
  const stretches: TaskStretch[] = clip(running, whole).map((stretch) => ({ kind: 'running', ...stretch }));
  const claims = claimsOf(run, task);
  for (const wait of gaps(running, whole)) stretches.push(...explain(run, task, wait, claims));
  return stretches.sort((a, b) => a.start - b.start);
}

function explain(run: Waits, task: TaskState, wait: Interval, claims: readonly Claim[]): Waiting[] {
  const found: Waiting[] = [];
  let left: Interval[] = [wait];
  for (const { reason, times, name } of claims) {
    const claimed = left.flatMap((stretch) => clip(times, stretch));
    for (const stretch of claimed) found.push({ kind: 'waiting', ...stretch, reason, ...name(stretch) });
    if (claimed.length > 0) left = left.flatMap((stretch) => gaps(times, stretch));
  }
  for (const stretch of left) {
    found.push({ kind: 'waiting', ...stretch, reason: 'slot', ...slotBefore(run, task, stretch) });
  }
  return found;
}

function claimsOf(run: Waits, task: TaskState): Claim[] {
  const end = task.endedAt ?? run.now;
  const nobody = () => ({ blocker: null, after: null });
  const retries = task.turns.filter((turn) => turn.retryAt !== null);
  const backoff = (limited: boolean) =>
    union(
      retries
        .filter((turn) => turn.rateLimited === limited)
        .map((turn) => ({ start: turn.end ?? end, end: Math.min(turn.retryAt ?? 0, end) })),
    );
  const asked = [...task.reviews, ...run.state.overBudget];
  const questions = union(asked.map((question) => ({ start: question.start, end: question.end ?? end })));
  return [
    { reason: 'paused', times: run.paused, name: nobody },
    ...assignmentClaim(run, task, end),
    ...contextClaim(run, task, end),
    { reason: 'person', times: questions, name: nobody },
    { reason: 'retry', times: backoff(false), name: nobody },
    { reason: 'rate_limit', times: union([...backoff(true), ...heldTimes(run, task, end)]), name: nobody },
    ...sharedClaims(run, task),
  ];
}

function assignmentClaim(run: Waits, task: TaskState, end: number): Claim[] {
  const declared = run.declared.get(task.name);
  if (run.project.process !== 'hierarchical' || !declared || declared.agent !== undefined) return [];
  const manager = managerOf(run.project);
  const name = () => ({ blocker: manager, after: task.assignedAt === null ? null : ASSIGNMENT });
  return [{ reason: 'assignment', times: union([{ start: 0, end: task.assignedAt ?? end }]), name }];
}

function contextClaim(run: Waits, task: TaskState, end: number): Claim[] {
  if (task.context.length === 0) return [];
  const before = task.context.flatMap((name) => run.state.tasks.get(name) ?? []);
  const open = before.find((other) => other.endedAt === null);
  const last = before.reduce<TaskState | undefined>(
    (latest, other) => ((other.endSeq ?? 0) > (latest?.endSeq ?? -1) ? other : latest),
    undefined,
  );
  const name = () => ({ blocker: (open ?? last)?.name ?? null, after: open ? null : (last?.name ?? null) });
  return [{ reason: 'context', times: union([{ start: 0, end: task.readyAt ?? end }]), name }];
}

/** When its agent's model could not be asked, since it is ready. A consensual task's turns are of several agents. */
function heldTimes({ project, held }: Waits, { agent, readyAt }: TaskState, end: number): Interval[] {
  if (project.process === 'consensual' || agent === null) return [];
  return clip(held.get(agent) ?? [], { start: readyAt ?? 0, end });
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

/** The lane, the declared pools and its agent's limit. From its first turn on a consensual task has the first two. */
function sharedClaims(run: Waits, task: TaskState): Claim[] {
  const { shared } = run;
  const claims: Claim[] = [];
  const consensual = run.project.process === 'consensual';
  const until = consensual ? (task.turns[0]?.start ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const before = (times: readonly Interval[]) =>
    until === Number.POSITIVE_INFINITY ? times : clip(times, { start: 0, end: until });
  if (!task.async) {
    const name = (stretch: Interval) => {
      const holder = shared.lane.freedBy(stretch.end, task.name);
      return { blocker: holder, after: holder };
    };
    claims.push({ reason: 'lane', times: before(shared.lane.blockedFor(1)), name });
  }
  for (const { pool, units } of run.declared.get(task.name)?.resources ?? []) {
    const resource = shared.pools.get(pool);
    if (!resource) continue;
    const name = ({ end }: Interval) => ({ blocker: pool, after: resource.freedBy(end, task.name, units) });
    claims.push({ reason: 'resource', times: before(resource.blockedFor(units)), name });
  }
  const agent = task.agent === null ? undefined : shared.agents.get(task.agent);
  if (agent && !consensual) {
    const name = ({ end }: Interval) => ({ blocker: task.agent, after: agent.freedBy(end, task.name) });
    claims.push({ reason: 'resource', times: agent.blockedFor(1), name });
  }
  return claims;
}

/** Who had the slot that it went on in, where that is why it waited: a task of this run, or another row of its batch. */
function slotBefore(run: Waits, task: TaskState, wait: Interval): { blocker: string | null; after: string | null } {
  const turn = task.turns.find((candidate) => candidate.start === wait.end);
  if (turn?.slotFrom) return { blocker: `row ${turn.slotFrom.row}`, after: null };
  const before = slotFreedBy(run, task, wait, turn);
  return { blocker: before, after: before };
}

function slotFreedBy(run: Waits, task: TaskState, wait: Interval, turn: TurnState | undefined): string | null {
  const turns = turn ? run.bySlot.get(turn.slot) : undefined;
  if (!turns) return null;
  const before = turns[lastAtMost(turns, wait.end, (other) => other.end)];
  return before && before.end > wait.start && before.task !== task.name ? before.task : null;
}

function turnsBySlot(turns: readonly TurnState[]): Map<number, (Interval & { task: string })[]> {
  const bySlot = new Map<number, (Interval & { task: string })[]>();
  for (const { slot, task, start, end } of turns) {
    if (end === null) continue;
    const known = bySlot.get(slot);
    if (known) known.push({ task, start, end });
    else bySlot.set(slot, [{ task, start, end }]);
  }
  return bySlot;
}

/** From a turn's start to its end, or to `now` while it runs. */
export function turnInterval({ start, end }: TurnState, now: number): Interval {
  return { start, end: end ?? Math.max(start, now) };
}
