import type { Crew } from '../project/schema.ts';
import { consensualAgents } from './consensus.ts';
import { ASSIGNMENT, type RunEvent } from './events.ts';
import { applyResourceEvent } from './fold-resources.ts';
import { applyRoom, applySample, applySlotEvent, loseSlots } from './fold-slots.ts';
import { applyTaskEvent } from './fold-tasks.ts';
import { applyTurnEvent, endTurn, startTurn } from './fold-turns.ts';
import type { RunState, TaskState } from './state.ts';

/** A run before its first event. */
export function newRun(project: Crew): RunState {
  const tasks = new Map<string, TaskState>();
  project.tasks.forEach((task, index) => {
    const council = project.process === 'consensual' ? consensualAgents(project, task) : [];
    tasks.set(task.name, { ...newTask(task.name, index, task.agent ?? null, task.async, task.context), council });
  });
  if (needsAssignment(project)) tasks.set(ASSIGNMENT, newTask(ASSIGNMENT, -1, managerOf(project), true, []));
  return {
    seq: 0,
    t: 0,
    started: null,
    outcome: null,
    finishedAt: null,
    interrupted: null,
    resumptions: [],
    paused: [],
    budgetUsd: project.settings.budget_usd ?? null,
    overBudget: [],
    slotCounts: [],
    slots: new Map(),
    tasks,
    turns: [],
    running: new Set(),
    resources: new Map(
      project.pools.map((pool) => [
        pool.name,
        { name: pool.name, capacity: pool.capacity, declared: true, leases: [] },
      ]),
    ),
    rooms: new Map(),
    limits: [],
    held: [],
    samples: [],
  };
}

/** Whether the manager chooses agents before some of the tasks can start. */
export function needsAssignment(project: Crew): boolean {
  return project.process === 'hierarchical' && project.tasks.some((task) => task.agent === undefined);
}

/** The name of the crew's manager, or null. */
export function managerOf(project: Crew): string | null {
  return project.agents.find((agent) => agent.manager)?.name ?? null;
}

/**
 * Takes one event into the run, in place. Events come in the order of `seq`; one that was already taken is passed over,
 * so that a repeat after a reload does no harm.
 */
export function applyEvent(run: RunState, event: RunEvent): void {
  if (event.seq <= run.seq) return;
  run.seq = event.seq;
  run.t = event.t;
  switch (event.type) {
    case 'run.started':
      run.started = event;
      run.slotCounts.push({ t: event.t, slots: event.settings.slots });
      run.budgetUsd = event.settings.budget_usd ?? run.budgetUsd;
      return;
    case 'run.resumed':
      run.resumptions.push({ t: event.t, wallMs: event.wall_ms, batchMs: event.batch_ms ?? null });
      run.interrupted = null;
      closePause(run, event.t);
      closeReviews(run, event.t);
      closeLookups(run, event.t);
      loseSlots(run, event.t);
      for (const steps of run.rooms.values()) steps.push({ t: event.t, free: null });
      freeAgents(run, event.t);
      return;
    case 'run.paused':
      run.paused.push({ start: event.t, end: null });
      return;
    case 'run.unpaused':
      closePause(run, event.t);
      return;
    case 'run.slots':
      run.slotCounts.push({ t: event.t, slots: event.slots });
      return;
    case 'run.interrupted':
      run.interrupted = event.reason;
      return;
    case 'budget.reached': {
      const { t, spent_usd: spentUsd, budget_usd: budgetUsd } = event;
      run.overBudget.push({ start: t, end: null, spentUsd, budgetUsd });
      return;
    }
    case 'budget.set':
      run.budgetUsd = event.budget_usd;
      closeOverBudget(run, event.t);
      return;
    case 'run.finished':
      run.outcome = event.outcome;
      run.finishedAt = event.t;
      closeOverBudget(run, event.t);
      closePause(run, event.t);
      freeAgents(run, event.t);
      return;
    case 'slot.started':
    case 'slot.ready':
    case 'slot.exited':
    case 'slot.granted':
    case 'slot.returned':
      applySlotEvent(run, event);
      return;
    case 'pool.room':
      applyRoom(run, event);
      return;
    case 'sample':
      applySample(run, event);
      return;
    case 'limiter':
      run.limits.push(event);
      return;
    case 'agent.held':
      run.held.push({ agent: event.agent, by: event.by, start: event.t, end: null });
      return;
    case 'agent.freed':
      freeAgent(run, event.t, event.agent);
      return;
    case 'attempt.started':
      startTurn(run, event);
      return;
    case 'attempt.ended':
      endTurn(run, event);
      return;
    case 'resource.created':
    case 'resource.requested':
    case 'resource.acquired':
    case 'resource.released':
    case 'resource.timed_out':
      applyResourceEvent(run, event);
      return;
    case 'llm.call':
    case 'tool.call':
    case 'milestone':
    case 'delegation.started':
    case 'delegation.ended':
      applyTurnEvent(run, event);
      return;
    case 'task.ready':
    case 'task.assigned':
    case 'task.completed':
    case 'task.failed':
    case 'task.skipped':
    case 'task.not_chosen':
    case 'task.cancelled':
    case 'cache.asked':
    case 'cache.missed':
    case 'review.asked':
    case 'review.answered':
    case 'check':
    case 'vote':
      applyTaskEvent(run, event);
      return;
    default:
      event satisfies never;
  }
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

function closePause(run: RunState, t: number): void {
  const last = run.paused.at(-1);
  if (last && last.end === null) last.end = t;
}

function closeOverBudget(run: RunState, t: number): void {
  const last = run.overBudget.at(-1);
  if (last) last.end ??= t;
}

function freeAgent(run: RunState, t: number, agent: string): void {
  const last = run.held.findLast((held) => held.agent === agent);
  if (last) last.end ??= t;
}

function freeAgents(run: RunState, t: number): void {
  for (const held of run.held) held.end ??= t;
}

/** Another process carries the run on, and asks again what nobody has answered. */
function closeReviews(run: RunState, t: number): void {
  for (const { reviews } of run.tasks.values()) for (const review of reviews) review.end ??= t;
}

/** Another process looks for stored results from the beginning. */
function closeLookups(run: RunState, t: number): void {
  for (const { lookups } of run.tasks.values()) for (const lookup of lookups) lookup.end ??= t;
}
