import { expect } from 'vitest';
import type { Random } from '../../../random.ts';
import type { Failure } from '../../../run/error-kind.ts';
import type { SlotEvent } from '../../../slot/slot-event.ts';
import type { SlotOutcome } from '../../../slot/slot-outcome.ts';
import type { SlotAnswer, SlotRequest } from '../../../slot/slot-request.ts';
import { type TurnKey, turnKeyText } from '../../../slot/turn-key.ts';
import type { TurnSubmission } from '../../../slot/turn-submission.ts';
import type { Input } from '../../base/input.ts';
import type { StrictProvider } from './strict-provider.ts';
import { originOf } from './turn-plans.ts';
import type { Time } from './virtual-engine.ts';

const BROKEN: Failure = { kind: 'network', message: 'Nobody answers.' };
const CALL_TOKENS = 10;
/** The time that a cancelled turn has to end. */
const GRACE_MS = 250;

interface Turn {
  readonly slot: Slot;
  readonly submission: TurnSubmission;
  readonly submittedAt: number;
  /** The number of actions before its outcome. */
  actionsLeft: number;
  isOver: boolean;
  isCancelled: boolean;
  /** Whether it ignores a cancellation. */
  readonly hangs: boolean;
  events: number;
  /** How long it has waited for the engine. */
  waitedMs: number;
  /** The request that it waits for. */
  waiting: { id: string; since: number; answered: (answer: SlotAnswer) => void } | null;
}

interface Slot {
  readonly number: number;
  readonly where: string;
  isReady: boolean;
  turn: Turn | null;
}

/**
 * Slots in virtual time, with processes that start, crash, hang and end, and turns that call models, take leases and
 * fail. Every choice comes from the seed. An input that breaks a rule of the slot host throws.
 */
export class VirtualSlots {
  readonly #time: Time;
  readonly #random: Random;
  readonly #provider: StrictProvider;
  readonly #report: (input: Input) => void;
  readonly #slots = new Map<number, Slot>();
  /** Outcomes that the engine has not acknowledged. */
  readonly unacknowledged = new Set<string>();
  #count = 0;
  #lastId = 0;

  constructor(time: Time, random: Random, provider: StrictProvider, report: (input: Input) => void) {
    this.#time = time;
    this.#random = random;
    this.#provider = provider;
    this.#report = report;
  }

