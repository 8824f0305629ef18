import type { Crew } from '../../crew/schema.ts';
import { withoutBranches } from '../../crew/without-branches.ts';
import type { CallCount } from '../../run/call-count.ts';
import type { EventDraft } from '../../run/events.ts';
import { type Graph, graphOf } from '../../scheduler/graph.ts';
import { ranksOf } from '../../scheduler/ranks.ts';
import { Scheduler } from '../../scheduler/scheduler.ts';
import { earliest } from '../base/earliest.ts';
import type { Union } from '../base/machine.ts';
import { FailedAttempts, resultOf } from './failed-attempts.ts';
import { LimitedCalls, ONE_CALL } from './limited-calls.ts';
import {
  SEQUENTIAL_LANE,
  type SimulatedFailure,
  type Simulation,
  type SimulationOptions,
  withCapacities,
} from './simulation.ts';
import { callOf, endOf, idOf, succeeded, type TurnEnd } from './turn-events.ts';
import { partOf, turnLength, type VirtualTask, type VirtualTurn } from './virtual-task.ts';
import { VirtualTime } from './virtual-time.ts';

type Input = Union<{
  'turn.ended': VirtualTurn;
  'call.ended': { calling: Calling; permit: string; ms: number };
  /** The forced wait of a task has ended. */
  'wait.ended': { task: VirtualTask };
  'review.answered': { task: VirtualTask; when: 'before' | 'after' };
  /** The time of a retry or of a limit has come. */
  wake: object;
}>;

/** A turn whose model calls need permits. */
interface Calling {
  readonly turn: VirtualTurn;
  readonly count: CallCount;
  /** Its length without waits for permits. */
  readonly ms: number;
  made: number;
}

type DraftOf<Type extends EventDraft['type']> = Extract<EventDraft, { type: Type }>;

/** A run in virtual time: the scheduler, and on request the limits, failures and reviews of the options. */
export class SimulatedRun {
  readonly #options: SimulationOptions;
  readonly #scheduler: Scheduler;
  readonly #graph: Graph;
  readonly #tasks: readonly VirtualTask[];
  /** Some tasks take no slot and no time. */
  readonly #someTakeNothing: boolean;
  readonly #started: VirtualTask[] = [];
  readonly #time = new VirtualTime<Input>();
  /** Null without limits. */
  readonly #limited: LimitedCalls | null;
  readonly #calling = new Map<string, Calling>();
  /** Null without failures. */
  readonly #failed: FailedAttempts | null;
  #wakesAt: number | null = null;
  #makespan = 0;

