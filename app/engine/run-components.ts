import { Deadlines } from '../../shared/control/deadlines/deadlines.ts';
import { Limits, type RunLimits } from '../../shared/control/limits/limits.ts';
import { type Endpoints, limitsBefore } from '../../shared/control/limits/restore-limits.ts';
import { limitSettings } from '../../shared/control/limits/settings.ts';
import { ThrottledAgents } from '../../shared/control/throttles/throttled-agents.ts';
import { withFilledPaths } from '../../shared/crew/placeholders.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { Scheduler } from '../../shared/scheduler/scheduler.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import type { ToolTexts } from '../../shared/slot/protocol.ts';
import { GrantedSlots } from './batch/granted-slots.ts';
import type { LimitedRow } from './batch/share.ts';
import { Budget } from './budget/budget.ts';
import { ResultCache } from './cache/cache.ts';
import { Effects } from './effect.ts';
import type { Recorder } from './journal/recorder.ts';
import { Leases } from './leases/leases.ts';
import { endpointsOf } from './limits/endpoint.ts';
import { Dispatcher } from './prompts/dispatch.ts';
import type { RunEnd, RunEnvironment } from './request.ts';
import { Requests } from './requests.ts';
import { Reviews } from './reviews/reviews.ts';
import type { Clock, RunClock } from './run-clock.ts';
import { slotCount, startedOf } from './run-facts.ts';
import { Slots } from './slots.ts';
import { Monitor } from './tools/monitor.ts';
import { TurnCanceller } from './turns/canceller.ts';
import { Completion } from './turns/completion.ts';
import type { Results } from './turns/results.ts';
import type { Transcripts } from './turns/transcript.ts';
import { TurnTable } from './turns/turn-table.ts';
import { Turns } from './turns/turns.ts';
import { WriteQuota } from './write-quota.ts';

/** The opened resources and restored state of a run. */
export interface RunDeps {
  id: string;
  dir: string;
  crew: Crew;
  environment: RunEnvironment;
  clock: Clock;
  runClock: RunClock;
  /** The journal already contains the start of the run and, if it was resumed, the resume. */
  recorder: Recorder;
  decider: Scheduler;
  results: Results;
  transcripts: Transcripts;
  host: SlotHost;
  notes: readonly string[];
  /**
   * Closes the run's resources after all events are flushed and all slots have ended. Returns a note for a person, or
   * null.
   */
  closed: (end: RunEnd) => Promise<string | null>;
}

/** The dependencies of a run's controller. */
export type ControllerDeps = Omit<RunDeps, 'host' | 'notes' | 'closed'> & Pick<LimitedRow, 'wake'>;

/** The components of a run's controller. */
export interface RunComponents {
  effects: Effects;
  table: TurnTable;
  slots: Slots;
  limits: RunLimits;
  throttled: ThrottledAgents;
  deadlines: Deadlines;
  leases: Leases;
  budget: Budget;
  requests: Requests;
  completion: Completion;
  reviews: Reviews;
  cache: ResultCache;
  turns: Turns;
  /** Present only in a row of a batch. */
  granted: GrantedSlots | null;
}

/** Creates the components of a run's controller. */
export function componentsOf(deps: ControllerDeps): RunComponents {
  const { recorder, decider, environment, clock, runClock, results, transcripts } = deps;
  const { state } = recorder;
  const { settings, rehearsal, seed, inputs } = startedOf(state);
  const given = { ...deps.crew.inputs, ...inputs };
  const crew = withFilledPaths(deps.crew, given);
  const { share } = environment;
  const { workspace } = settings;
  const effects = new Effects();
  const table = new TurnTable();
  const deadlines = new Deadlines();
  const canceller = new TurnCanceller(effects, deadlines, runClock);
  const endpoints = endpointsOf(environment);
  const endpointNames = new Map(crew.agents.map(({ name }) => [name, endpoints.get(name)?.name ?? null]));
  const limits = share?.limits({ now: () => runClock.now(), wake: deps.wake }) ?? limitsOf(deps, crew, endpoints);
  const throttled = new ThrottledAgents(endpointNames);
  const leases = new Leases({
    crew,
    recorder,
    decider,
    turns: table,
    deadlines,
    effects,
    clock: runClock,
    shared: share?.slots,
  });
  const granted = share ? new GrantedSlots({ slots: share.slots, recorder, decider, clock: runClock }) : null;
  const isAgent = new Set(crew.agents.map(({ name }) => name));
  const budget = new Budget(recorder.journaled, share);
  const requests = new Requests({
    turns: table,
    effects,
    recorder,
    leases,
    limits,
    access: (agent) => (isAgent.has(agent) ? environment.access(agent) : null),
    monitor: new Monitor(recorder, runClock),
    budget,
    writeQuota: new WriteQuota(state),
    deadlines,
    canceller,
    clock: runClock,
  });
  const toolTexts = new Map<string, ToolTexts>();
  const dispatcher = new Dispatcher({
    run: deps.id,
    crew,
    state,
    environment,
    rehearsal,
    seed,
    inputs: given,
    results,
    transcripts,
    toolTexts,
  });
  const completion = new Completion({ crew, recorder, decider, results, transcripts, effects });
  const reviews = new Reviews({
    crew,
    reviewer: environment.reviewer ?? 'nobody',
    recorder,
    results,
    completion,
    transcripts,
    effects,
  });
  const cache = new ResultCache({
    dir: deps.dir,
    crew,
    workspace,
    access: environment.cache ?? null,
    version: environment.versions['crewlane'] ?? '',
    recorder,
    dispatcher,
    completion,
    toolTexts,
    clock,
    effects,
  });
  const turns = new Turns({
    crew,
    table,
    effects,
    recorder,
    decider,
    dispatcher,
    requests,
    completion,
    results,
    transcripts,
    deadlines,
    canceller,
    runClock,
  });
  const slots = new Slots(crew, recorder, effects);
  return {
    ...{ effects, table, slots, limits, throttled, deadlines, leases, budget, requests },
    ...{ completion, reviews, cache, turns, granted },
  };
}

/** Restores the providers' limits that earlier processes of the run recorded. */
function limitsOf({ recorder, runClock, clock }: ControllerDeps, crew: Crew, endpoints: Endpoints): Limits {
  const t = runClock.now();
  const limits = new Limits(slotCount(recorder.state), limitSettings(crew));
  limits.restore(limitsBefore(recorder.state, endpoints, { t, wallMs: clock.wallMs() }));
  for (const draft of limits.cooldowns(t)) recorder.emit(draft);
  return limits;
}
