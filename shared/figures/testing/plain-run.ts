import type { Crew } from '../../crew/schema.ts';
import { ASSIGNMENT, type EventOf, type RunEvent } from '../../run/events.ts';
import type { WaitReason } from '../../run/wait-reason.ts';

/** A turn, from its two events. */
export interface PlainTurn {
  task: string;
  turn: string | null;
  slot: number;
  agent: string;
  start: number;
  end: number;
  result: EventOf<'attempt.ended'>['result'];
  retryAt: number | null;
  limited: boolean;
}

interface Span {
  start: number;
  end: number;
}

/** The state of a task in one millisecond. */
export type Doing = 'running' | { reason: WaitReason; pool: string | null };

/**
 * Derives the state of a finished run from its events, millisecond by millisecond, in the simplest way. It shares no
 * code with the fold, the waits and the figures, which it checks.
 */
export class PlainRun {
  readonly crew: Crew;
  readonly events: readonly RunEvent[];
  readonly turns: readonly PlainTurn[];
  /** The last task's end. */
  readonly end: number;
  readonly #pauses: readonly Span[];

  constructor(crew: Crew, events: readonly RunEvent[]) {
    this.crew = crew;
    this.events = events;
    this.turns = turnsIn(events);
    this.end = Math.max(0, ...crew.tasks.map(({ name }) => this.endOf(name)));
    this.#pauses = this.#between('run.paused', ['run.unpaused', 'run.resumed', 'run.finished'], () => true);
  }

  of<Type extends RunEvent['type']>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  /** Returns every millisecond of the run. */
  milliseconds(): number[] {
    return Array.from({ length: this.end }, (_, t) => t);
  }

  endOf(task: string): number {
    const end = this.events.find((event) => isEnd(event) && event.task === task);
    if (!end) throw new Error(`${task} has not ended.`);
    return end.t;
  }

  status(task: string): string {
    return this.events.find((event) => isEnd(event) && event.task === task)?.type.replace('task.', '') ?? 'pending';
  }

  turnsOf(task: string): PlainTurn[] {
    return this.turns.filter((turn) => turn.task === task);
  }

  busyOf(task: string): number {
    return this.turnsOf(task).reduce((sum, { start, end }) => sum + end - start, 0);
  }

  isRunning(task: string, t: number): boolean {
    return this.turnsOf(task).some((turn) => at(turn, t));
  }

  running(t: number): number {
    return this.turns.filter((turn) => at(turn, t)).length;
  }

  /** Whether the run is paused and nothing runs, so that the millisecond is not part of the makespan. */
  isOut(t: number): boolean {
    return this.running(t) === 0 && this.#pauses.some((pause) => at(pause, t));
  }

  slots(t: number): number {
    const said = this.events.flatMap((event) => {
      if (event.type === 'run.started') return [event.settings.slots];
      return event.type === 'run.slots' && event.t <= t ? [event.slots] : [];
    });
    return said.at(-1) ?? 0;
  }

  agentOf(task: string): string | null {
    const declared = this.crew.tasks.find(({ name }) => name === task);
    return this.of('task.assigned').findLast((event) => event.task === task)?.agent ?? declared?.agent ?? null;
  }

