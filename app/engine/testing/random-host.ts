import type { Random } from '../../../shared/random.ts';
import type { Failure } from '../../../shared/run/error-kind.ts';
import type { SlotHost, SlotListener } from '../../../shared/slot/host.ts';
import type { SlotEvent } from '../../../shared/slot/slot-event.ts';
import type { SlotOutcome } from '../../../shared/slot/slot-outcome.ts';
import type { SlotAnswer, SlotRequest } from '../../../shared/slot/slot-request.ts';
import type { TurnKey } from '../../../shared/slot/turn-key.ts';
import { turnKeyText } from '../../../shared/slot/turn-key.ts';
import type { TurnSubmission } from '../../../shared/slot/turn-submission.ts';

/** The calls that the provider receives, by the clock of the process. */
export interface ProviderLog {
  readonly calls: { agent: string; at: number; permittedAt: number }[];
  /** The time of each refusal, and the requested wait. */
  readonly refusals: { at: number; retryAfterMs: number }[];
}

interface Turn {
  readonly submission: TurnSubmission;
  readonly submittedAt: number;
  runs: boolean;
  cancelled: boolean;
  /** Whether the turn ignores a cancellation. */
  readonly hangs: boolean;
  /** Whether a model call is in flight. */
  calls: boolean;
  events: number;
  /** The turn's unanswered request. */
  open: { id: string; answered: (answer: SlotAnswer) => void } | null;
}

interface Slot {
  readonly number: number;
  readonly where: string;
  ready: boolean;
  turn: Turn | null;
}

type WithoutAgent<Event> = Event extends SlotEvent ? Omit<Event, 'agent' | 'model'> : never;
const BROKEN: Failure = { kind: 'network', message: 'No answer.' };

/**
 * Slots without processes that send every report a slot may send at any valid time: answers, refusals, failures, leases,
 * crashes, turns that do not stop, late answers. It throws if the engine breaks a rule.
 */
export class RandomHost implements SlotHost {
  readonly #random: Random;
  readonly #slots = new Map<number, Slot>();
  #listener: SlotListener | null = null;
  #count = 0;
  #lastId = 1000;
  #stopped = false;
  readonly #log: ProviderLog;

  constructor(random: Random, log: ProviderLog) {
    this.#random = random;
    this.#log = log;
  }

  prepare(): void {}

  start(count: number, listener: SlotListener): void {
    this.#listener = listener;
    this.resize(count);
  }

