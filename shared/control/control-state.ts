import { joinValues, type Values, withFilledPaths } from '../crew/placeholders.ts';
import type { Crew, Task } from '../crew/schema.ts';
import { memoized } from '../memoized.ts';
import type { EventDraft, RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { RunEnd } from './base/command.ts';
import type { Effect } from './base/effect.ts';
import type { PlanView } from './base/plan.ts';
import { CachePhases } from './cache/cache-phases.ts';
import { Conditions, type Given } from './conditions/conditions.ts';
import type { ControlContext } from './context.ts';
import { Deadlines } from './deadlines/deadlines.ts';
import { itemFor } from './expansion/scope.ts';
import { inputsFor, type ValuesOfRun, valuesFor } from './expansion/values.ts';
import { Leases } from './leases/leases.ts';
import type { RunLimits } from './limits/limits.ts';
import { Permits } from './limits/permits.ts';
import { Questions } from './questions/questions.ts';
import type { Recorder } from './recorder.ts';
import { Reviews } from './reviews/reviews.ts';
import { startedOf } from './run-facts.ts';
import { Slots } from './slots/slots.ts';
import { ThrottledAgents } from './throttles/throttled-agents.ts';
import { CallQuota } from './tools/call-quota.ts';
import { Monitor } from './tools/monitor.ts';
import { WriteQuota } from './tools/write-quota.ts';
import { CompletedResults } from './turns/completed-results.ts';
import type { Results } from './turns/results.ts';
import type { Transcripts } from './turns/transcripts.ts';
import { TurnTable } from './turns/turn-table.ts';

/** The texts of a run that its journal stores in blobs. */
export interface RunTexts {
  results: Results;
  transcripts: Transcripts;
}

/**
 * The state of a run's controller: what the journal determines, and machines that start empty in each process. Only
 * the functions of this folder change it, during a step.
 */
export class ControlState {
  readonly context: ControlContext;
  readonly recorder: Recorder;
  readonly results: Results;
  readonly transcripts: Transcripts;
  readonly limits: RunLimits;
  readonly permits = new Permits();
  readonly throttles: ThrottledAgents;
  readonly turns = new TurnTable();
  readonly deadlines = new Deadlines();
  readonly leases: Leases;
  readonly monitor = new Monitor();
  readonly writeQuota: WriteQuota;
  readonly callQuota: CallQuota;
  readonly reviews = new Reviews();
  readonly questions = new Questions();
  readonly cache = new CachePhases();
  readonly conditions = new Conditions();
  readonly completed = new CompletedResults();
  readonly slots = new Slots();
  /** The sources of the values of placeholders, and of the items of instances. */
  readonly values: ValuesOfRun;
  /** The part of the run that plans of turns depend on. */
  readonly planView: PlanView;
  /** Slots that the batch has granted and in which no turn has started yet. */
  readonly unusedGrants = new Set<number>();
  /** Set when the run is about to end: no turn starts, and the run ends this way as soon as it is idle. */
  ending: RunEnd | null = null;
  /** Whether the run has ended. Later reports do not belong to it. */
  isClosed = false;

  readonly #filled: (crew: Crew) => FilledCrew;

  /** The journal of `recorder` already contains the start of the run and, if it was resumed, the resume. */
  constructor(context: ControlContext, recorder: Recorder, limits: RunLimits, { results, transcripts }: RunTexts) {
    const { run } = recorder.state;
    this.context = context;
    this.recorder = recorder;
    this.#filled = memoized((crew: Crew) => filledCrew(crew, startedOf(run).inputs));
    this.results = results;
    this.transcripts = transcripts;
    this.limits = limits;
    this.throttles = new ThrottledAgents(
      // An agent with fallbacks does not wait for its provider.
      new Map(
        this.crew.agents.map(({ name }) => [
          name,
          context.canFallBack?.(name) ? null : (context.endpointOf(name)?.name ?? null),
        ]),
      ),
    );
    this.leases = new Leases(this.crew, run.seq);
    this.writeQuota = new WriteQuota(run);
    this.callQuota = new CallQuota(run);
    this.values = valuesOfRun(run, results, joinValues(context.crew.inputs, startedOf(run).inputs ?? {}));
    this.planView = this.#planView();
  }

  get run(): RunState {
    return this.recorder.state.run;
  }

  /** The crew of the run, with the tasks that its tasks expanded to so far. Inputs are filled into output files. */
  get crew(): Crew {
    return this.#filled(this.run.crew).crew;
  }

  /** The tasks of `crew`, by name. */
  get tasks(): ReadonlyMap<string, Task> {
    return this.#filled(this.run.crew).tasks;
  }

  /** Returns what the expressions of a task can use. */
  givenFor(task: string): Given {
    const { run, tasks, values, results } = this;
    return { run, tasks, inputs: inputsFor(values, task), resultOf: (other) => results.of(other) };
  }

  get scheduler(): Scheduler {
    return this.recorder.state.scheduler;
  }

  /** The run time of the current step, in whole ms. */
  get now(): number {
    return this.recorder.now;
  }

  /** Whether the run is about to end. */
  get isOver(): boolean {
    return this.ending !== null;
  }

  /** Whether a turn is running, a result is being written, looked up or reviewed, or a condition is being evaluated. */
  get isBusy(): boolean {
    return (
      this.turns.count > 0 ||
      this.completed.isBusy ||
      this.reviews.isBusy ||
      this.cache.isBusy ||
      this.conditions.isBusy
    );
  }

  emit(draft: EventDraft): RunEvent {
    return this.recorder.emit(draft);
  }

  effect(effect: Effect): void {
    this.recorder.effect(effect);
  }

  #planView(): PlanView {
    const { run, results, transcripts, cache } = this;
    return {
      run,
      resultOf: (task) => results.of(task),
      outputOf: (task, turn) => results.outputOf(task, turn),
      transcriptOf: (task, turn) => transcripts.of(task, turn),
      nestedConversationsOf: (task, turn) => transcripts.asidesOf(task, turn),
      toolTextsOf: (task) => cache.toolTextsOf(task),
      itemOf: (task) => itemFor(this.values, task),
      inputsOf: (task) => inputsFor(this.values, task),
      valuesOf: (task) => valuesFor(this.values, task),
    };
  }
}

function valuesOfRun(run: RunState, results: Results, inputs: Values): ValuesOfRun {
  return {
    inputs,
    // The crew grows when a task expands.
    get crew() {
      return run.crew;
    },
    itemsOf: (task) => results.itemsOf(task),
    countOf: (task) => run.tasks.get(task)?.expansion?.count ?? 0,
    resultOf: (task) => results.of(task),
  };
}

interface FilledCrew {
  crew: Crew;
  tasks: ReadonlyMap<string, Task>;
}

function filledCrew(crew: Crew, inputs: Values = {}): FilledCrew {
  const filled = withFilledPaths(crew, joinValues(crew.inputs, inputs));
  return { crew: filled, tasks: new Map(filled.tasks.map((task) => [task.name, task])) };
}
