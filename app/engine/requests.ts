import type { ModelEndpoint } from '../../shared/control/base/endpoint.ts';
import { reportOf } from '../../shared/control/limits/call-report.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import type { SlotAnswer, SlotEvent, SlotRequest, TurnKey, TurnSubmission } from '../../shared/slot/protocol.ts';
import { estimatedTokens } from '../../shared/slot/tokens.ts';
import type { Budget } from './budget/budget.ts';
import type { Leases } from './leases/leases.ts';
import { endpointName } from './limits/endpoint.ts';
import type { Permits } from './limits/rate-limiter.ts';
import type { Monitor } from './tools/monitor.ts';
import type { ActiveTurn } from './turns/active-turn.ts';
import type { WriteQuota } from './write-quota.ts';

export interface RequestDeps {
  host: SlotHost;
  leases: Leases;
  limiter: Permits;
  monitor: Monitor;
  budget: Budget;
  writeQuota: WriteQuota;
  /** Ends a turn that would ask a model when the budget is used up. */
  cancelForBudget: (turn: ActiveTurn) => void;
  now: () => number;
  find: (key: TurnKey) => ActiveTurn | undefined;
  /** Something waits for a time. */
  wakeLater: () => void;
}

/** What running turns ask of the engine: each request is answered once, or ends with its turn. */
export class Requests {
  readonly #deps: RequestDeps;
  /** Permits in use, each with the milliseconds that it was waited for, by turn. */
  readonly #permits = new Map<ActiveTurn, Map<string, number>>();
  /** Waits for a permit, by turn. */
  readonly #waiting = new Map<ActiveTurn, Set<string>>();

  constructor(deps: RequestDeps) {
    this.#deps = deps;
  }

