import { expect } from 'vitest';
import type { Crew } from '../../../crew/schema.ts';
import type { CallCount } from '../../../run/call-count.ts';
import type { RunEvent } from '../../../run/events.ts';
import { graphOf } from '../../../scheduler/graph.ts';
import type { SlotAnswer } from '../../../slot/slot-request.ts';
import { turnKeyText } from '../../../slot/turn-key.ts';
import type { TurnSubmission } from '../../../slot/turn-submission.ts';
import type { Effect } from '../../base/effect.ts';
import type { Simulation } from '../simulation.ts';
import { partOf, turnLength } from '../virtual-task.ts';
import { VirtualTime } from '../virtual-time.ts';
import { originOf } from './turn-plans.ts';
import { VirtualEngine, type World } from './virtual-engine.ts';

/** The known lengths and model calls of each task, by name. */
export interface PlannedTasks {
  durations: Readonly<Record<string, number>>;
  calls: Readonly<Record<string, CallCount>>;
}

/** A turn with the calls that it has made. */
interface PlannedTurn {
  readonly submission: TurnSubmission;
  readonly ms: number;
  readonly count: CallCount;
  made: number;
}

/**
 * A run by the engine's controller in the world that a prediction assumes: slots that are ready at once, turns of the
 * planned lengths whose calls follow each other, messages without delay, and no failure.
 */
export class PlannedRun implements World {
  readonly events: RunEvent[] = [];
  readonly #planned: PlannedTasks;
  readonly #crew: Crew;
  readonly #time = new VirtualTime<() => void>();
  readonly #engine: VirtualEngine;
  readonly #slots: number;
  readonly #waiting = new Map<string, (answer: SlotAnswer) => void>();

  constructor(crew: Crew, slots: number, planned: PlannedTasks) {
    this.#crew = crew;
    this.#planned = planned;
    this.#slots = slots;
    const facts = { crew, slots, reviewer: 'approve_all', attended: false } as const;
    this.#engine = new VirtualEngine(facts, this.#time, this, null);
  }

  /** Returns the schedule of the run in the form of a simulation, without the turns of its tasks. */
  run(): Simulation {
    const engine = this.#engine;
    for (let slot = 1; slot <= this.#slots; slot += 1) {
      engine.receive({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
    }
    engine.receive({ type: 'begin' });
    for (let act = this.#time.take(); act; act = this.#time.take()) act();
    const { tasks, outcome } = engine.journaled.run;
    expect(outcome).toBe('completed');
    const ran = [...tasks.values()].flatMap(({ name, turns, endedAt }) => {
      const [first] = turns;
      return first ? [[name, { start_ms: first.start, end_ms: endedAt ?? 0, slot: first.slot }] as const] : [];
    });
    const makespan_ms = [...tasks.values()].reduce((last, { endedAt }) => Math.max(last, endedAt ?? 0), 0);
    return { makespan_ms, tasks: Object.fromEntries(ran) };
  }

  perform(effect: Effect): void {
    if (effect.type === 'submitTurn') this.#submit(effect.submission);
    if (effect.type === 'answerRequest') this.#waiting.get(`${turnKeyText(effect.key)} ${effect.id}`)?.(effect.answer);
    if (effect.type === 'cancelTurn' || effect.type === 'killSlot') throw new Error('No turn is to be cancelled.');
  }

  recorded(events: readonly RunEvent[]): void {
    this.events.push(...events);
  }
  rested(): void {}
  random(): number {
    return 0;
  }

  #submit(submission: TurnSubmission): void {
    const { task: name, turn: turnName } = submission.key;
    const graph = graphOf(this.#crew).byName.get(name);
    if (!graph) throw new Error(`There is no task ${name}.`);
    const busy = this.#planned.durations[name] ?? 0;
    const ms = turnLength({ graph, busy, turnsLeft: 0, times: null }, turnName ?? undefined);
    const turn = { submission, ms, count: this.#planned.calls[name] ?? { calls: 1, tokens: 0 }, made: 0 };
    if (submission.permit === undefined) this.#request(turn);
    else this.#call(turn, submission.permit);
  }

  #request(turn: PlannedTurn): void {
    const { key, agent } = turn.submission;
    const id = `request-${turn.made}`;
    this.#waiting.set(`${turnKeyText(key)} ${id}`, ({ text }) => this.#call(turn, text));
    const of = { agent: agent.name, provider: 'fake', origin: originOf(agent.name), tokens: turn.count.tokens };
    this.#engine.receive({ type: 'turn.request', key, id, request: { kind: 'limiter.acquire', ...of } });
  }

  #call(turn: PlannedTurn, permit: string): void {
    const ms = partOf(turn.ms, turn.count.calls, turn.made);
    turn.made += 1;
    this.#time.at(this.#time.now + ms, () => {
      const { key, agent, choices } = turn.submission;
      const usage = { prompt_tokens: turn.count.tokens, completion_tokens: 0, cost_usd: 0 };
      const answer = { message: { role: 'assistant', content: 'So.' }, permit } as const;
      const call = { model: 'fake', ms, first_token_ms: null, ...usage, ...answer, prompt: [] };
      const event = { type: 'llm.call', agent: agent.name, ...call } as const;
      this.#engine.receive({ type: 'turn.event', key, number: turn.made, event });
      const outcome = { status: 'value', text: choices?.[0] ?? '{}' } as const;
      if (turn.made === turn.count.calls) this.#engine.receive({ type: 'turn.ended', key, outcome, random: 0 });
      else this.#request(turn);
    });
  }
}
