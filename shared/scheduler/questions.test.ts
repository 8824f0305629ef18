import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReviewed } from '../crew/human-review.ts';
import type { Crew } from '../crew/schema.ts';
import { Random } from '../random.ts';
import { computeRanks } from './ranks.ts';
import { Scheduler, type TimedEvent } from './scheduler.ts';
import { makeCrew, Rig, type TaskSpec } from './testing/rig.ts';

/** Runs that ask people: for reviews before and after tasks, and for a larger budget, answered at random moments. */

interface Scenario {
  crew: Crew;
  slots: number;
  seed: number;
}

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    size: fc.integer({ min: 1, max: 8 }),
    slots: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ size, slots, seed }) => ({ slots, seed, crew: randomLayeredCrew(size, new Random(seed)) }));

function randomLayeredCrew(size: number, random: Random): Crew {
  const tasks = Array.from({ length: size }, (_, index): TaskSpec => {
    const context = Array.from({ length: index }, (_name, earlier) => `t${earlier}`).filter(() => random.chance(0.3));
    return {
      name: `t${index}`,
      context,
      async: random.chance(0.6),
      human_review: random.pick(['none', 'before', 'after'] as const),
      ...(random.chance(0.4) ? { resources: [{ pool: 'db', units: 1 }] } : {}),
    };
  });
  return makeCrew({ pools: [{ name: 'db', capacity: 1 }], tasks });
}

/** Emits the events of slots and people in random order, and checks the decisions. */
class Drive {
  readonly rig: Rig;
  readonly ended = new Set<string>();
  readonly #running = new Map<string, number>();
  readonly #asked = new Map<string, 'before' | 'after'>();
  readonly #allowed = new Set<string>();
  readonly #crew: Crew;
  readonly #random: Random;
  #overBudget = false;

  constructor({ crew, slots, seed }: Scenario) {
    this.#crew = crew;
    this.#random = new Random(seed + 1);
    this.rig = new Rig(new Scheduler(crew), slots, computeRanks(crew, {}));
  }

  run(): void {
    for (let steps = 0; ; steps += 1) {
      if (steps > 5_000) throw new Error('The run does not end.');
      const from = this.rig.events.length;
      this.rig.decide();
      for (const event of this.rig.events.slice(from)) this.#take(event);
      if (this.rig.events.at(-1)?.type === 'run.finished') return;
      this.rig.t += this.#random.int(0, 5);
      this.#happen();
    }
  }

  #take(event: TimedEvent): void {
    if (event.type === 'review.asked') {
      expect(this.#asked.has(event.task)).toBe(false);
      expect(this.#running.has(event.task)).toBe(false);
      if (event.when !== 'tool') this.#asked.set(event.task, event.when);
    }
    if (event.type !== 'attempt.started') return;
    const { task, attempt } = event;
    expect(this.#overBudget).toBe(false);
    expect(this.#asked.has(task)).toBe(false);
    expect(!this.#isReviewedBefore(task) || this.#allowed.has(task)).toBe(true);
    const others = [...this.#running.keys()].map((name) => this.#taskOf(name));
    const own = this.#taskOf(task);
    if (!own.async) expect(others.every((other) => other.async)).toBe(true);
    if (own.resources.length > 0) expect(others.every((other) => other.resources.length === 0)).toBe(true);
    this.#running.set(task, attempt);
  }

  /** A turn ends, a person answers, or the budget is used up or raised. */
  #happen(): void {
    const [turn] = this.#pick([...this.#running]);
    const [question] = this.#pick([...this.#asked]);
    if (this.#random.chance(0.15)) this.#spend();
    else if (turn && (!question || this.#random.chance(0.5))) this.#end(...turn);
    else if (question) this.#answer(...question);
    else if (this.#overBudget) this.#spend();
  }

  #spend(): void {
    this.rig.say(
      this.#overBudget
        ? { type: 'budget.set', budget_usd: 2, spent_usd: 1 }
        : { type: 'budget.reached', spent_usd: 1, budget_usd: 1 },
    );
    this.#overBudget = !this.#overBudget;
  }

  #end(task: string, attempt: number): void {
    this.#running.delete(task);
    if (this.#overBudget && this.#random.chance(0.5)) {
      const unpaid = { result: 'cancelled', kind: 'budget', message: '', retry_at: this.rig.t } as const;
      this.rig.say({ type: 'attempt.ended', task, attempt, ...unpaid });
    } else if (isReviewed(this.#taskOf(task), 'after')) {
      this.rig.say({ type: 'attempt.ended', task, attempt, result: 'ok', text: '' });
    } else {
      this.rig.complete(task, attempt);
      this.ended.add(task);
    }
  }

  #answer(task: string, when: 'before' | 'after'): void {
    this.#asked.delete(task);
    const answer = this.#random.pick(when === 'before' ? (['approved', 'edited'] as const) : ANSWERS);
    this.rig.say({ type: 'review.answered', task, when, answer });
    if (answer === 'sent_back') return;
    this.#allowed.add(task);
    if (when === 'before' && answer === 'approved') return;
    this.rig.say({ type: 'task.completed', task, text: '' });
    this.ended.add(task);
  }

  #pick<Item>(items: readonly Item[]): Item[] {
    const [first, ...others] = items;
    return first === undefined ? [] : [this.#random.pick([first, ...others])];
  }

  #isReviewedBefore(task: string): boolean {
    return isReviewed(this.#taskOf(task), 'before');
  }

  #taskOf(name: string): Crew['tasks'][number] {
    const task = this.#crew.tasks.find((one) => one.name === name);
    if (!task) throw new Error(`There is no task ${name}.`);
    return task;
  }
}

const ANSWERS = ['approved', 'edited', 'sent_back'] as const;

describe('runs with questions to people', () => {
  test('nothing starts too early or without budget, waiting tasks use no units, and the run ends', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const drive = new Drive(scenario);
        drive.run();
        expect(drive.ended.size).toBe(scenario.crew.tasks.length);
      }),
      { numRuns: 300 },
    );
  });

  test('a new scheduler that replays the events reaches the same state', () => {
    fc.assert(
      fc.property(scenarios, fc.double({ min: 0, max: 1, noNaN: true }), (scenario, share) => {
        const drive = new Drive(scenario);
        drive.run();
        const { events } = drive.rig;
        const until = Math.floor(events.length * share);
        const fresh = new Scheduler(scenario.crew);
        fresh.begin(computeRanks(scenario.crew, {}), scenario.slots);
        for (const event of events.slice(0, until)) fresh.apply(event);
        const { t, ...said } = events[until] ?? { t: drive.rig.t };
        const next = fresh.next(t);
        if (next && 'type' in said && said.type === next.type) expect(next).toEqual(said);
      }),
      { numRuns: 150 },
    );
  });
});