  constructor(crew: Crew, options: SimulationOptions) {
    this.#options = options;
    const open = withoutBranches(crew);
    const virtual = options.capacities ? withCapacities(open, options.capacities) : open;
    this.#graph = graphOf(virtual);
    this.#tasks = this.#graph.tasks.map((graph) => {
      return { graph, busy: options.durations[graph.name] ?? null, turnsLeft: graph.turns.length, times: null };
    });
    this.#someTakeNothing = this.#tasks.some(({ busy }) => busy === null);
    this.#scheduler = new Scheduler(virtual, { lane: options.capacities?.[SEQUENTIAL_LANE] ?? 1 });
    const agents = virtual.agents.map(({ name }) => name);
    this.#limited = options.limits ? new LimitedCalls(options.limits, agents, options.slots) : null;
    this.#failed = options.failures ? new FailedAttempts(virtual, options.failures) : null;
    const ranks = options.ranks ?? ranksOf(this.#graph, (task) => this.#tasks[task.index]?.busy ?? 0);
    this.#scheduler.begin(ranks, options.slots);
    for (let slot = 1; slot <= options.slots; slot += 1) {
      this.#scheduler.applyAt({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 }, 0);
    }
    for (const task of options.reused ?? []) this.#scheduler.applyAt({ type: 'task.completed', task, text: '' }, 0);
  }

  run(): Simulation {
    this.#decideAll(0);
    for (let input = this.#time.take(); input !== undefined; input = this.#time.take()) {
      const t = this.#time.now;
      this.#react(input, t);
      // Everything that ends at one time ends before anything new starts.
      if (this.#time.next !== t) this.#decideAll(t);
    }
    const tasks: Simulation['tasks'] = {};
    for (const { graph, times } of this.#started) if (times) tasks[graph.name] = times;
    return { makespan_ms: this.#makespan, tasks };
  }

  #react(input: Input, t: number): void {
    switch (input.type) {
      case 'turn.ended':
        this.#turnEnded(input, t);
        return;
      case 'call.ended':
        this.#callEnded(input, t);
        return;
      case 'wait.ended':
        this.#complete(input.task, t);
        return;
      case 'review.answered':
        this.#approve(input.task, input.when, t);
        return;
      case 'wake':
        this.#wakesAt = null;
        return;
      default:
        input satisfies never;
    }
  }

  #decideAll(t: number): void {
    this.#joinAll(t);
    for (let decision = this.#next(t); decision !== null; decision = this.#next(t)) {
      this.#scheduler.applyAt(decision, t);
      this.#carryOut(decision, t);
      this.#joinAll(t);
    }
    if (this.#limited || this.#failed) this.#wake(earliest(this.#scheduler.wakeAt(), this.#limited?.wakeAt(t) ?? null));
  }

  /** Completes the tasks whose instances have ended, which takes no time. */
  #joinAll(t: number): void {
    for (let [work] = this.#scheduler.work(); work; [work] = this.#scheduler.work())
      this.#complete(this.#task(work.task), t);
  }

  #next(t: number): EventDraft | null {
    if (this.#limited === null) return this.#scheduler.next(t);
    for (const { turn, permit } of this.#limited.grants(t)) this.#startCall(turn, permit, t);
    return this.#limited.throttle(t) ?? this.#scheduler.next(t);
  }

  #wake(at: number | null): void {
    if (at === null || (this.#wakesAt !== null && this.#wakesAt <= at)) return;
    this.#wakesAt = at;
    this.#time.at(at, { type: 'wake' });
  }

  #carryOut(decision: EventDraft, t: number): void {
    switch (decision.type) {
      case 'attempt.started':
        this.#start(this.#task(decision.task), decision, t);
        return;
      case 'task.ready':
        if (this.#someTakeNothing) this.#completeAtOnce(this.#task(decision.task), t);
        return;
      case 'cache.asked':
        this.#scheduler.applyAt({ type: 'cache.missed', task: decision.task }, t);
        return;
      case 'review.asked':
        this.#review(decision, t);
        return;
      case 'task.failed':
      case 'task.skipped':
        this.#ended(this.#task(decision.task), t);
        return;
      default: // The others change only the scheduler's state.
        return;
    }
  }

  #completeAtOnce(task: VirtualTask, t: number): void {
    if (task.busy === null) this.#complete(task, t);
  }

  #start(task: VirtualTask, started: DraftOf<'attempt.started'>, t: number): void {
    const { attempt, turn: name, slot, agent } = started;
    this.#failed?.reduce(started, t);
    if (task.times === null) {
      task.times = { start_ms: t, end_ms: t, slot };
      this.#started.push(task);
    }
    const failure = this.#failed?.failureOf(task.graph.name, attempt) ?? null;
    const turn = { type: 'turn.ended', task, name, attempt, agent, start: t, failure } as const;
    const ms = failure?.ms ?? turnLength(task, name);
    if (name !== undefined) {
      task.times.turns ??= {};
      task.times.turns[name] = { start_ms: task.times.turns[name]?.start_ms ?? t, end_ms: t + ms, slot };
    }
    if (this.#limited === null) this.#time.at(t + ms, turn);
    else this.#beginCalls(turn, ms, t);
  }

  #beginCalls(turn: VirtualTurn, ms: number, t: number): void {
    const count = this.#options.limits?.calls?.[turn.task.graph.name] ?? ONE_CALL;
    this.#calling.set(idOf(turn), { turn, count, ms, made: 0 });
    this.#limited?.request(idOf(turn), turn.agent, count.tokens, t);
  }

  #startCall(id: string, permit: string, t: number): void {
    const calling = this.#calling.get(id);
    if (!calling) return;
    const ms = partOf(calling.ms, calling.count.calls, calling.made);
    calling.made += 1;
    this.#time.at(t + ms, { type: 'call.ended', calling, permit, ms });
  }

  #callEnded({ calling, permit, ms }: Extract<Input, { type: 'call.ended' }>, t: number): void {
    const { turn, count, made } = calling;
    const isLast = made === count.calls;
    this.#limited?.ended(permit, ms, count.tokens, isLast ? endOf(turn) : 'answered', t);
    this.#failed?.reduce(callOf(turn, ms, count.tokens), t);
    if (!isLast) {
      this.#limited?.request(idOf(turn), turn.agent, count.tokens, t);
      return;
    }
    this.#calling.delete(idOf(turn));
    this.#turnEnded(turn, t);
  }

  #turnEnded(turn: VirtualTurn, t: number): void {
    const { task, name } = turn;
    const place = name === undefined ? undefined : task.times?.turns?.[name];
    if (place) place.end_ms = t;
    if (turn.failure === null) this.#applyEnd(succeeded(turn), t);
    else if (this.#fail(turn, turn.failure, t)) return;
    task.turnsLeft -= 1;
    if (task.turnsLeft > 0) return;
    // Without a successful turn the scheduler fails the task.
    if (this.#failed && !task.graph.reviewedAfter && !this.#scheduler.isAnswered(task.graph.name)) return;
    const wait = this.#options.waits?.[task.graph.name] ?? 0;
    if (wait > 0) this.#time.at(t + wait, { type: 'wait.ended', task });
    else if (!task.graph.reviewedAfter) this.#complete(task, t);
  }

  /** Ends a turn that fails. Returns whether another attempt follows. */
  #fail(turn: VirtualTurn, { failure }: SimulatedFailure, t: number): boolean {
    const next = this.#failed?.afterFailure(turn, failure, t);
    const again = next?.retry ? { retry_at: next.retryAt } : {};
    const limited = next?.retry && next.rateLimited ? { rate_limited: true as const } : {};
    const { kind, message } = failure;
    this.#applyEnd({ ...succeeded(turn), result: resultOf(kind), kind, message, ...again, ...limited }, t);
    return next?.retry ?? false;
  }

  #applyEnd(end: TurnEnd, t: number): void {
    this.#scheduler.applyAt(end, t);
    this.#failed?.reduce(end, t);
  }

  #review({ task: name, when }: DraftOf<'review.asked'>, t: number): void {
    if (when === 'tool') return;
    const task = this.#task(name);
    const ms = this.#options.reviewMs?.[name] ?? 0;
    if (ms === 0) this.#approve(task, when, t);
    else this.#time.at(t + ms, { type: 'review.answered', task, when });
  }

  #approve(task: VirtualTask, when: 'before' | 'after', t: number): void {
    this.#scheduler.applyAt({ type: 'review.answered', task: task.graph.name, when, answer: 'approved' }, t);
    if (when === 'after') this.#complete(task, t);
  }

  #complete(task: VirtualTask, t: number): void {
    this.#ended(task, t);
    if (task.graph.isAssignment) this.#assign(task.graph.index, t);
    const { name } = task.graph;
    const completed = { type: 'task.completed', task: name, text: '' } as const;
    const event = this.#failed ? { ...completed, ...completedFlags(this.#scheduler, name) } : completed;
    this.#scheduler.applyAt(event, t);
  }

  #ended(task: VirtualTask, t: number): void {
    if (task.times) task.times.end_ms = t;
    this.#makespan = Math.max(this.#makespan, t);
  }

  #assign(assignment: number, t: number): void {
    for (const task of this.#graph.tasks) {
      const { name } = task;
      const agent = task.assignment === assignment ? this.#options.agents?.[name] : undefined;
      if (agent !== undefined) this.#scheduler.applyAt({ type: 'task.assigned', task: name, agent }, t);
    }
  }

  #task(name: string): VirtualTask {
    const task = this.#tasks[this.#graph.byName.get(name)?.index ?? -1];
    if (!task) throw new Error(`There is no task ${name}.`);
    return task;
  }
}

/** Returns the fields of `task.completed` that depend on the task's context. */
function completedFlags(scheduler: Scheduler, task: string): { degraded?: true; missing?: string[] } {
  const { degraded, missing } = scheduler.completionFlags(task);
  return { ...(degraded ? { degraded: true } : {}), ...(missing.length > 0 ? { missing: [...missing] } : {}) };
}