  isAsked(task: string, t: number): boolean {
    const questions = this.#between(
      'review.asked',
      ['review.answered', 'run.resumed'],
      (event) => !('task' in event) || event.task === task,
    );
    return questions.some((question) => at(question, t));
  }

  /**
   * Returns the intervals in which a task holds the lane and its declared units: its attempts; in `consensual`, from
   * first to last turn.
   */
  held(task: string): Span[] {
    const turns = this.turnsOf(task);
    if (this.crew.process !== 'consensual') return turns;
    const backs = this.of('review.answered').filter((event) => event.task === task && event.answer === 'sent_back');
    const rounds = [...backs.map(({ t }) => t), Number.POSITIVE_INFINITY].map((until, index) =>
      turns.filter(({ start }) => start < until && start >= (backs[index - 1]?.t ?? 0)),
    );
    return rounds
      .filter((round) => round.length > 0)
      .map((round) => ({
        start: Math.min(...round.map(({ start }) => start)),
        end: Math.max(...round.map(({ end }) => end)),
      }));
  }

  /** Returns the leases of a pool, from grant to release. */
  leases(resource: string): (Span & { requested: number; granted: boolean })[] {
    return this.of('resource.requested')
      .filter((request) => request.resource === resource)
      .map(({ id, t, task, attempt, turn }) => {
        const got = this.events.find(
          (event) => (event.type === 'resource.acquired' || event.type === 'resource.timed_out') && event.id === id,
        );
        const granted = got?.type === 'resource.acquired';
        const start = got?.t ?? this.end;
        const back = this.of('resource.released').find((event) => {
          const same = event.task === task && event.attempt === attempt && event.turn === turn;
          return same && event.resource === resource && event.seq > (got?.seq ?? 0);
        });
        return { requested: t, granted, start, end: granted ? (back?.t ?? this.end) : start };
      });
  }

  units(pool: string, t: number): number {
    const declared = this.crew.tasks.flatMap((task) => {
      const { units = 0 } = task.resources.find((demand) => demand.pool === pool) ?? {};
      return this.held(task.name)
        .filter((span) => at(span, t))
        .map(() => units);
    });
    const leased = this.leases(pool).filter((lease) => lease.granted && at(lease, t));
    return declared.reduce((sum, units) => sum + units, 0) + leased.length;
  }

  /** Returns the state of a task at `t`, before its end. Of several wait reasons, the first that applies counts. */
  doing(name: string, t: number): Doing {
    const turns = this.turnsOf(name);
    if (turns.some((turn) => at(turn, t))) return 'running';
    const declared = this.crew.tasks.find((task) => task.name === name);
    const because = (reason: WaitReason, pool: string | null = null): Doing => ({ reason, pool });
    if (this.#pauses.some((pause) => at(pause, t))) return because('paused');
    if (this.crew.process === 'hierarchical' && declared && declared.agent === undefined) {
      const assigned = this.of('task.assigned').find((event) => event.task === name);
      if (!assigned || assigned.t > t) return because('assignment');
    }
    const ready = this.of('task.ready').find((event) => event.task === name);
    if (declared && declared.context.length > 0 && (!ready || ready.t > t)) return because('context');
    if (this.isAsked(name, t)) return because('person');
    if (this.#isLookedUp(name, t)) return because('cache');
    const backoffs = turns.filter(({ end, retryAt }) => retryAt !== null && end <= t && t < retryAt);
    if (backoffs.some((turn) => !turn.limited)) return because('retry');
    if (backoffs.length > 0 || this.#isHeld(name, t)) return because('rate_limit');
    if (!declared) return this.#lacksSlot(t);
    const agents = this.#agentsOf(name, t);
    const isFull = agents.some(({ name: agent, max_concurrent = Number.POSITIVE_INFINITY }) => {
      return this.turns.filter((turn) => turn.agent === agent && at(turn, t)).length >= max_concurrent;
    });
    if (this.#hasBegun(name, t)) return isFull ? because('resource') : this.#lacksSlot(t);
    const others = this.crew.tasks.filter((task) => task.name !== name);
    const inLane = others.some((task) => !task.async && this.held(task.name).some((span) => at(span, t)));
    if (!declared.async && inLane) return because('lane');
    for (const { pool, units } of declared.resources) {
      const { capacity = 1 } = this.crew.pools.find((one) => one.name === pool) ?? {};
      if (this.units(pool, t) + units > capacity) return because('resource', pool);
    }
    return isFull ? because('resource') : this.#lacksSlot(t);
  }

  /** Returns the wait reason of a task that lacks a slot: slots are starting, or all are busy. */
  #lacksSlot(t: number): Doing {
    const isStarting = this.running(t) < this.slots(t) && this.#ready(t).length < this.slots(t);
    return { reason: isStarting ? 'starting' : 'slot', pool: null };
  }

  /** Returns the slots of the run that are ready at `t` and run no turn. */
  freeSlots(t: number): number[] {
    if (this.running(t) >= this.slots(t)) return [];
    return this.#ready(t).filter((slot) => !this.turns.some((turn) => turn.slot === slot && at(turn, t)));
  }

  #ready(t: number): number[] {
    return Array.from({ length: this.slots(t) }, (_, index) => index + 1).filter((slot) => {
      const last = this.events.findLast((event) => {
        const isOwn = event.type === 'run.resumed' || ('slot' in event && event.slot === slot);
        return event.t <= t && isOwn && READINESS.has(event.type);
      });
      return last?.type === 'slot.ready';
    });
  }

  #isLookedUp(task: string, t: number): boolean {
    const lookups = this.#between(
      'cache.asked',
      ['cache.missed', 'task.completed', 'run.resumed'],
      (event) => !('task' in event) || event.task === task,
    );
    return lookups.some((lookup) => at(lookup, t));
  }

  /**
   * Returns the agent of the turn that the task needs at `t`: its own agent, or that of the next turn of a consensual
   * task.
   */
  #agentsOf(name: string, t: number): Crew['agents'] {
    const next = this.turnsOf(name).find(({ start }) => start > t);
    const manager = this.crew.agents.find((agent) => agent.manager)?.name;
    const own = name === ASSIGNMENT ? manager : this.agentOf(name);
    const agent = this.crew.process === 'consensual' ? next?.agent : own;
    return this.crew.agents.filter((one) => one.name === agent);
  }

  #isHeld(name: string, t: number): boolean {
    const [agent] = this.#agentsOf(name, t);
    const holds = this.#between(
      'agent.held',
      ['agent.freed', 'run.resumed', 'run.finished'],
      (event) => !('agent' in event) || event.agent === agent?.name,
    );
    return agent !== undefined && holds.some((hold) => at(hold, t));
  }

  /** Whether a consensual task has started. From its first turn on, it holds everything that it shares. */
  #hasBegun(name: string, t: number): boolean {
    return this.crew.process === 'consensual' && this.held(name).some((span) => at(span, t));
  }

  #between(from: RunEvent['type'], to: readonly RunEvent['type'][], concerns: (event: RunEvent) => boolean): Span[] {
    return this.events.flatMap((event) => {
      if (event.type !== from || !concerns(event)) return [];
      const end = this.events.find((other) => other.seq > event.seq && to.includes(other.type) && concerns(other));
      return [{ start: event.t, end: end?.t ?? Number.POSITIVE_INFINITY }];
    });
  }
}

