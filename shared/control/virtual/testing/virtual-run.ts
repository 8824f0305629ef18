import { expect } from 'vitest';
import { evaluateCondition, filterItems } from '../../../expressions/evaluate-expression.ts';
import { Random } from '../../../random.ts';
import { isOverBudget, spentUsd } from '../../../run/budget.ts';
import type { RunEvent } from '../../../run/events.ts';
import { openReviews } from '../../../run/review.ts';
import type { CommandResult, ReviewMode } from '../../base/command.ts';
import type { Effect } from '../../base/effect.ts';
import { JournaledState } from '../../journaled-state.ts';
import { withoutPartialEnd } from '../../partial-end.ts';
import { VirtualTime } from '../virtual-time.ts';
import { Invariants } from './invariants.ts';
import { limitedCrew } from './limited-crew.ts';
import { restoreResults } from './restored-results.ts';
import { StrictProvider } from './strict-provider.ts';
import { type RunFacts, VirtualEngine, type World } from './virtual-engine.ts';
import { VirtualSlots } from './virtual-slots.ts';

/** A person acts about this often, in virtual milliseconds. */
const PERSON_MS = 200;
/** The journal is flushed within this time. */
const FLUSH_MS = 20;
/** A host reports the resources of its slots this often. */
const SAMPLE_MS = 1000;
/** A run that takes more steps does not end. */
const MOST_STEPS = 60_000;
const MOST_KILLS = 3;

/** Whether the process of the engine may be killed, and then resumed by another one. */
export interface RunOptions {
  kills: boolean;
}

/**
 * A run of a random crew by the engine's controller, in virtual time: its slots, turns, providers, people and disk, all
 * from one seed. It checks the invariants at every step.
 */
export class VirtualRun implements World {
  readonly facts: RunFacts;
  readonly provider: StrictProvider;
  invariants: Invariants;
  /** All recorded events that count: a killed process loses those that it had not flushed. */
  events: RunEvent[] = [];
  /** What the run met. */
  readonly counts = { kills: 0, written: 0 };
  readonly #random: Random;
  readonly #time = new VirtualTime<() => void>();
  readonly #slots: VirtualSlots;
  readonly #options: RunOptions;
  #engine: VirtualEngine;
  /** The number of flushed events. */
  #flushed = 0;
  /** When they were flushed. */
  #flushedAt = 0;
  #isFlushing = false;
  #afterFlush: { seq: number; act: () => void }[] = [];
  /** Commands without a reply so far, by number. */
  readonly #unanswered = new Set<number>();
  #lastCommand = 0;
  #isClosed = false;
  #hasDiskFailed = false;

