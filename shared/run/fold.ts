import type { Crew } from '../crew/schema.ts';
import { type EventOf, handlersOf, type RunEvent, type RunEventType } from './events.ts';
import type { RunState } from './state.ts';
import { newTasks } from './tasks-of-run.ts';

/** Returns the state of a run before its first event. */
export function newRun(crew: Crew): RunState {
  return {
    crew,
    seq: 0,
    t: 0,
    started: null,
    outcome: null,
    finishedAt: null,
    interrupted: null,
    resumptions: [],
    paused: [],
    budgetUsd: crew.settings.budget_usd ?? null,
    budgetTokens: crew.settings.budget_tokens ?? null,
    overBudget: [],
    slotCounts: [],
    slots: new Map(),
    servers: new Map(),
    knowledge: null,
    tasks: newTasks(crew),
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