const READINESS: ReadonlySet<RunEvent['type']> = new Set(['slot.started', 'slot.ready', 'slot.exited', 'run.resumed']);

function at({ start, end }: Span, t: number): boolean {
  return start <= t && t < end;
}

function isEnd(
  event: RunEvent,
): event is Extract<RunEvent, { type: 'task.completed' | 'task.failed' | 'task.skipped' }> {
  return event.type === 'task.completed' || event.type === 'task.failed' || event.type === 'task.skipped';
}

function turnsIn(events: readonly RunEvent[]): PlainTurn[] {
  return events.flatMap((event) => {
    if (event.type !== 'attempt.started') return [];
    const { task, attempt, turn, slot, agent, t: start } = event;
    const ended = events.find(
      (other): other is EventOf<'attempt.ended'> =>
        other.type === 'attempt.ended' && other.task === task && other.attempt === attempt && other.turn === turn,
    );
    if (!ended) throw new Error(`Attempt ${attempt} of ${task} has not ended.`);
    const { t: end, result, retry_at, rate_limited } = ended;
    const again = { retryAt: retry_at ?? null, limited: rate_limited ?? false };
    return [{ task, turn: turn ?? null, slot, agent, start, end, result, ...again }];
  });
}

/** Returns the tasks that have figures: those of the crew, and the assignment if it ran. */
export function figuredTasks({ crew, turns }: PlainRun): string[] {
  const names = crew.tasks.map(({ name }) => name);
  return turns.some(({ task }) => task === ASSIGNMENT) ? [...names, ASSIGNMENT] : names;
}
