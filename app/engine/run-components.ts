import { limitsBefore } from '../../shared/control/limits/restore-limits.ts';
import { ThrottledAgents } from '../../shared/control/throttles/throttled-agents.ts';
import { withFilledPaths } from '../../shared/project/placeholders.ts';
import type { Crew } from '../../shared/project/schema.ts';
import type { EventDraft } from '../../shared/run/events.ts';
import type { SlotHost, SlotListener } from '../../shared/slot/host.ts';
import type { ToolTexts, TurnKey } from '../../shared/slot/protocol.ts';
import { GrantedSlots } from './batch/granted-slots.ts';
import { Budget } from './budget/budget.ts';
import { ResultCache } from './cache/cache.ts';
import type { Decider } from './decider.ts';
import type { Recorder } from './journal/recorder.ts';
import { Leases } from './leases/leases.ts';
import { endpointsOf } from './limits/endpoint.ts';
import { type Permits, RateLimiter } from './limits/rate-limiter.ts';
import { Dispatcher } from './prompts/dispatch.ts';
import type { RunEnd, RunEnvironment } from './request.ts';
import { Requests } from './requests.ts';
import { Reviews } from './reviews/reviews.ts';
import type { Clock, RunClock } from './run-clock.ts';
import { limitSettings, slotCount, startedOf } from './run-facts.ts';
import { slotListener } from './slot-listener.ts';
import { Monitor } from './tools/monitor.ts';
import { Completion } from './turns/completion.ts';
import type { Results } from './turns/results.ts';
import type { Transcripts } from './turns/transcript.ts';
import { Turns } from './turns/turns.ts';
import { WriteQuota } from './write-quota.ts';

/** What a run that is about to be carried has been opened with. */
export interface RunDeps {
  id: string;
  dir: string;
  project: Crew;
  environment: RunEnvironment;
  clock: Clock;
  runClock: RunClock;
  /** Its run has been started, and resumed where another process carried it before. */
  recorder: Recorder;
  decider: Decider;
  results: Results;
  transcripts: Transcripts;
  host: SlotHost;
  notes: readonly string[];
  /** Slot processes of the run, for who finds this process dead. */
  listSlots: (pids: readonly number[]) => void;
  /**
   * Closes what was opened, once everything is flushed and every slot has ended. Returns a note for a person, or null.
   */
  closed: (end: RunEnd) => Promise<string | null>;
}

/** What the parts of a run tell it. */
export interface RunCallbacks {
  now: () => number;
  /** There may be something to decide. */
  pump: () => void;
  /** Something waits for a time. */
  wakeLater: () => void;
  /** A turn, an answer or a look into the cache has come to its end. */
  ended: () => void;
  /** Nothing new starts. */
  isOver: () => boolean;
  /** The run lets go: what is still said is no part of it. */
  isClosing: () => boolean;
  text: (key: TurnKey, delta: string) => void;
  slotsFail: (detail: string) => void;
}

/** Those who do the work of a run, each with its own charge. */
export interface RunComponents {
  limiter: Permits;
  throttled: ThrottledAgents;
  leases: Leases;
  budget: Budget;
  completion: Completion;
  reviews: Reviews;
  cache: ResultCache;
  turns: Turns;
  /** Of a row of a batch. */
  granted: GrantedSlots | null;
  listener: SlotListener;
}

/** Makes the parts of a run and joins them. */
export function servicesOf(deps: RunDeps, callbacks: RunCallbacks): RunComponents {
  const { recorder, decider, host, environment, clock, results, transcripts } = deps;
  const { state } = recorder;
  const { settings, rehearsal, seed, inputs } = startedOf(state);
  const given = { ...deps.project.inputs, ...inputs };
  const project = withFilledPaths(deps.project, given);
  const { now, pump, ended } = callbacks;
  const { share } = environment;
  const emit = (draft: EventDraft) => {
    if (!callbacks.isClosing()) recorder.emit(draft);
  };
  const limiter =
    share?.limiter(now, emit, () => throttled.any && pump()) ??
    limiterOf(deps, new RateLimiter(slotCount(state), limitSettings(project), emit));
  const endpoints = endpointsOf(environment);
  const endpointNames = new Map(project.agents.map(({ name }) => [name, endpoints.get(name)?.name ?? null]));
  const throttled = new ThrottledAgents(state, endpointNames);
  const leases = new Leases({ project, recorder, decider, running: () => turns.all(), pump, shared: share?.slots });
  const granted = share ? new GrantedSlots({ slots: share.slots, recorder, decider, leases, now, pump }) : null;
  const budget = new Budget({ recorder, share, usedUp: () => requests.cancelWaiting() });
  const requests = new Requests({
    host,
    leases,
    limiter,
    monitor: new Monitor(recorder, now),
    budget,
    writeQuota: new WriteQuota(state),
    cancelForBudget: (turn) => turns.cancelForBudget(turn),
    now,
    find: (key) => turns.find(key),
    wakeLater: callbacks.wakeLater,
  });
  const { workspace } = settings;
  const toolTexts = new Map<string, ToolTexts>();
  const dispatcher = new Dispatcher({
    run: deps.id,
    project,
    state,
    environment,
    workspace,
    rehearsal,
    seed,
    inputs: given,
    results,
    transcripts,
    toolTexts,
  });
  const completion = new Completion({ project, recorder, decider, results, transcripts, workspace, ended });
  const reviews = new Reviews({
    project,
    workspace,
    reviewer: environment.reviewer ?? 'nobody',
    recorder,
    results,
    completion,
    transcripts,
    isOver: callbacks.isOver,
    answered: ended,
  });
  const cache = new ResultCache({
    dir: deps.dir,
    project,
    workspace,
    access: environment.cache ?? null,
    version: environment.versions['crewlane'] ?? '',
    recorder,
    dispatcher,
    completion,
    toolTexts,
    clock,
    isOver: callbacks.isOver,
    looked: ended,
  });
  const turns = new Turns({
    project,
    host,
    recorder,
    decider,
    dispatcher,
    requests,
    budget,
    completion,
    results,
    transcripts,
    clock,
    now,
    workspace,
    ended,
  });
  const listener = slotListener({
    project,
    host,
    recorder,
    turns,
    requests,
    closing: callbacks.isClosing,
    listSlots: deps.listSlots,
    text: callbacks.text,
    slotsFail: callbacks.slotsFail,
    pump,
  });
  return { limiter, throttled, leases, budget, completion, reviews, cache, turns, granted, listener };
}

/** It goes on with what another process was told by the providers. */
function limiterOf({ recorder, environment, runClock, clock }: RunDeps, limiter: RateLimiter): RateLimiter {
  const t = runClock.now();
  limiter.restore(limitsBefore(recorder.state, endpointsOf(environment), { t, wallMs: clock.wallMs() }));
  for (const draft of limiter.cooldowns(t)) recorder.emit(draft);
  return limiter;
}
