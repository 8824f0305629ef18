import { predict } from '../../control/virtual/predict.ts';
import type { Crew } from '../../crew/schema.ts';
import { Random } from '../../random.ts';
import { computeRanks } from '../../scheduler/ranks.ts';
import type { Estimate, RunEvent } from '../events.ts';
import { RandomAnswers } from './random-answers.ts';
import { randomCrew } from './random-crew.ts';
import { RandomSlots } from './random-slots.ts';
import { RandomTurns } from './random-turns.ts';
import { Stage } from './stage.ts';
import { STARTED } from './started.ts';

/**
 * Generates the events of a random run: the scheduler of the product decides, and a random generator picks the
 * outcomes.
 */
export interface RandomRun {
  crew: Crew;
  events: RunEvent[];
}

/**
 * Returns the run of a seed, with failures, crashes, waits for leases and limits, reviews, pauses, changed numbers of
 * slots, and cut-offs.
 */
export function randomRun(seed: number): RandomRun {
  const random = new Random(seed);
  const run = new VirtualRun(randomCrew(random), random);
  return { crew: run.stage.crew, events: run.generate() };
}

const MOST_EVENTS = 5000;

class VirtualRun {
  readonly stage: Stage;
  readonly #random: Random;
  readonly #slots: RandomSlots;
  readonly #turns: RandomTurns;
  readonly #answers: RandomAnswers;
  readonly #held = new Set<string>();
  #paused = false;
  #resumes = 0;

  constructor(crew: Crew, random: Random) {
    this.#random = random;
    this.stage = new Stage(crew, random, (event) => this.#onEvent(event));
    this.#slots = new RandomSlots(this.stage, random.int(1, 4));
    this.#turns = new RandomTurns(this.stage, (slot) => this.#slots.start(slot));
    this.#answers = new RandomAnswers(this.stage);
  }

  generate(): RunEvent[] {
    const { stage } = this;
    this.#start();
    while (!stage.isOver) {
      if (stage.events.length > MOST_EVENTS) throw new Error('The run does not end.');
      stage.decideAll();
      if (!stage.isOver) stage.advance();
    }
    return stage.events;
  }

  #onEvent(event: RunEvent): void {
    if (event.type === 'attempt.started') this.#turns.begin(event);
    if (event.type === 'resource.acquired') this.#turns.leases.acquired(event.id);
    if (event.type === 'review.asked') this.#answers.ask(event);
    if (event.type === 'cache.asked') this.#answers.look(event.task);
  }

  #start(): void {
    this.#emitStarted();
    this.#slots.startAll();
    this.stage.in(this.#random.int(5, 40), () => this.#slots.sample());
    const disturbances = [
      () => this.#pause(),
      () => this.#slots.resize(),
      () => this.#cutOff(),
      () => this.#hold(),
    ] as const;
    for (let left = this.#random.int(0, 3); left > 0; left -= 1)
      this.stage.in(this.#random.int(1, 150), this.#random.pick(disturbances));
  }

  #emitStarted(): void {
    const { crew } = this.stage;
    const slots = this.#slots.count;
    const estimates = this.#estimates();
    this.stage.emit({
      ...STARTED,
      crew: crew.name,
      settings: { ...STARTED.settings, slots, model: 'fake' },
      estimates,
      ranks: computeRanks(crew, estimates),
      prediction: predict(crew, estimates, slots),
      wall_ms: 1000,
    });
  }

  #estimates(): Record<string, Estimate> {
    const known = this.#random.chance(0.5);
    const estimate = (): Estimate =>
      known ? { ms: this.#random.int(5, 60), from: 'estimate_s' } : { ms: null, from: 'unknown' };
    return Object.fromEntries(this.stage.crew.tasks.map(({ name }) => [name, estimate()] as const));
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.stage.emit({ type: 'run.paused' });
    this.#turns.stopAll('cancelled');
    this.stage.in(this.#random.int(1, 50), () => {
      if (this.#paused) this.stage.emit({ type: 'run.unpaused' });
      this.#paused = false;
    });
  }

  #hold(): void {
    const { agents } = this.stage.crew;
    const agent = agents[this.#random.int(0, agents.length - 1)]?.name;
    if (agent === undefined || this.#held.has(agent)) return;
    const resumes = this.#resumes;
    this.#held.add(agent);
    this.stage.emit({ type: 'agent.held', agent, by: 'minute' });
    this.stage.in(this.#random.int(1, 60), () => {
      if (resumes !== this.#resumes) return;
      this.#held.delete(agent);
      this.stage.emit({ type: 'agent.freed', agent });
    });
  }

  #cutOff(): void {
    this.#held.clear();
    this.#resumes += 1;
    this.#slots.loseAll();
    this.#turns.stopAll('lost');
    this.#paused = false;
    const wall_ms = 1000 + this.stage.t + 5000 * this.#resumes;
    this.stage.emit({ type: 'run.resumed', wall_ms, versions: {} });
    this.#slots.startAll();
  }
}
