import type { Crew } from '../crew/schema.ts';
import { managerOf, needsAssignment } from './assignment.ts';
import { consensualAgents } from './consensus.ts';
import { ASSIGNMENT, type EventOf, handlersOf, type RunEvent, type RunEventType } from './events.ts';
import type { RunState, TaskState } from './state.ts';

/** Returns the state of a run before its first event. */
export function newRun(crew: Crew): RunState {
  const tasks = new Map<string, TaskState>();
  crew.tasks.forEach((task, index) => {
    const council = crew.process === 'consensual' ? consensualAgents(crew, task) : [];
    tasks.set(task.name, { ...newTask(task.name, index, task.agent ?? null, task.async, task.context), council });
  });
  if (needsAssignment(crew)) tasks.set(ASSIGNMENT, newTask(ASSIGNMENT, -1, managerOf(crew), true, []));
  return {
    seq: 0,
    t: 0,
    started: null,
    outcome: null,
    finishedAt: null,
    interrupted: null,
    resumptions: [],
    paused: [],
    budgetUsd: crew.settings.budget_usd ?? null,
    overBudget: [],
    slotCounts: [],
    slots: new Map(),
    tasks,
    turns: [],
    running: new Set(),
    resources: new Map(
      crew.pools.map((pool) => [pool.name, { name: pool.name, capacity: pool.capacity, declared: true, leases: [] }]),
    ),
    rooms: new Map(),
    limits: [],
    held: [],
    samples: [],
  };
}

/**
 * Applies one event to the run, in place. Events come in the order of `seq`. An event that was already applied is
 * ignored, so that a repeat after a reload has no effect.
 */
export function applyEvent(run: RunState, event: RunEvent): void {
  if (event.seq <= run.seq) return;
  run.seq = event.seq;
  run.t = event.t;
  fold(run, event.type, event);
}

function fold<Type extends RunEventType>(run: RunState, type: Type, event: EventOf<Type>): void {
  handlersOf(type).fold(run, event);
}

function newTask(
  name: string,
  index: number,
  agent: string | null,
  async: boolean,
  context: readonly string[],
): TaskState {
  return {
    name,
    index,
    agent,
    async,
    context,
    status: 'pending',
    readyAt: null,
    assignedAt: null,
    endedAt: null,
    turns: [],
    running: 0,
    result: null,
    degraded: false,
    missing: [],
    shortened: [],
    lookups: [],
    cacheMiss: null,
    cachedFrom: null,
    reusedFrom: null,
    stale: null,
    took: null,
    files: [],
    edited: false,
    error: null,
    skippedBecause: [],
    reviews: [],
    checks: [],
    council: [],
    proposals: [],
    votes: [],
    endSeq: null,
  };
}