  constructor(seed: number, options: RunOptions) {
    this.#random = new Random(seed);
    this.#options = options;
    const crew = limitedCrew(this.#random);
    const reviewer = this.#random.pick(['person', 'person', 'approve_all', 'nobody'] as const satisfies ReviewMode[]);
    this.facts = { crew, slots: this.#random.int(1, 4), reviewer, attended: reviewer === 'person' };
    this.provider = new StrictProvider(crew);
    this.invariants = new Invariants(crew);
    this.#slots = new VirtualSlots(this.#time, this.#random, this.provider, (input) => this.#engine.receive(input));
    this.#engine = new VirtualEngine(this.facts, this.#time, this, null);
  }

  /** Runs until the run ends, and checks that it has ended well. */
  run(): void {
    this.#begin(this.facts.slots);
    this.#time.at(PERSON_MS, () => this.#act());
    let steps = 0;
    for (let act = this.#time.take(); act && !this.#isClosed; act = this.#time.take()) {
      act();
      steps += 1;
      if (steps > MOST_STEPS) throw new Error('The run does not end.');
    }
    expect(this.#isClosed).toBe(true);
    this.#checkEnd();
  }

  perform(effect: Effect): void {
    switch (effect.type) {
      case 'resizeSlots':
        this.#slots.resize(effect.count);
        return;
      case 'submitTurn':
        this.#slots.submit(effect.slot, effect.submission);
        return;
      case 'cancelTurn':
        this.#slots.cancel(effect.key, effect.graceMs);
        return;
      case 'killSlot':
        this.#slots.kill(effect.slot, effect.reason);
        return;
      case 'answerRequest':
        this.#slots.answer(effect.key, effect.id, effect.answer);
        return;
      case 'acknowledge': {
        const { key, outcome, fenced } = effect;
        if (fenced) this.#slots.acknowledge(key, outcome);
        else this.#whenFlushed(() => this.#slots.acknowledge(key, outcome));
        return;
      }
      case 'writeFile':
        this.#write(effect);
        return;
      case 'lookUpCache':
        this.#later(this.#random.int(0, 20), () => {
          const lookup = { key: null, status: 'missed', changed: [] } as const;
          this.#engine.receive({ type: 'cache.lookedUp', task: effect.task.name, lookup });
        });
        return;
      case 'evaluate':
        this.#later(this.#random.int(0, 20), () => {
          const { task, of, condition } = effect;
          this.#engine.receive({ type: 'condition.evaluated', task, of, result: evaluateCondition(condition) });
        });
        return;
      case 'filterItems':
        this.#later(this.#random.int(0, 20), () => {
          const { task, filter } = effect;
          this.#engine.receive({ type: 'items.filtered', task, result: filterItems(filter) });
        });
        return;
      case 'reply':
        if (effect.result.ok) this.#whenFlushed(() => this.#reply(effect.command));
        else this.#reply(effect.command);
        return;
      case 'close':
        this.#isClosed = true;
        return;
      case 'storeResult':
      case 'shareDemand':
      case 'findTools':
      case 'callTool':
      case 'findRecorded':
      case 'cancelTools':
        throw new Error(`A run without a cache, a batch, own tools and a recording performs no ${effect.type}.`);
      default:
        effect satisfies never;
    }
  }

  recorded(events: readonly RunEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      this.invariants.take(event);
    }
    if (this.#isFlushing || this.#hasDiskFailed) return;
    this.#isFlushing = true;
    this.#later(this.#random.int(0, FLUSH_MS), () => this.#flush());
  }

  rested(): void {
    if (this.#engine.ending !== null) this.invariants.over();
    this.invariants.rested(this.#engine.now);
  }

  random(): number {
    return this.#random.next();
  }

  #begin(slots: number): void {
    this.#slots.resize(slots);
    this.#later(SAMPLE_MS, () => this.#sample());
    this.#engine.receive({ type: 'begin' });
  }

  #sample(): void {
    this.#slots.sample();
    this.#later(SAMPLE_MS, () => this.#sample());
  }

  #write({ id, file }: Extract<Effect, { type: 'writeFile' }>): void {
    this.counts.written += 1;
    const message = `${file} cannot be written.`;
    const result: CommandResult = this.#random.chance(0.15) ? { ok: false, message } : { ok: true };
    this.#later(this.#random.int(0, 60), () => this.#engine.receive({ type: 'file.written', id, result }));
  }

  #flush(): void {
    this.#isFlushing = false;
    if (this.#random.chance(0.001)) {
      this.#hasDiskFailed = true;
      this.#engine.receive({ type: 'journal.failed', message: 'The disk is full.' });
      return;
    }
    this.#flushed = this.events.length;
    this.#flushedAt = this.#time.now;
    const last = this.events.at(-1)?.seq ?? 0;
    const due = this.#afterFlush.filter(({ seq }) => seq <= last);
    this.#afterFlush = this.#afterFlush.filter(({ seq }) => seq > last);
    for (const { act } of due) act();
  }

  #whenFlushed(act: () => void): void {
    const seq = this.events.at(-1)?.seq ?? 0;
    if (this.#flushed === this.events.length) act();
    else this.#afterFlush.push({ seq, act });
  }

  #reply(command: number): void {
    expect(this.#unanswered.delete(command), 'a command is answered once').toBe(true);
  }

  /** A person answers, raises the budget and resumes; and sometimes something goes wrong. */
  #act(): void {
    if (this.#isClosed) return;
    const { run } = this.#engine.journaled;
    if (run.paused.at(-1)?.end === null && this.#random.chance(0.3)) this.#command({ type: 'unpause' });
    if (this.facts.reviewer === 'person') this.#answerReviews();
    if (this.facts.attended && isOverBudget(run) && this.#random.chance(0.3))
      this.#command({ type: 'setBudget', usd: spentUsd(run) + this.#random.int(1, 3) }, true);
    if (this.#random.chance(0.08)) this.#disturb();
    this.#time.at(this.#time.now + this.#random.int(1, 2 * PERSON_MS), () => this.#act());
  }

  #answerReviews(): void {
    for (const { task, when } of openReviews(this.#engine.journaled.run)) {
      if (!this.#random.chance(0.4)) continue;
      const isBack = when === 'after' && task.reviews.length < 3 && this.#random.chance(0.3);
      const isEdited = this.#random.chance(0.2);
      const text = { answer: 'edited', text: 'By a person.' } as const;
      const approved = isEdited ? text : ({ answer: 'approved' } as const);
      const answer = isBack ? ({ answer: 'sent_back', remark: 'More.' } as const) : approved;
      this.#command({ type: 'answerReview', task: task.name, answer }, true);
    }
  }

  #disturb(): void {
    const { facts, counts } = this;
    const actions = [
      () => this.#command({ type: 'pause' }),
      () => this.#command({ type: 'setSlots', count: this.#random.int(1, 5) }),
      () => {
        this.#command({ type: 'setSlots', count: 1 });
        this.#command({ type: 'setSlots', count: this.#random.int(1, 5) });
      },
      () => this.#slots.fault(facts.crew.settings.slot_memory_mib),
      () => this.#slots.fault(facts.crew.settings.slot_memory_mib),
      () => this.#random.chance(0.1) && this.#command({ type: 'stop' }),
      () => this.#random.chance(0.1) && this.#command({ type: 'interrupt', reason: 'quit' }),
      () => this.#options.kills && counts.kills < MOST_KILLS && this.#kill(),
    ] as const;
    this.#random.pick(actions)();
  }

  #command(command: Parameters<VirtualEngine['command']>[0], isAnswered = false): void {
    if (!isAnswered) {
      this.#engine.command(command);
      return;
    }
    this.#lastCommand += 1;
    this.#unanswered.add(this.#lastCommand);
    this.#engine.command(command, this.#lastCommand);
  }

  /** The process of the engine ends. Another one resumes the run from the flushed events. */
  #kill(): void {
    if (this.#flushed === 0 || this.#engine.ending !== null) return;
    this.counts.kills += 1;
    this.#engine.kill();
    this.#slots.loseAll();
    this.provider.forget(this.#flushedAt);
    this.#unanswered.clear();
    this.#isFlushing = false;
    this.#afterFlush = [];
    const left = this.events.slice(0, this.#flushed);
    this.events = left.slice(0, withoutPartialEnd(left));
    this.#flushed = this.events.length;
    this.invariants = new Invariants(this.facts.crew);
    for (const event of this.events) this.invariants.take(event);
    const start = { events: this.events, results: restoreResults(this.facts.crew, this.events) };
    const slots = this.events.reduce(
      (count, event) => (event.type === 'run.slots' ? event.slots : count),
      this.facts.slots,
    );
    this.#engine = new VirtualEngine(this.facts, this.#time, this, start);
    this.#begin(slots);
  }

  #later(ms: number, act: () => void): void {
    const engine = this.#engine;
    this.#time.at(this.#time.now + ms, () => {
      if (engine === this.#engine) act();
    });
  }

  #checkEnd(): void {
    const { journaled, ending } = this.#engine;
    expect(ending).not.toBeNull();
    const replayed = new JournaledState(this.facts.crew);
    for (const event of this.events) replayed.apply(event);
    expect(replayed.scheduler.snapshot()).toEqual(journaled.scheduler.snapshot());
    expect(replayed.run).toEqual(journaled.run);
    expect(replayed.spentUsd).toBe(journaled.spentUsd);
    expect(this.events.map(({ seq }) => seq)).toEqual(this.events.map((_, index) => index + 1));
    for (const [index, { t }] of this.events.entries())
      expect(t).toBeGreaterThanOrEqual(this.events[index - 1]?.t ?? 0);
  }
}
