import type { Project } from '../../project/schema.ts';
import { Random } from '../../random.ts';
import { predict } from '../../scheduler/predict.ts';
import { computeRanks } from '../../scheduler/ranks.ts';
import { Scheduler } from '../../scheduler/scheduler.ts';
import { roleOf } from '../consensus.ts';
import { ASSIGNMENT, type Estimate, type EventDraft, type EventOf, type RunEvent } from '../events.ts';
import { randomCrew } from './random-crew.ts';

/** The events of a run that never was: the run's own scheduler decides, and chance says what becomes of it. */
export interface RandomRun {
  project: Project;
  events: RunEvent[];
}

/** Failures, crashes, waits for leases and limits, reviews, pauses, other numbers of slots, cut-offs: all from the seed. */
export function randomRun(seed: number): RandomRun {
  const random = new Random(seed);
  const run = new VirtualRun(randomCrew(random), random);
  run.carry();
  return { project: run.project, events: run.events };
}

/** A turn that runs. What is still to happen in it happens only while it does. */
interface Turn {
  started: EventOf<'attempt.started'>;
  runs: boolean;
  /** Resources that it holds by a tool. */
  held: Set<string>;
}

interface Wait {
  turn: Turn;
  resource: string;
  goOn: () => void;
}

const MOST_EVENTS = 5000;

class VirtualRun {
  readonly project: Project;
  readonly events: RunEvent[] = [];
  readonly #random: Random;
  readonly #scheduler: Scheduler;
  readonly #turns = new Set<Turn>();
  readonly #waits = new Map<string, Wait>();
  readonly #open = new Map<string, number>();
  #ahead: { t: number; act: () => void }[] = [];
  #t = 0;
  #slots: number;
  #paused = false;
  readonly #held = new Set<string>();
  #ids = 0;

  constructor(project: Project, random: Random) {
    this.project = project;
    this.#random = random;
    this.#slots = random.int(1, 4);
    this.#scheduler = new Scheduler(project);
  }

  carry(): void {
    this.#start();
    while (this.events.at(-1)?.type !== 'run.finished') {
      if (this.events.length > MOST_EVENTS) throw new Error('The run does not end.');
      this.#decideAll();
      if (this.events.at(-1)?.type !== 'run.finished') this.#advance();
    }
  }

  #start(): void {
    const { project } = this;
    const known = this.#random.chance(0.5);
    const estimate = (): Estimate =>
      known ? { ms: this.#random.int(5, 60), from: 'estimate_s' } : { ms: null, from: 'unknown' };
    const named = project.tasks.map(({ name }) => [name, estimate()] as const);
    const estimates: Record<string, Estimate> = Object.fromEntries(named);
    this.#emit({
      type: 'run.started',
      format: 'crewlane-journal/1',
      run: 'run-1',
      crew: project.name,
      file: null,
      settings: {
        slots: this.#slots,
        provider: 'fake',
        base_url: null,
        model: 'fake',
        cache: 'off',
        workspace: '/workspace',
      },
      rehearsal: false,
      estimates,
      ranks: computeRanks(project, estimates),
      prediction: predict(project, estimates, this.#slots),
      versions: {},
      seed: 1,
      time_zone: 'UTC',
      utc_offset_min: 0,
      wall_ms: 1000,
    });
    this.#startSlots(1);
    this.#in(this.#random.int(5, 40), () => this.#sample());
    const disturbances = [() => this.#pause(), () => this.#resize(), () => this.#cutOff(), () => this.#hold()] as const;
    for (let left = this.#random.int(0, 3); left > 0; left -= 1)
      this.#in(this.#random.int(1, 150), this.#random.pick(disturbances));
  }

  #emit(draft: EventDraft): void {
    // A draft and its stamp are the event; the compiler cannot see that through the union of all drafts.
    const event = { ...draft, seq: this.events.length + 1, t: this.#t } as RunEvent;
    this.events.push(event);
    this.#scheduler.apply(event);
    if (event.type === 'attempt.started') this.#begin(event);
    if (event.type === 'resource.acquired') this.#acquired(event.id);
    if (event.type === 'review.asked') this.#ask(event);
    if (event.type === 'cache.asked') this.#look(event.task);
  }

  #in(ms: number, act: () => void): void {
    this.#ahead.push({ t: this.#t + ms, act });
  }

