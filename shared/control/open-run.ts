import type { EventDraft } from '../run/events.ts';
import type { TurnState } from '../run/turn-state.ts';
import { attemptOf } from './base/active-turn.ts';
import type { ModelEndpoint } from './base/endpoint.ts';
import { budgetSet, tokenBudgetSet } from './budget/budget.ts';
import type { ControlContext } from './context.ts';
import { ControlState, type RunTexts } from './control-state.ts';
import { expandSteps } from './expand-task.ts';
import type { JournaledState } from './journaled-state.ts';
import { Limits, type RunLimits } from './limits/limits.ts';
import { limitsBefore } from './limits/restore-limits.ts';
import { limitSettings } from './limits/settings.ts';
import { Recorder } from './recorder.ts';
import { emitReused, type ReusedTasks } from './reused-tasks.ts';
import { RunControl } from './run-control.ts';
import { slotCount } from './run-facts.ts';

/** How a process takes over a run. */
export type Opening =
  /** `started`: the first event. `reused`: the ends of tasks that are reused from another run. */
  | { type: 'new'; started: EventDraft; reused: ReusedTasks | null }
  /** `budgetUsd`, `budgetTokens`: the new total budgets in US dollars and in tokens; null: unchanged. */
  | { type: 'resumed'; resumed: EventDraft; budgetUsd: number | null; budgetTokens: number | null };

/** The times at which a process takes over a run: run time in whole ms, and the wall clock. */
export interface OpenedAt {
  t: number;
  wallMs: number;
}

/**
 * Returns the controller of a run whose journal so far gives `journaled`. Its first step returns the events of the
 * opening, too.
 */
export function openRun(
  context: ControlContext,
  journaled: JournaledState,
  texts: RunTexts,
  opening: Opening,
  at: OpenedAt,
): RunControl {
  const recorder = new Recorder(journaled, context);
  recorder.now = at.t;
  switch (opening.type) {
    case 'new':
      recorder.emit(opening.started);
      if (opening.reused) emitReused(recorder, texts.results, opening.reused);
      break;
    case 'resumed':
      endLostTurns(recorder);
      recorder.emit(opening.resumed);
      setBudget(recorder, opening.budgetUsd);
      setTokenBudget(recorder, opening.budgetTokens);
      break;
    default:
      opening satisfies never;
  }
  const limits = context.batch?.limits ?? limitsOf(context, recorder, at);
  const control = new ControlState(context, recorder, limits, texts);
  if (opening.type === 'new') expandSteps(control);
  return new RunControl(control);
}

/** Restores the providers' limits that earlier processes of the run recorded. */
function limitsOf(context: ControlContext, recorder: Recorder, at: OpenedAt): RunLimits {
  const { run } = recorder.state;
  const limits = new Limits(slotCount(run), limitSettings(context.crew));
  limits.restore(limitsBefore(run, endpointsOf(context), at));
  for (const draft of limits.cooldowns(at.t)) recorder.emit(draft);
  return limits;
}

function endpointsOf({ crew, endpointOf }: ControlContext): Map<string, ModelEndpoint> {
  const endpoints = new Map<string, ModelEndpoint>();
  for (const { name } of crew.agents) {
    const endpoint = endpointOf(name);
    if (endpoint) endpoints.set(name, endpoint);
  }
  return endpoints;
}

function setBudget(recorder: Recorder, usd: number | null): void {
  if (usd === null) return;
  const set = budgetSet(recorder.state, usd);
  if (set.ok) recorder.emit(set.draft);
}

function setTokenBudget(recorder: Recorder, budget: number | null): void {
  if (budget === null) return;
  const set = tokenBudgetSet(recorder.state, budget);
  if (set.ok) recorder.emit(set.draft);
}

/** Ends the waits, leases and turns of the earlier process. The turns will run again. */
function endLostTurns(recorder: Recorder): void {
  for (const turn of [...recorder.state.run.running]) {
    endWaitsAndLeases(recorder, turn);
    const message = 'The process that carried the run ended while it ran.';
    const lost = { result: 'lost', kind: 'lost', message, retry_at: recorder.now } as const;
    recorder.emit({ type: 'attempt.ended', ...attemptOf(turn), ...lost });
  }
}

function endWaitsAndLeases(recorder: Recorder, turn: TurnState): void {
  for (const { leases } of recorder.state.run.resources.values()) {
    for (const { task, attempt, turn: name, releasedAt, acquiredAt, id, resource, holder } of leases) {
      const isOwn = task === turn.task && attempt === turn.attempt && name === turn.turn;
      if (!isOwn || releasedAt !== null) continue;
      const of = { ...attemptOf(turn), resource, holder };
      if (acquiredAt === null) recorder.emit({ type: 'resource.timed_out', ...of, id });
      else recorder.emit({ type: 'resource.released', ...of, reclaimed: true });
    }
  }
}
