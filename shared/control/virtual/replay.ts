import type { Crew } from '../../crew/schema.ts';
import { withoutBranches } from '../../crew/without-branches.ts';
import { isAssignment } from '../../run/assignment.ts';
import type { EventDraft } from '../../run/events.ts';
import { type Graph, graphOf } from '../../scheduler/graph.ts';
import { Scheduler } from '../../scheduler/scheduler.ts';
import { earliest } from '../base/earliest.ts';
import { LimitedCalls } from './limited-calls.ts';
import type { ReplayPlan, Step, TurnPlan } from './replay-types.ts';
import { SEQUENTIAL_LANE, type Simulation, withCapacities } from './simulation.ts';
import { VirtualTime } from './virtual-time.ts';

/** Replays a plan. Returns the resulting schedule. */
export function replay(crew: Crew, plan: ReplayPlan): Simulation {
  return new Replay(withCapacities(crew, plan.capacities), plan).run();
}

type Act = (t: number) => void;

type Draft<Type extends EventDraft['type']> = Extract<EventDraft, { type: Type }>;
type Started = Draft<'attempt.started'>;
type Call = Extract<Step, { kind: 'call' }>;

/** A running turn and the rest of its plan. */
interface Running {
  started: Started;
  plan: TurnPlan;
  next: number;
}

const NO_WORK: TurnPlan = {
  steps: [],
  permitMs: 0,
  modelMs: new Map(),
  toolMs: new Map(),
  result: 'ok',
  retryMs: null,
  rateLimited: false,
};

class Replay {
  readonly #plan: ReplayPlan;
  readonly #graph: Graph;
  readonly #scheduler: Scheduler;
  readonly #time = new VirtualTime<Act>();
  /** The number of started turns, by task and turn. */
  readonly #starts = new Map<string, number>();
  readonly #reviews = new Map<string, number>();
  /** Turns that wait for a lease, by request ID. */
  readonly #waiting = new Map<string, { running: Running; step: Extract<Step, { kind: 'take' }> }>();
  /** Null without limits. */
  readonly #limited: LimitedCalls | null;
  /** Turns that wait for a permit, by task and turn. */
  readonly #calling = new Map<string, { running: Running; step: Call }>();
  #wakesAt: number | null = null;
  readonly #ended = new Set<string>();
  readonly #tasks: Simulation['tasks'] = {};
  #makespan = 0;
  #requests = 0;

  constructor(crew: Crew, plan: ReplayPlan) {
    this.#plan = plan;
    this.#graph = graphOf(crew);
    this.#scheduler = new Scheduler(withoutBranches(crew), { lane: plan.capacities[SEQUENTIAL_LANE] ?? 1 });
    const agents = crew.agents.map(({ name }) => name);
    this.#limited = plan.limits ? new LimitedCalls(plan.limits, agents, plan.slots) : null;
  }

  run(): Simulation {
    this.#scheduler.begin(this.#plan.ranks, this.#plan.slots);
    for (const { t, event } of this.#plan.external) this.#at(t, (now) => this.#scheduler.applyAt(event, now));
    this.#decideAll(0);
    for (let act = this.#next(); act; act = this.#next()) {
      const t = this.#time.now;
      act(t);
      if (this.#time.next !== t) this.#decideAll(t);
    }
    return { makespan_ms: this.#makespan, tasks: this.#tasks };
  }

  #next(): Act | undefined {
    return this.#time.take() ?? this.#unblocked();
  }

  /** If turns wait for each other's leases, the first one gives up, because the wait would never end. */
  #unblocked(): Act | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    const [id, { running, step }] = first;
    return (t) => {
      this.#waiting.delete(id);
      this.#scheduler.applyAt({ type: 'resource.timed_out', ...this.#request(running, step, id) }, t);
      this.#advance(running, t);
    };
  }

  #at(t: number, act: Act): void {
    this.#time.at(t, act);
  }