  resize(count: number): void {
    this.#count = count;
    for (const slot of [...this.#slots.values()]) this.#retire(slot);
    for (let number = 1; number <= count; number += 1) if (!this.#slots.has(number)) this.#begin(number);
  }

  submit(number: number, submission: TurnSubmission): void {
    const slot = this.#slots.get(number);
    if (!slot?.isReady || slot.turn) throw new Error(`Slot ${number} cannot take a turn.`);
    slot.turn = {
      ...{ slot, submission, submittedAt: this.#time.now, actionsLeft: this.#random.int(0, 4) },
      ...{ isOver: false, isCancelled: false, hangs: this.#random.chance(0.1), events: 0, waitedMs: 0, waiting: null },
    };
    this.#advance(slot.turn);
  }

  cancel(key: TurnKey, graceMs: number): void {
    const turn = this.#find(key);
    if (!turn || turn.isCancelled) return;
    turn.isCancelled = true;
    if (turn.waiting) this.#report({ type: 'turn.requestCancelled', key, id: turn.waiting.id });
    this.#endWait(turn);
    if (turn.hangs) this.#later(turn, graceMs, () => this.#die(turn.slot, 'timeout'));
    else this.#later(turn, this.#random.int(0, 8), () => this.#end(turn, { status: 'cancelled' }));
  }

  answer(key: TurnKey, id: string, answer: SlotAnswer): void {
    const waiting = this.#find(key)?.waiting;
    if (waiting?.id === id) waiting.answered(answer);
  }

  acknowledge(key: TurnKey, outcome: boolean): void {
    if (outcome) this.unacknowledged.delete(turnKeyText(key));
  }

  kill(number: number, reason: 'memory' | 'timeout'): void {
    const slot = this.#slots.get(number);
    if (slot) this.#die(slot, reason);
  }

  /** A random slot process crashes, or reports that it uses too much memory. */
  fault(memoryLimitMib: number): void {
    const number = this.#random.int(1, this.#count);
    const slot = this.#slots.get(number);
    if (!slot) return;
    const memoryBytes = (memoryLimitMib + 1) * 2 ** 20;
    if (this.#random.chance(0.5)) this.#die(slot, 'crash');
    else this.#report({ type: 'slot.sampled', samples: [{ slot: number, cpuPercent: 1, memoryBytes }] });
  }

  /** Reports the resources of all slots, as a host does every second. */
  sample(): void {
    const samples = [...this.#slots.keys()].map((slot) => ({ slot, cpuPercent: 1, memoryBytes: 2 ** 20 }));
    if (samples.length > 0) this.#report({ type: 'slot.sampled', samples });
  }

  /** The process of the engine ended, and all slots with it. */
  loseAll(): void {
    for (const { turn } of this.#slots.values()) if (turn) turn.isOver = true;
    this.#slots.clear();
    this.unacknowledged.clear();
  }

  #begin(number: number): void {
    this.#lastId += 1;
    const slot: Slot = { number, where: `local:${this.#lastId}`, isReady: false, turn: null };
    this.#slots.set(number, slot);
    this.#report({ type: 'slot.started', slot: number, where: slot.where });
    const ready = () => {
      if (this.#slots.get(number) !== slot) return;
      slot.isReady = true;
      this.#report({ type: 'slot.ready', slot: number, where: slot.where, ms: 0 });
      this.#retire(slot);
    };
    // A spare is ready immediately.
    if (this.#random.chance(0.5)) ready();
    else this.#time.at(this.#time.now + this.#random.int(0, 40), ready);
  }

  #retire(slot: Slot): void {
    const { number, where } = slot;
    if (number <= this.#count || slot.turn || this.#slots.get(number) !== slot) return;
    this.#slots.delete(number);
    this.#report({ type: 'slot.exited', slot: number, where, reason: 'ended', detail: undefined });
  }

  #die(slot: Slot, reason: 'crash' | 'memory' | 'timeout'): void {
    const { number, where, turn } = slot;
    if (this.#slots.get(number) !== slot) return;
    this.#slots.delete(number);
    this.#report({ type: 'slot.exited', slot: number, where, reason, detail: undefined });
    if (number <= this.#count) this.#begin(number);
    if (turn && !turn.isOver) this.#report(this.#outcome(turn, { status: 'lost', reason, detail: 'it ended' }));
  }

  /** Lets a turn work for a while before its next action: longer than a flush of the journal takes. */
  #advance(turn: Turn): void {
    this.#later(turn, this.#random.int(25, 60), () => this.#act(turn));
  }

  #act(turn: Turn): void {
    if (turn.isCancelled) return;
    if (turn.actionsLeft === 0) {
      this.#conclude(turn);
      return;
    }
    turn.actionsLeft -= 1;
    const dice = this.#random.int(1, 20);
    if (dice <= 5) this.#lease(turn);
    else if (dice === 6) this.#request(turn, monitorRequest(turn), () => this.#advance(turn));
    else this.#permit(turn);
  }

  #conclude(turn: Turn): void {
    const dice = this.#random.int(1, 20);
    if (dice === 1) this.#die(turn.slot, 'crash');
    else if (dice <= 4) this.#end(turn, { status: 'error', failure: BROKEN });
    // A turn that never ends is cancelled at its deadline.
    else if (dice > 5) this.#end(turn, { status: 'value', text: turn.submission.choices?.[0] ?? '{}' });
  }

  #lease(turn: Turn): void {
    const action = this.#random.pick(['acquire_resource', 'acquire_resource', 'release_resource']);
    const resource_id = this.#random.pick(['db', 'net']);
    const timeoutMs = this.#random.int(0, 200);
    const given = { action, resource_id, timeout: timeoutMs / 1000 };
    const askedAt = this.#time.now;
    const request = { kind: 'shared_resource_pool', agent: turn.submission.agent.name, arguments: given } as const;
    this.#request(turn, request, () => {
      expect(this.#time.now - askedAt, 'the wait for a lease').toBeLessThanOrEqual(timeoutMs);
      this.#advance(turn);
    });
  }

  #permit(turn: Turn): void {
    const { agent, permit, transcript } = turn.submission;
    if (permit !== undefined && turn.events === 0 && transcript.length === 0) {
      this.#call(turn, permit, turn.submittedAt);
      return;
    }
    const { name, model } = agent;
    const of = { agent: name, provider: model.provider, origin: originOf(name), tokens: CALL_TOKENS };
    this.#request(turn, { kind: 'limiter.acquire', ...of }, ({ ok, text }) => {
      if (ok) this.#call(turn, text, this.#time.now);
      else this.#end(turn, { status: 'error', failure: BROKEN });
    });
  }

  /** Calls the model after a delay, as in a cold process. The call arrives at once, or up to a second after its start. */
  #call(turn: Turn, permit: string, permittedAt: number): void {
    const ms = this.#random.int(1, 1500);
    const arrivesAfter = this.#random.int(0, Math.min(ms, 1000));
    this.#later(turn, this.#random.int(0, 300), () => {
      if (turn.isCancelled) return;
      const agent = turn.submission.agent.name;
      this.#later(turn, arrivesAfter, () => {
        if (turn.isCancelled) return;
        const call = { agent, at: this.#time.now, tokens: CALL_TOKENS, reportedAt: Number.POSITIVE_INFINITY };
        this.#provider.receive(call, permittedAt);
        this.#later(turn, ms - arrivesAfter, () => {
          call.reportedAt = this.#time.now;
          this.#called(turn, permit, ms);
        });
      });
    });
  }

  #called(turn: Turn, permit: string, ms: number): void {
    if (turn.isCancelled) return;
    const retry_after_ms = this.#random.int(0, 5000);
    const refusal = { kind: 'rate_limit', status: 429, message: 'Slow down.', retry_after_ms } as const;
    const error = this.#random.chance(0.08) ? refusal : null;
    const { name, model } = turn.submission.agent;
    const usage = { prompt_tokens: CALL_TOKENS - 3, completion_tokens: 3, cost_usd: 0.25 };
    const message = error ? null : { role: 'assistant' as const, content: 'So.' };
    const call = { ms, first_token_ms: null, ...usage, prompt: [], message, permit };
    this.#say(turn, { type: 'llm.call', agent: name, model: model.model, ...call, ...(error ? { error } : {}) });
    if (!error) this.#advance(turn);
    else {
      this.#provider.refused(name, this.#time.now, retry_after_ms);
      this.#end(turn, { status: 'error', failure: error });
    }
  }

  #say(turn: Turn, event: SlotEvent): void {
    turn.events += 1;
    this.#report({ type: 'turn.event', key: turn.submission.key, number: turn.events, event });
  }

  #request(turn: Turn, request: SlotRequest, then: (answer: SlotAnswer) => void): void {
    this.#lastId += 1;
    const id = `request-${this.#lastId}`;
    turn.waiting = {
      id,
      since: this.#time.now,
      answered: (answer) => {
        this.#endWait(turn);
        if (!turn.isOver && !turn.isCancelled) then(answer);
      },
    };
    this.#report({ type: 'turn.request', key: turn.submission.key, id, request });
  }

  #endWait(turn: Turn): void {
    if (turn.waiting) turn.waitedMs += this.#time.now - turn.waiting.since;
    turn.waiting = null;
  }

  #end(turn: Turn, outcome: SlotOutcome): void {
    if (turn.isOver) return;
    turn.slot.turn = null;
    this.#report(this.#outcome(turn, outcome));
    this.#retire(turn.slot);
  }

  #outcome(turn: Turn, outcome: SlotOutcome): Input {
    const { key, timeout_ms } = turn.submission;
    this.#endWait(turn);
    const worked = this.#time.now - turn.submittedAt - turn.waitedMs;
    expect(worked, 'the time of an attempt').toBeLessThanOrEqual(timeout_ms + GRACE_MS);
    turn.isOver = true;
    this.unacknowledged.add(turnKeyText(key));
    return { type: 'turn.ended', key, outcome, random: this.#random.next() };
  }

  /** Acts later, unless the turn is over by then. */
  #later(turn: Turn, ms: number, act: () => void): void {
    this.#time.at(this.#time.now + ms, () => {
      if (!turn.isOver) act();
    });
  }

  #find(key: TurnKey): Turn | undefined {
    const turns = [...this.#slots.values()].flatMap(({ turn }) => (turn ? [turn] : []));
    return turns.find(({ submission }) => turnKeyText(submission.key) === turnKeyText(key));
  }
}

function monitorRequest({ submission }: Turn): SlotRequest {
  const given = { action: 'log_milestone', task_id: submission.key.task, milestone: 'half' };
  return { kind: 'performance_monitor', agent: submission.agent.name, arguments: given };
}
