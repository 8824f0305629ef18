import type { Crew } from '../../../crew/schema.ts';
import type { RunEvent } from '../../../run/events.ts';
import { STARTED } from '../../../run/testing/started.ts';
import { computeRanks } from '../../../scheduler/ranks.ts';
import type { Command, ReviewMode, RunEnd } from '../../base/command.ts';
import type { Effect } from '../../base/effect.ts';
import type { Input } from '../../base/input.ts';
import type { ControlContext } from '../../context.ts';
import type { RunTexts } from '../../control-state.ts';
import { JournaledState } from '../../journaled-state.ts';
import { type Opening, openRun } from '../../open-run.ts';
import type { RunControl } from '../../run-control.ts';
import { Results } from '../../turns/results.ts';
import { Transcripts } from '../../turns/transcripts.ts';
import type { VirtualTime } from '../virtual-time.ts';
import { originOf, planTurn } from './turn-plans.ts';

export type Time = VirtualTime<() => void>;

/** What a virtual run is, besides its crew. */
export interface RunFacts {
  crew: Crew;
  slots: number;
  reviewer: ReviewMode;
  /** Whether a person can raise the budget. */
  attended: boolean;
}

/** The world outside of an engine, as its effects reach it. */
export interface World {
  perform(effect: Effect): void;
  /** The journal has new events, of which none is flushed yet. */
  recorded(events: readonly RunEvent[]): void;
  /** No decision is left at this time. */
  rested(): void;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  random(): number;
}

/** A new run, or the events that another process has left. */
export type Start = { events: readonly RunEvent[]; results: Results } | null;

/**
 * The controller of a run in virtual time: the same loop as `app/engine/inbox.ts`, with virtual timers. It performs
 * nothing; its world does.
 */
export class VirtualEngine {
  readonly journaled: JournaledState;
  readonly #time: Time;
  readonly #world: World;
  readonly #control: RunControl;
  /** Virtual time less run time. */
  readonly #offset: number;
  readonly #inbox: Input[] = [];
  #isBusy = false;
  #isDead = false;
  #wakesAt: number | null = null;
  #steps = 0;

  constructor(facts: RunFacts, time: Time, world: World, start: Start) {
    this.#time = time;
    this.#world = world;
    this.journaled = new JournaledState(facts.crew);
    for (const event of start?.events ?? []) this.journaled.apply(event);
    this.#offset = time.now - this.journaled.run.t;
    const texts = { results: start?.results ?? new Results(facts.crew), transcripts: new Transcripts() };
    this.#control = openControl(facts, this.journaled, texts, start === null, { t: this.now, wallMs: time.now });
  }

  /** Run time in whole ms. */
  get now(): number {
    return this.#time.now - this.#offset;
  }

  get ending(): RunEnd | null {
    return this.#control.ending;
  }

  /** The number of steps so far. */
  get steps(): number {
    return this.#steps;
  }

  receive(input: Input): void {
    if (this.#isDead) return;
    this.#inbox.push(input);
    if (!this.#isBusy) this.#drain();
  }

  command(command: Command, id: number | null = null): void {
    this.receive({ type: 'command', id, command });
  }

  /** The process ends: nothing reaches the engine any more. */
  kill(): void {
    this.#isDead = true;
  }

  #drain(): void {
    for (;;) {
      const input = this.#inbox.shift() ?? null;
      this.#isBusy = true;
      const { events, effects, rests } = this.#control.step(input, this.now);
      this.#steps += 1;
      if (events.length > 0) this.#world.recorded(events);
      for (const effect of effects) this.#world.perform(effect);
      this.#isBusy = false;
      if (rests && this.#inbox.length === 0) break;
    }
    this.#world.rested();
    this.#wake(this.#control.wakeAt(this.now));
  }

  #wake(at: number | null): void {
    if (at === this.#wakesAt) return;
    this.#wakesAt = at;
    if (at === null) return;
    this.#time.at(at + this.#offset, () => {
      if (this.#wakesAt !== at) return;
      this.#wakesAt = null;
      this.receive({ type: 'timer' });
    });
  }
}

function openControl(
  { crew, slots, reviewer, attended }: RunFacts,
  journaled: JournaledState,
  texts: RunTexts,
  isNew: boolean,
  at: { t: number; wallMs: number },
): RunControl {
  const names = new Map<string, string>();
  const context: ControlContext = {
    crew,
    reviewer,
    attended,
    endpointOf: (agent) => ({ name: originOf(agent), origin: originOf(agent) }),
    planTurn: (view, turn) => planTurn(crew, view, turn),
    redact: (value) => value,
    blobName: (text) => {
      const name = names.get(text) ?? names.size.toString(16).padStart(64, '0');
      names.set(text, name);
      return name;
    },
    utf8Bytes: (text) => text.length,
    batch: null,
  };
  const settings = { ...STARTED.settings, slots };
  const started = { ...STARTED, crew: crew.name, settings, ranks: computeRanks(crew, {}), wall_ms: at.wallMs };
  const resumed = { type: 'run.resumed', wall_ms: at.wallMs, versions: {} } as const;
  const opening: Opening = isNew
    ? { type: 'new', started, reused: null }
    : { type: 'resumed', resumed, budgetUsd: null, budgetTokens: null };
  return openRun(context, journaled, texts, opening, at);
}