  #decideAll(t: number): void {
    this.#joinAll(t);
    for (let decision = this.#decide(t); decision !== null; decision = this.#decide(t)) {
      this.#scheduler.applyAt(decision, t);
      this.#carryOut(decision, t);
      this.#joinAll(t);
    }
    const wake = earliest(this.#scheduler.wakeAt(), this.#limited?.wakeAt(t) ?? null);
    if (wake === null || wake <= t || wake === this.#time.next || wake === this.#wakesAt) return;
    this.#wakesAt = wake;
    this.#at(wake, () => {
      if (this.#wakesAt === wake) this.#wakesAt = null;
    });
  }

  /** Completes the tasks whose instances have ended, which takes no time. */
  #joinAll(t: number): void {
    for (let [work] = this.#scheduler.work(); work; [work] = this.#scheduler.work()) this.#complete(work.task, t);
  }

  #decide(t: number): EventDraft | null {
    if (this.#limited === null) return this.#scheduler.next(t);
    for (const { turn, permit } of this.#limited.grants(t)) this.#startCall(turn, permit, t);
    return this.#limited.throttle(t) ?? this.#scheduler.next(t);
  }

  #carryOut(decision: EventDraft, t: number): void {
    switch (decision.type) {
      case 'attempt.started':
        this.#start(decision, t);
        return;
      case 'resource.acquired':
        this.#acquired(decision.id, t);
        return;
      case 'task.ready':
        if (!this.#plan.tasks.has(decision.task)) this.#complete(decision.task, t);
        return;
      case 'cache.asked':
        this.#lookUp(decision.task, t);
        return;
      case 'review.asked':
        this.#review(decision, t);
        return;
      case 'task.failed':
      case 'task.skipped':
      case 'task.not_chosen':
        this.#end(decision.task, t);
        return;
      default: // The others change only the scheduler's state.
        return;
    }
  }

  #start(started: Started, t: number): void {
    const { task, turn, slot } = started;
    const key = `${task} ${turn ?? ''}`;
    const count = this.#starts.get(key) ?? 0;
    this.#starts.set(key, count + 1);
    const turns = this.#plan.tasks.get(task)?.turns.get(turn ?? null) ?? [];
    this.#tasks[task] ??= { start_ms: t, end_ms: t, slot };
    this.#advance(
      { started, plan: turns[count] ?? turns.findLast(({ result }) => result === 'ok') ?? NO_WORK, next: 0 },
      t,
    );
  }

  /** Advances a turn to its next work, to a lease that it waits for, or to its end. */
  #advance(running: Running, t: number): void {
    const step = running.plan.steps[running.next];
    running.next += 1;
    if (!step) this.#endTurn(running, t);
    else if (step.kind === 'work') this.#at(t + step.ms, (now) => this.#advance(running, now));
    else if (step.kind === 'call') this.#call(running, step, t);
    else if (step.kind === 'take') this.#take(running, step, t);
    else {
      this.#scheduler.applyAt({ type: 'resource.released', ...turnOf(running), ...named(step) }, t);
      this.#advance(running, t);
    }
  }

  #call(running: Running, step: Call, t: number): void {
    if (this.#limited === null) {
      this.#at(t + step.ms, (now) => this.#advance(running, now));
      return;
    }
    const { task, turn = '' } = running.started;
    this.#calling.set(`${task} ${turn}`, { running, step });
    this.#limited.request(`${task} ${turn}`, step.agent, step.tokens, t);
    // Permits are granted even if nothing else happens at this time.
    if (this.#time.next !== t) this.#at(t, () => undefined);
  }

  #startCall(turn: string, permit: string, t: number): void {
    const calling = this.#calling.get(turn);
    this.#calling.delete(turn);
    if (!calling) return;
    const { running, step } = calling;
    this.#at(t + step.ms, (now) => {
      this.#limited?.ended(permit, step.ms, step.tokens, 'answered', now);
      this.#advance(running, now);
    });
  }

  #take(running: Running, step: Extract<Step, { kind: 'take' }>, t: number): void {
    if (this.#scheduler.wouldDeadlock({ ...turnOf(running), resource: step.resource })) {
      this.#advance(running, t);
      return;
    }
    this.#requests += 1;
    const id = `lease ${this.#requests}`;
    this.#waiting.set(id, { running, step });
    this.#scheduler.applyAt({ type: 'resource.requested', ...this.#request(running, step, id) }, t);
    // The scheduler is called again even if nothing else happens at this time.
    if (this.#time.next !== t) this.#at(t, () => undefined);
  }

  #request(running: Running, step: Extract<Step, { kind: 'take' }>, id: string) {
    return { ...turnOf(running), id, ...named(step) };
  }

  #acquired(id: string, t: number): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) this.#advance(waiting.running, t);
  }

  #endTurn(running: Running, t: number): void {
    const { result, retryMs, rateLimited } = running.plan;
    const { task } = running.started;
    this.#scheduler.applyAt(
      {
        type: 'attempt.ended',
        ...turnOf(running),
        result,
        ...(retryMs === null ? {} : { retry_at: t + retryMs }),
        ...(rateLimited ? { rate_limited: true as const } : {}),
      },
      t,
    );
    const place = this.#tasks[task];
    if (place) place.end_ms = t;
    this.#completeIfAnswered(task, t);
  }

  #completeIfAnswered(task: string, t: number): void {
    if (!this.#scheduler.isAnswered(task)) return;
    const ms = this.#plan.tasks.get(task)?.recordMs ?? 0;
    if (ms === 0) this.#complete(task, t);
    else this.#at(t + ms, (now) => this.#complete(task, now));
  }

  #lookUp(task: string, t: number): void {
    const { ms, found } = this.#plan.tasks.get(task)?.lookup ?? { ms: 0, found: false };
    this.#at(t + ms, (now) => {
      if (found) this.#complete(task, now);
      else this.#scheduler.applyAt({ type: 'cache.missed', task }, now);
    });
  }

  #review({ task, when }: Draft<'review.asked'>, t: number): void {
    const count = this.#reviews.get(task) ?? 0;
    this.#reviews.set(task, count + 1);
    const { ms, answer } = this.#plan.tasks.get(task)?.reviews[count] ?? { ms: 0, answer: 'approved' as const };
    this.#at(t + ms, (now) => {
      this.#scheduler.applyAt({ type: 'review.answered', task, when, answer }, now);
      this.#completeIfAnswered(task, now);
    });
  }

  #complete(task: string, t: number): void {
    if (this.#ended.has(task)) return;
    if (isAssignment(task)) this.#assign(task, t);
    const { degraded, missing } = this.#scheduler.completionFlags(task);
    const flags = { ...(degraded ? { degraded: true as const } : {}), missing: [...missing] };
    this.#scheduler.applyAt({ type: 'task.completed', task, text: '', ...flags }, t);
    this.#end(task, t);
  }

  #assign(assignment: string, t: number): void {
    const chosen = this.#graph.byName.get(assignment)?.index;
    for (const [task, { assignedTo }] of this.#plan.tasks)
      if (assignedTo !== null && this.#graph.byName.get(task)?.assignment === chosen)
        this.#scheduler.applyAt({ type: 'task.assigned', task, agent: assignedTo }, t);
  }

  #end(task: string, t: number): void {
    this.#ended.add(task);
    const place = this.#tasks[task];
    if (place) place.end_ms = t;
    if (!isAssignment(task)) this.#makespan = Math.max(this.#makespan, t);
  }
}

function turnOf({ started: { task, attempt, turn } }: Running): { task: string; attempt: number; turn?: string } {
  return turn === undefined ? { task, attempt } : { task, attempt, turn };
}

function named({ resource, holder }: { resource: string; holder: string }): { resource: string; holder: string } {
  return { resource, holder };
}