  #decideAll(): void {
    for (let next = this.#scheduler.next(this.#t); next !== null; next = this.#scheduler.next(this.#t))
      this.#emit(next);
  }

  /** To what happens next; of several things at one time the one that was planned first. */
  #advance(): void {
    const [next] = [...this.#ahead].sort((a, b) => a.t - b.t);
    const wake = this.#scheduler.wakeAt();
    if (wake !== null && wake > this.#t && (!next || wake < next.t)) {
      this.#t = wake;
      return;
    }
    if (!next) throw new Error('Nothing will ever happen.');
    this.#ahead = this.#ahead.filter((other) => other !== next);
    this.#t = next.t;
    next.act();
  }

  #startSlots(from: number): void {
    for (let slot = from; slot <= this.#slots; slot += 1) this.#startSlot(slot);
  }

  #startSlot(slot: number): void {
    this.#ids += 1;
    const pid = 1000 + this.#ids;
    const resumes = this.#resumes;
    this.#emit({ type: 'slot.started', slot, pid });
    const ms = this.#random.int(0, 9);
    this.#in(ms, () => {
      if (resumes === this.#resumes) this.#emit({ type: 'slot.ready', slot, pid, ms });
    });
  }

  #resumes = 0;

  #begin(started: EventOf<'attempt.started'>): void {
    const turn: Turn = { started, runs: true, held: new Set() };
    this.#turns.add(turn);
    this.#step(turn, this.#random.int(0, 4));
  }

  #step(turn: Turn, left: number): void {
    const next = () => this.#step(turn, left - 1);
    const ms = this.#random.int(left === 0 ? 0 : 1, 25);
    this.#in(ms, () => {
      if (!turn.runs) return;
      if (left === 0) this.#end(turn);
      else this.#do(turn, ms, next);
    });
  }

  /** Something that a turn does, and has done now, after `ms`. */
  #do(turn: Turn, ms: number, next: () => void): void {
    const { task, attempt, turn: name, agent } = turn.started;
    const of = name === undefined ? { task, attempt } : { task, attempt, turn: name };
    const random = this.#random;
    const dice = random.int(0, 5);
    if (dice <= 1) {
      const error = random.chance(0.2) ? { error: { kind: 'network' as const, message: 'Nobody answers.' } } : {};
      const numbers = { prompt_tokens: random.int(0, 50), completion_tokens: random.int(0, 9) };
      const cost_usd = random.chance(0.9) ? random.int(0, 4) / 4 : null;
      const times = { ms, first_token_ms: null };
      this.#emit({ type: 'llm.call', ...of, agent, model: 'fake', ...times, ...numbers, cost_usd, ...error });
    } else if (dice === 2) {
      this.#ids += 1;
      this.#emit({
        type: 'tool.call',
        ...of,
        agent,
        call_id: `call-${this.#ids}`,
        name: random.pick(['file_reader', 'query_data'] as const),
        ms,
        ok: random.chance(0.8),
      });
    } else if (dice === 3) {
      const what = random.pick(['schema', 'guardrail', 'repair'] as const);
      this.#emit({ type: 'check', ...of, what, passed: random.chance(0.6) });
    } else {
      this.#lease(turn, of, next);
      return;
    }
    next();
  }

  #lease(turn: Turn, of: { task: string; attempt: number; turn?: string }, next: () => void): void {
    const resource = this.#random.pick(['db', 'net'] as const);
    const declared = this.project.tasks.find(({ name }) => name === of.task)?.resources ?? [];
    if (turn.held.has(resource)) {
      turn.held.delete(resource);
      this.#emit({ type: 'resource.released', ...of, resource, holder: turn.started.agent });
      next();
    } else if (declared.some(({ pool }) => pool === resource) || this.#scheduler.wouldCircle({ ...of, resource })) {
      next();
    } else {
      this.#ids += 1;
      const id = `lease-${this.#ids}`;
      this.#waits.set(id, { turn, resource, goOn: next });
      this.#emit({ type: 'resource.requested', ...of, id, resource, holder: turn.started.agent });
      this.#in(this.#random.int(1, 30), () => {
        if (!this.#waits.has(id) || !turn.runs) return;
        this.#giveUp(id);
        next();
      });
    }
  }

  #acquired(id: string): void {
    const wait = this.#waits.get(id);
    this.#waits.delete(id);
    wait?.turn.held.add(wait.resource);
    wait?.goOn();
  }

  #giveUp(id: string): void {
    const wait = this.#waits.get(id);
    this.#waits.delete(id);
    if (!wait) return;
    const { task, attempt, turn, agent: holder } = wait.turn.started;
    const of = turn === undefined ? { task, attempt } : { task, attempt, turn };
    this.#emit({ type: 'resource.timed_out', ...of, id, resource: wait.resource, holder });
  }

  #end(turn: Turn): void {
    const random = this.#random;
    const tries = this.events.filter((event) => event.type === 'attempt.ended' && isSame(event, turn.started)).length;
    if (random.chance(0.72) || turn.started.task === ASSIGNMENT) {
      this.#succeed(turn);
      return;
    }
    const result = random.pick(['error', 'error', 'timeout', 'crash'] as const);
    const again = tries < 3 && random.chance(0.7) ? { retry_at: this.#t + random.int(0, 40) } : {};
    const limited = result === 'error' && 'retry_at' in again && random.chance(0.3);
    const { slot } = turn.started;
    if (result === 'crash') this.#emit({ type: 'slot.exited', slot, pid: 1, reason: 'crash' });
    this.#close(turn, {
      result,
      kind: result === 'error' ? (limited ? 'rate_limit' : 'network') : result,
      message: 'It went wrong.',
      ...again,
      ...(limited ? { rate_limited: true } : {}),
    });
    if (result === 'crash') this.#startSlot(slot);
    // Of a consensual task the last turn to end may be one that failed.
    this.#sayCompleted(turn.started.task, false);
  }

  #succeed(turn: Turn): void {
    const { task, agent, attempt, turn: name } = turn.started;
    const role = roleOf(name);
    const isReviewed = this.project.tasks.find((one) => one.name === task)?.human_review === 'after';
    if (role?.kind === 'vote' && name !== undefined) {
      this.#close(
        turn,
        { result: 'ok' },
        { type: 'vote', task, attempt, turn: name, agent, choice: this.#choice(task) },
      );
    } else this.#close(turn, { result: 'ok', ...(role || isReviewed ? { text: `of ${agent}` } : {}) });
    if (task === ASSIGNMENT) {
      for (const { name: open, agent: own } of this.project.tasks)
        if (own === undefined)
          this.#emit({ type: 'task.assigned', task: open, agent: this.#random.pick(['ada', 'bo']) });
      this.#emit({ type: 'task.completed', task, text: '{}' });
    } else this.#sayCompleted(task, false);
  }

  #choice(task: string): string {
    const proposed = this.events.flatMap((event) =>
      event.type === 'attempt.ended' && event.task === task && event.result === 'ok'
        ? (roleOf(event.turn)?.agent ?? [])
        : [],
    );
    return proposed[this.#random.int(0, proposed.length - 1)] ?? '';
  }

  #sayCompleted(task: string, edited: boolean): void {
    if (!this.#scheduler.isAnswered(task)) return;
    const { degraded, missing } = this.#scheduler.completionFlags(task);
    this.#emit({
      type: 'task.completed',
      task,
      text: 'done',
      ...(degraded ? { degraded: true } : {}),
      ...(missing.length > 0 ? { missing: [...missing] } : {}),
      ...(edited ? { edited: true } : {}),
    });
  }

  /** What it waits for and holds ends with it. */
  #close(turn: Turn, end: Omit<EventOf<'attempt.ended'>, Stamp>, said?: EventDraft): void {
    turn.runs = false;
    this.#turns.delete(turn);
    const { task, attempt, turn: name, agent: holder } = turn.started;
    const of = name === undefined ? { task, attempt } : { task, attempt, turn: name };
    for (const [id, wait] of this.#waits) if (wait.turn === turn) this.#giveUp(id);
    for (const resource of turn.held)
      this.#emit({ type: 'resource.released', ...of, resource, holder, reclaimed: true });
    if (said) this.#emit(said);
    this.#emit({ type: 'attempt.ended', ...of, ...end });
  }

  #look(task: string): void {
    this.#ids += 1;
    const id = this.#ids;
    this.#open.set(task, id);
    this.#in(this.#random.int(0, 10), () => {
      if (this.#open.get(task) !== id) return;
      if (this.#random.chance(0.7)) this.#emit({ type: 'cache.missed', task });
      else this.#emit({ type: 'task.completed', task, text: 'done before', cached: 'run-0' });
    });
  }

  #ask({ task, when }: EventOf<'review.asked'>): void {
    this.#ids += 1;
    const id = this.#ids;
    this.#open.set(task, id);
    this.#in(this.#random.int(0, 40), () => {
      if (this.#open.get(task) !== id) return;
      const sentBack = this.events.some((event) => event.type === 'review.answered' && event.answer === 'sent_back');
      const answer = this.#random.pick([
        'approved',
        'approved',
        'edited',
        when === 'after' && !sentBack ? 'sent_back' : 'approved',
      ] as const);
      this.#emit({ type: 'review.answered', task, when, answer, by: 'person' });
      this.#sayCompleted(task, answer === 'edited');
    });
  }

  #stopAll(result: 'cancelled' | 'lost'): void {
    for (const turn of this.#turns)
      this.#close(turn, { result, kind: result, message: 'It was stopped.', retry_at: this.#t });
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#emit({ type: 'run.paused' });
    this.#stopAll('cancelled');
    this.#in(this.#random.int(1, 50), () => {
      if (this.#paused) this.#emit({ type: 'run.unpaused' });
      this.#paused = false;
    });
  }

  #resize(): void {
    const before = this.#slots;
    this.#slots = this.#random.int(1, 5);
    this.#emit({ type: 'run.slots', slots: this.#slots });
    const known = this.events.flatMap((event) => (event.type === 'slot.started' ? [event.slot] : []));
    this.#startSlots(Math.max(before, ...known) + 1);
  }

  #hold(): void {
    const { agents } = this.project;
    const agent = agents[this.#random.int(0, agents.length - 1)]?.name;
    if (agent === undefined || this.#held.has(agent)) return;
    const resumes = this.#resumes;
    this.#held.add(agent);
    this.#emit({ type: 'agent.held', agent, by: 'minute' });
    this.#in(this.#random.int(1, 60), () => {
      if (resumes !== this.#resumes) return;
      this.#held.delete(agent);
      this.#emit({ type: 'agent.freed', agent });
    });
  }

  #cutOff(): void {
    this.#held.clear();
    this.#resumes += 1;
    this.#stopAll('lost');
    this.#paused = false;
    this.#emit({ type: 'run.resumed', wall_ms: 1000 + this.#t + 5000 * this.#resumes, versions: {} });
    this.#startSlots(1);
  }

  #sample(): void {
    const slots = Array.from({ length: this.#slots }, (_, index) => ({
      slot: index + 1,
      pid: 1,
      cpu_percent: this.#random.int(0, 400) / 4,
      memory_bytes: this.#random.int(1, 1e9),
    }));
    this.#emit({ type: 'sample', slots });
    this.#in(this.#random.int(20, 60), () => this.#sample());
  }
}

type Stamp = 'type' | 'seq' | 't' | 'task' | 'attempt' | 'turn';

function isSame(
  one: { task: string; turn?: string | undefined },
  other: { task: string; turn?: string | undefined },
): boolean {
  return one.task === other.task && one.turn === other.turn;
}