  handle(key: TurnKey, id: string, request: SlotRequest): void {
    const turn = this.#deps.find(key);
    if (!turn) return;
    const answer = (text: SlotAnswer) => this.#deps.host.answer(key, id, text);
    switch (request.kind) {
      case 'shared_resource_pool':
        this.#deps.leases.handle(turn, id, request.agent, request.arguments, answer);
        return;
      case 'performance_monitor':
        answer(this.#deps.monitor.handle(turn, request.arguments));
        return;
      case 'workspace.write':
        answer(this.#deps.writeQuota.take(request.file, request.bytes));
        return;
      case 'limiter.acquire':
        this.#acquire(turn, id, request, answer);
        return;
      default:
        request satisfies never;
    }
  }

  cancelled(key: TurnKey, id: string): void {
    const turn = this.#deps.find(key);
    if (!turn) return;
    this.#deps.leases.cancelled(turn, id);
    this.#stopWaiting(turn, id);
    this.#deps.limiter.wake(this.#deps.now());
  }

  /** The budget is used up: who waits for a permit gets none. */
  cancelWaiting(): void {
    for (const [turn, ids] of this.#waiting) {
      for (const id of ids) this.#deps.limiter.cancel(this.#deps.now(), waitId(turn, id));
      if (ids.size > 0) this.#deps.cancelForBudget(turn);
    }
  }

  /** Leases, permits and open requests of a turn end with it. */
  turnEnds(turn: ActiveTurn): void {
    const { leases, limiter, now } = this.#deps;
    leases.reclaim(turn);
    const waiting = this.#waiting.get(turn) ?? [];
    const permits = this.#permits.get(turn)?.keys() ?? [];
    this.#waiting.delete(turn);
    this.#permits.delete(turn);
    for (const id of waiting) limiter.cancel(now(), waitId(turn, id));
    for (const permit of permits) limiter.release(now(), permit, null);
    limiter.wake(now());
  }

  /**
   * The permit for a turn's first model call, where the limiter has one to give at once: it goes along with the turn, which
   * need not ask. A turn that goes on from a transcript may have tools to call first, and asks when it comes to it.
   */
  permitAtOnce(turn: ActiveTurn): string | null {
    const { agent, transcript } = turn.submission;
    const { base_url: url, provider } = agent.model;
    if (!this.#deps.budget.allows() || transcript.length > 0 || !URL.canParse(url)) return null;
    const { origin } = new URL(url);
    const { limiter, now } = this.#deps;
    let given: string | null = null;
    const grant = (permit: string) => {
      given = permit;
      this.#hold(turn, permit, 0);
    };
    const id = waitId(turn, 'first');
    const tokens = firstTokens(turn.submission);
    // The slot asks again and receives the reason.
    const refuse = () => undefined;
    limiter.acquire(now(), endpointFor(turn, agent.name, provider, origin), {
      id,
      agent: turn.agent,
      tokens,
      grant,
      refuse,
    });
    if (given === null) limiter.cancel(now(), id);
    return given;
  }

  /** For how many milliseconds a model call was kept waiting for its permit. */
  waitedFor(turn: ActiveTurn, { permit = '' }: CallEvent): number {
    return this.#permits.get(turn)?.get(permit) ?? 0;
  }

  /** A model call is over, and what it cost is counted: its permit goes back, and the next call may have leave. */
  called(turn: ActiveTurn, call: CallEvent): void {
    const { permit = '', error } = call;
    // What the provider counted of a call that was given up is not known: its turn's end gives the permit back.
    if (error?.kind === 'cancelled') return;
    if (!this.#permits.get(turn)?.delete(permit)) return;
    const { limiter, now, wakeLater } = this.#deps;
    limiter.release(now(), permit, reportOf(call));
    wakeLater();
  }

  #hold(turn: ActiveTurn, permit: string, waitedMs: number): void {
    const held = this.#permits.get(turn);
    if (held) held.set(permit, waitedMs);
    else this.#permits.set(turn, new Map([[permit, waitedMs]]));
  }

  #acquire(
    turn: ActiveTurn,
    id: string,
    request: Extract<SlotRequest, { kind: 'limiter.acquire' }>,
    answer: (answer: SlotAnswer) => void,
  ): void {
    const { limiter, budget, cancelForBudget: giveUp, now, wakeLater } = this.#deps;
    if (!budget.allows()) {
      giveUp(turn);
      return;
    }
    const since = now();
    let isAnswered = false;
    const refuse = ({ message }: Failure) => {
      isAnswered = true;
      this.#stopWaiting(turn, id);
      answer({ ok: false, text: message });
    };
    const grant = (permit: string) => {
      isAnswered = true;
      this.#hold(turn, permit, now() - since);
      this.#stopWaiting(turn, id);
      // Another row of the batch may have used up the money meanwhile.
      if (budget.allows()) answer({ ok: true, text: permit });
      else giveUp(turn);
    };
    const endpoint = endpointFor(turn, request.agent, request.provider, request.origin);
    limiter.acquire(since, endpoint, {
      id: waitId(turn, id),
      agent: request.agent,
      tokens: request.tokens,
      grant,
      refuse,
    });
    if (isAnswered) return;
    const waiting = this.#waiting.get(turn);
    if (waiting) waiting.add(id);
    else this.#waiting.set(turn, new Set([id]));
    turn.deadline.pause();
    wakeLater();
  }

  #stopWaiting(turn: ActiveTurn, id: string): void {
    if (!this.#waiting.get(turn)?.delete(id)) return;
    this.#deps.limiter.cancel(this.#deps.now(), waitId(turn, id));
    turn.deadline.resume();
  }
}

type CallEvent = Extract<SlotEvent, { type: 'llm.call' }>;

function firstTokens({ agent, prompt, output_schema: schema }: TurnSubmission): number {
  const asked = schema === undefined ? prompt : `${prompt}${JSON.stringify(schema)}`;
  const messages = [
    { role: 'system' as const, content: agent.system },
    { role: 'user' as const, content: asked },
  ];
  return estimatedTokens(messages) + (agent.model.max_tokens ?? 0);
}

function endpointFor(turn: ActiveTurn, agent: string, provider: string, origin: string): ModelEndpoint {
  return { name: endpointName(provider, origin, keyOf(turn, agent)), origin };
}

function waitId(turn: ActiveTurn, id: string): string {
  return `${turn.key.task} ${turn.key.attempt} ${turn.key.turn ?? ''} ${id}`;
}

/** The key of the turn's agent, or of another inside the turn: a co-worker, or who judges its answer. */
function keyOf({ submission }: ActiveTurn, agent: string): string | null {
  const { coworkers, manager, guardrail } = submission;
  const judges = [manager, guardrail?.judge].flatMap((judge) => judge?.agent ?? []);
  const all = [submission.agent, ...coworkers, ...judges];
  return all.find(({ name }) => name === agent)?.model.api_key ?? null;
}
