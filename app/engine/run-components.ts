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
import { type Permits, RateLimiter } from './limits/rate-limiter.ts';
import { lanesOf, limitsBefore } from './limits/restore-limits.ts';
import { ThrottledAgents } from './limits/throttled-agents.ts';
import { Dispatcher } from './prompts/dispatch.ts';
import type { RunEnd, RunEnvironment } from './request.ts';
import { Requests } from './requests.ts';
import { Reviews } from './reviews/reviews.ts';
import type { Clock, RunClock } from './run-clock.ts';
import { limiterSettings, slotCount, startedOf } from './run-facts.ts';
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
  carrier: RunEnvironment;
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
  holds: ThrottledAgents;
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
export function servicesOf(parts: RunDeps, links: RunCallbacks): RunComponents {
  const { recorder, decider, host, carrier, clock, results, transcripts } = parts;
  const { state } = recorder;
  const { settings, rehearsal, seed, inputs } = startedOf(state);
  const given = { ...parts.project.inputs, ...inputs };
  const project = withFilledPaths(parts.project, given);
  const { now, pump, ended } = links;
  const { share } = carrier;
  const emit = (draft: EventDraft) => {
    if (!links.isClosing()) recorder.emit(draft);
  };
  const limiter =
    share?.limiter(now, emit, () => holds.any && pump()) ??
    limiterOf(parts, new RateLimiter(slotCount(state), limiterSettings(project), emit));
  const holds = new ThrottledAgents({ state, limiter, carrier });
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
    giveUp: (turn) => turns.cancelForBudget(turn),
    now,
    find: (key) => turns.find(key),
    wakeLater: links.wakeLater,
  });
  const { workspace } = settings;
  const toolTexts = new Map<string, ToolTexts>();
  const dispatcher = new Dispatcher({
    run: parts.id,
    project,
    state,
    carrier,
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
    reviewer: carrier.reviewer ?? 'nobody',
    recorder,
    results,
    completion,
    transcripts,
    isOver: links.isOver,
    answered: ended,
  });
  const cache = new ResultCache({
    dir: parts.dir,
    project,
    workspace,
    access: carrier.cache ?? null,
    version: carrier.versions['crewlane'] ?? '',
    recorder,
    dispatcher,
    completion,
    toolTexts,
    clock,
    isOver: links.isOver,
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
    closing: links.isClosing,
    listSlots: parts.listSlots,
    text: links.text,
    slotsFail: links.slotsFail,
    pump,
  });
  return { limiter, holds, leases, budget, completion, reviews, cache, turns, granted, listener };
}

/** It goes on with what another process was told by the providers. */
function limiterOf({ recorder, carrier, runClock, clock }: RunDeps, limiter: RateLimiter): RateLimiter {
  const t = runClock.now();
  limiter.restore(limitsBefore(recorder.state, lanesOf(carrier), { t, wallMs: clock.wallMs() }));
  for (const draft of limiter.stillHeld(t)) recorder.emit(draft);
  return limiter;
}
