import { expect } from 'vitest';
import type { Crew } from '../../../crew/schema.ts';
import { WINDOW_MS } from '../../limits/sliding-window.ts';
import { originOf } from './turn-plans.ts';

export interface ReceivedCall {
  readonly agent: string;
  readonly at: number;
  tokens: number;
  /** When its end was reported to the engine; infinite while it is in flight. */
  reportedAt: number;
}

/** The shortest cooldown after a refusal. */
const MIN_COOLDOWN_MS = 1000;

/** The providers of a virtual run. They check each call that arrives against the limits of the crew. */
export class StrictProvider {
  readonly #crew: Crew;
  readonly #calls: ReceivedCall[] = [];
  /** By origin: the cooldowns that were reported to the engine. */
  readonly #cooldowns = new Map<string, { from: number; until: number }[]>();
  /** The largest number of calls that arrived within one minute. */
  most = 0;

  constructor(crew: Crew) {
    this.#crew = crew;
  }

  get calls(): number {
    return this.#calls.length;
  }

  /** A call arrives at time `at`, with a permit of time `permittedAt`. */
  receive(call: ReceivedCall, permittedAt: number): void {
    this.#calls.push(call);
    const { max_rpm, max_tokens_per_minute } = this.#crew.settings;
    const origin = originOf(call.agent);
    const recent = this.#calls.filter(({ agent, at }) => at > call.at - WINDOW_MS && originOf(agent) === origin);
    this.most = Math.max(this.most, recent.length);
    if (max_rpm !== undefined) expect(recent.length).toBeLessThanOrEqual(Math.ceil(max_rpm));
    const tokens = recent.reduce((sum, one) => sum + one.tokens, 0);
    // A call that is larger than the limit may be the only one.
    if (max_tokens_per_minute !== undefined && tokens > call.tokens)
      expect(tokens).toBeLessThanOrEqual(max_tokens_per_minute);
    const own = this.#crew.agents.find(({ name }) => name === call.agent)?.max_rpm;
    const byAgent = this.#calls.filter(({ agent, at }) => at > call.at - WINDOW_MS && agent === call.agent);
    if (own !== undefined) expect(byAgent.length).toBeLessThanOrEqual(Math.ceil(own));
    const isCooling = ({ from, until }: { from: number; until: number }) => from <= permittedAt && permittedAt < until;
    expect((this.#cooldowns.get(origin) ?? []).some(isCooling)).toBe(false);
  }

  /** Reports to the engine at time `at` that the provider of `agent` asks to wait. */
  refused(agent: string, at: number, retryAfterMs: number): void {
    const cooldowns = this.#cooldowns.get(originOf(agent)) ?? [];
    cooldowns.push({ from: at, until: at + Math.max(MIN_COOLDOWN_MS, retryAfterMs) });
    this.#cooldowns.set(originOf(agent), cooldowns);
  }

  /**
   * Another process runs the engine. It knows only what was flushed until `flushedAt`: neither the cooldowns after that,
   * nor the tokens of the calls whose end was not reported to it.
   */
  forget(flushedAt: number): void {
    this.#cooldowns.clear();
    for (const call of this.#calls) if (call.reportedAt > flushedAt) call.tokens = 0;
  }
}