  resize(count: number): void {
    this.#count = count;
    for (const slot of [...this.#slots.values()]) this.#retire(slot);
    for (let number = 1; number <= count; number += 1) if (!this.#slots.has(number)) this.#begin(number);
  }

  submit(number: number, submission: TurnSubmission): void {
    const slot = this.#slots.get(number);
    if (!slot?.ready || slot.turn) throw new Error(`Slot ${number} received a turn that it cannot run.`);
    const hangs = this.#random.chance(0.1);
    const turn = { runs: true, cancelled: false, hangs, calls: false, events: 0, open: null };
    slot.turn = { submission, submittedAt: performance.now(), ...turn };
    void this.#runTurn(slot, slot.turn);
  }

  cancel(key: TurnKey, graceMs: number): void {
    const found = this.#find(key);
    if (!found || found.turn.cancelled) return;
    const { slot, turn } = found;
    turn.cancelled = true;
    if (turn.open) this.#listener?.requestCancelled(key, turn.open.id);
    turn.open = null;
    if (turn.hangs) this.#in(graceMs, () => turn.runs && this.#die(slot, 'timeout'));
    else {
      const late: SlotOutcome = !turn.calls && this.#random.chance(0.2) ? this.#valueOf(turn) : { status: 'cancelled' };
      this.#in(this.#random.int(0, 8), () => this.#close(slot, turn, late));
    }
  }

  answer(key: TurnKey, request: string, answer: SlotAnswer): void {
    const open = this.#find(key)?.turn.open;
    if (open?.id === request) open.answered(answer);
  }

  acknowledge(): void {}
  reconcile = async () => [];

  kill(number: number, reason: 'memory' | 'timeout'): void {
    const slot = this.#slots.get(number);
    if (slot) this.#die(slot, reason);
  }

  /** Crashes a random slot process. */
  crash(): void {
    const slot = this.#slots.get(this.#random.int(1, this.#count));
    if (slot) this.#die(slot, 'crash');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { turn } of this.#slots.values()) if (turn) turn.runs = false;
    this.#slots.clear();
  }

  #begin(number: number): void {
    this.#lastId += 1;
    const slot: Slot = { number, where: `local:${this.#lastId}`, ready: false, turn: null };
    this.#slots.set(number, slot);
    this.#listener?.slotStarted(number, slot.where);
    const ready = () => {
      if (this.#stopped || this.#slots.get(number) !== slot) return;
      slot.ready = true;
      this.#listener?.slotReady(number, slot.where, 0);
      this.#retire(slot);
    };
    // A spare is ready immediately.
    if (this.#random.chance(0.5)) ready();
    else this.#in(this.#random.int(0, 40), ready);
  }

  #retire(slot: Slot): void {
    if (slot.number <= this.#count || slot.turn || !this.#slots.delete(slot.number)) return;
    this.#listener?.slotExited(slot.number, slot.where, 'ended');
  }

  #die(slot: Slot, reason: 'crash' | 'memory' | 'timeout'): void {
    const { number, where, turn } = slot;
    if (this.#slots.get(number) !== slot) return;
    this.#slots.delete(number);
    slot.turn = null;
    const lost = turn?.runs ? turn : null;
    if (lost) lost.runs = false;
    this.#listener?.slotExited(number, where, reason);
    if (number <= this.#count) this.#begin(number);
    if (lost) this.#listener?.outcome(lost.submission.key, { status: 'lost', reason, detail: 'it ended' });
  }

  async #runTurn(slot: Slot, turn: Turn): Promise<void> {
    for (let left = this.#random.int(0, 4); left > 0; left -= 1) {
      await this.#pass(this.#random.int(1, 40));
      const refused = this.#random.chance(0.3) ? await this.#lease(turn) : await this.#call(turn);
      if (!turn.runs || turn.cancelled) return;
      if (refused) return this.#close(slot, turn, { status: 'error', failure: refused });
    }
    if (!turn.runs || turn.cancelled) return;
    const dice = this.#random.int(1, 20);
    if (dice === 1) this.#die(slot, 'crash');
    else if (dice > 2) this.#close(slot, turn, dice > 5 ? this.#valueOf(turn) : { status: 'error', failure: BROKEN });
  }

  #valueOf({ submission }: Turn): SlotOutcome {
    return { status: 'value', text: submission.choices?.[0] ?? '{}' };
  }

  /** @returns the provider's refusal, or null */
  async #call(turn: Turn): Promise<Failure | null> {
    const { submission } = turn;
    const { name: agent, model } = submission.agent;
    const request = { kind: 'limiter.acquire', agent, provider: model.provider, origin: 'http://127.0.0.1:1' } as const;
    const given = turn.events === 0 && submission.transcript.length === 0 ? submission.permit : undefined;
    const permit = given ?? (await this.#ask(turn, { ...request, tokens: 10 })).text;
    const permittedAt = given === undefined ? performance.now() : turn.submittedAt;
    if (!turn.runs || turn.cancelled) return null;
    // A delay, as in a cold process or while tools are described.
    await this.#pass(this.#random.int(0, 30));
    if (!turn.runs || turn.cancelled) return null;
    this.#log.calls.push({ agent, at: performance.now(), permittedAt });
    turn.calls = true;
    const ms = this.#random.int(1, 60);
    await this.#pass(ms);
    if (!turn.runs || turn.cancelled) return null;
    const refused: Failure | null = this.#random.chance(0.08)
      ? { kind: 'rate_limit', status: 429, message: 'Slow down.', retry_after_ms: this.#random.int(0, 3000) }
      : null;
    turn.calls = false;
    if (refused) this.#log.refusals.push({ at: performance.now(), retryAfterMs: refused.retry_after_ms ?? 0 });
    this.#report(turn, {
      type: 'llm.call',
      ms,
      first_token_ms: null,
      prompt_tokens: 10,
      completion_tokens: 5,
      cost_usd: 0.25,
      prompt: [],
      message: refused ? null : { role: 'assistant', content: 'So.' },
      permit,
      ...(refused ? { error: refused } : {}),
    });
    return refused;
  }

  async #lease(turn: Turn): Promise<null> {
    const action = this.#random.pick(['acquire_resource', 'acquire_resource', 'release_resource'] as const);
    const resource_id = this.#random.pick(['db', 'net'] as const);
    const given = { action, resource_id, timeout: this.#random.int(0, 200) / 1000 };
    await this.#ask(turn, { kind: 'shared_resource_pool', agent: turn.submission.agent.name, arguments: given });
    return null;
  }

  #report(turn: Turn, event: WithoutAgent<SlotEvent>): void {
    turn.events += 1;
    const { name: agent, model } = turn.submission.agent;
    // The omitted parts belong to calls. Only calls are reported here.
    const said = { ...event, agent, model: model.model } as SlotEvent;
    this.#listener?.event(turn.submission.key, turn.events, said);
  }

  /** Sends a request. The promise never resolves if the turn ends first. */
  #ask(turn: Turn, request: SlotRequest): Promise<SlotAnswer> {
    this.#lastId += 1;
    const id = `request-${this.#lastId}`;
    return new Promise((answered) => {
      turn.open = { id, answered };
      this.#listener?.request(turn.submission.key, id, request);
    });
  }

  #close(slot: Slot, turn: Turn, outcome: SlotOutcome): void {
    if (!turn.runs) return;
    turn.runs = false;
    slot.turn = null;
    this.#listener?.outcome(turn.submission.key, outcome);
    this.#retire(slot);
  }

  #find(key: TurnKey): { slot: Slot; turn: Turn } | null {
    for (const slot of this.#slots.values())
      if (slot.turn && turnKeyText(slot.turn.submission.key) === turnKeyText(key)) return { slot, turn: slot.turn };
    return null;
  }

  #in(ms: number, act: () => void): void {
    setTimeout(act, ms);
  }

  #pass(ms: number): Promise<void> {
    return new Promise((passed) => this.#in(ms, passed));
  }
}
