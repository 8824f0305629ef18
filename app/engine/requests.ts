import type { ModelEndpoint } from '../../shared/control/base/endpoint.ts';
import type { Deadlines } from '../../shared/control/deadlines/deadlines.ts';
import { reportOf } from '../../shared/control/limits/call-report.ts';
import type { LimitsAction, RunLimits } from '../../shared/control/limits/limits.ts';
import {
  type ModelAccess,
  type SlotAnswer,
  type SlotEvent,
  type SlotRequest,
  type TurnKey,
  type TurnSubmission,
  turnKeyText,
} from '../../shared/slot/protocol.ts';
import { estimatedTokens } from '../../shared/slot/tokens.ts';
import type { Budget } from './budget/budget.ts';
import type { Effects } from './effect.ts';
import type { Recorder } from './journal/recorder.ts';
import type { Leases } from './leases/leases.ts';
import { endpointName, endpointOf } from './limits/endpoint.ts';
import type { RunClock } from './run-clock.ts';
import type { Monitor } from './tools/monitor.ts';
import type { ActiveTurn } from './turns/active-turn.ts';
import type { TurnCanceller } from './turns/canceller.ts';
import type { TurnTable } from './turns/turn-table.ts';
import type { WriteQuota } from './write-quota.ts';

export interface RequestDeps {
  turns: TurnTable;
  effects: Effects;
  recorder: Recorder;
  leases: Leases;
  limits: RunLimits;
  /** Returns how to call an agent's model; null if there is no such agent. */
  access: (agent: string) => ModelAccess | null;
  monitor: Monitor;
  budget: Budget;
  writeQuota: WriteQuota;
  deadlines: Deadlines;
  canceller: TurnCanceller;
  clock: RunClock;
}

/** A turn that waits for a permit. */
interface Waiting {
  readonly turn: ActiveTurn;
  /** The request of its slot; null if the permit is submitted with the turn. */
  readonly request: string | null;
  readonly since: number;
}

/** The requests of running turns to the engine. Each is answered once, or ends with its turn. */
export class Requests {
  readonly #deps: RequestDeps;
  /** Permits in use by turn, each with how long its call waited for it, in ms. */
  readonly #permits = new Map<ActiveTurn, Map<string, number>>();
  /** The turns that wait for a permit, by the ID of the request. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(deps: RequestDeps) {
    this.#deps = deps;
  }

  handle(key: TurnKey, id: string, request: SlotRequest): void {
    const { turns, leases, monitor, writeQuota } = this.#deps;
    const turn = turns.find(key);
    if (!turn) return;
    switch (request.kind) {
      case 'shared_resource_pool':
        leases.handle(turn, id, request.agent, request.arguments);
        return;
      case 'performance_monitor':
        this.#answer(turn, id, monitor.handle(turn, request.arguments));
        return;
      case 'workspace.write':
        this.#answer(turn, id, writeQuota.take(request.file, request.bytes));
        return;
      case 'limiter.acquire':
        this.#acquire(turn, id, request);
        return;
      default:
        request satisfies never;
    }
  }

  cancelled(key: TurnKey, id: string): void {
    const turn = this.#deps.turns.find(key);
    if (!turn) return;
    this.#deps.leases.cancelled(turn, id);
    this.#withdraw(waitId(turn, id));
  }

  /** Ends the leases, permits and open requests of a turn. */
  turnEnds(turn: ActiveTurn): void {
    const { leases, limits, clock } = this.#deps;
    leases.reclaim(turn);
    for (const [id, waiting] of this.#waiting) if (waiting.turn === turn) this.#withdraw(id);
    const permits = this.#permits.get(turn)?.keys() ?? [];
    this.#permits.delete(turn);
    for (const permit of permits) limits.reduce({ type: 'permit.returned', permit, report: null }, clock.now());
  }

  /**
   * Returns the permit for a turn's first model call if one is available: it is submitted with the turn, which need not
   * request it. A turn that continues from a transcript may have tools to call first, and requests it when needed.
   */
  permitAtOnce(turn: ActiveTurn): string | null {
    const { transcript } = turn.submission;
    const { limits, budget, clock } = this.#deps;
    const access = this.#deps.access(turn.agent);
    const endpoint = access && endpointOf(access);
    if (!budget.allowsCalls || transcript.length > 0 || endpoint === null) return null;
    const id = waitId(turn, 'first');
    const t = clock.now();
    this.#waiting.set(id, { turn, request: null, since: t });
    const request = { id, agent: turn.agent, tokens: firstTokens(turn.submission) };
    limits.reduce({ type: 'permit.requested', endpoint, request }, t);
    this.settle();
    this.#withdraw(id);
    return this.#permits.get(turn)?.keys().next().value ?? null;
  }

  /** Returns how long a model call waited for its permit, in ms. */
  waitedFor(turn: ActiveTurn, { permit = '' }: CallEvent): number {
    return this.#permits.get(turn)?.get(permit) ?? 0;
  }

  /** Counts the cost of a model call that has ended, and returns its permit. */
  called(turn: ActiveTurn, call: CallEvent): void {
    const { permit = '', error } = call;
    this.#deps.budget.spent(call.cost_usd ?? 0);
    // The provider's count for a cancelled call is unknown: the end of the turn returns its permit.
    if (error?.kind === 'cancelled') return;
    if (!this.#permits.get(turn)?.delete(permit)) return;
    const { limits, clock } = this.#deps;
    limits.reduce({ type: 'permit.returned', permit, report: reportOf(call) }, clock.now());
  }

  /** Journals the current decisions of the budget and the limits, and answers waiting turns. */
  settle(): void {
    const { budget, limits, recorder, clock } = this.#deps;
    const reached = budget.next();
    if (reached) {
      recorder.emit(reached);
      for (const { turn, request } of this.#waiting.values()) if (request !== null) this.#stop(turn);
    }
    const t = clock.now();
    for (let action = limits.next(t); action !== null; action = limits.next(t)) {
      limits.reduce(action, t);
      this.#perform(action, t);
    }
  }

  #acquire(turn: ActiveTurn, id: string, request: Extract<SlotRequest, { kind: 'limiter.acquire' }>): void {
    const { limits, budget, deadlines, clock } = this.#deps;
    if (!budget.allowsCalls) {
      this.#stop(turn);
      return;
    }
    const t = clock.now();
    const { agent, provider, origin, tokens } = request;
    const wait = waitId(turn, id);
    this.#waiting.set(wait, { turn, request: id, since: t });
    deadlines.reduce({ type: 'deadline.paused', id: turnKeyText(turn.key) }, t);
    const endpoint: ModelEndpoint = {
      name: endpointName(provider, origin, this.#deps.access(agent)?.api_key ?? null),
      origin,
    };
    limits.reduce({ type: 'permit.requested', endpoint, request: { id: wait, agent, tokens } }, t);
  }

  #perform(action: LimitsAction, t: number): void {
    if (action.type === 'limit.changed') {
      this.#deps.recorder.emit(action.draft);
      return;
    }
    const waiting = this.#waiting.get(action.request);
    this.#endWait(action.request);
    if (action.type === 'permit.granted') this.#granted(waiting, action.permit, t);
    // The slot of a turn that has just started sends a request of its own, and receives the reason.
    else if (waiting && waiting.request !== null)
      this.#answer(waiting.turn, waiting.request, { ok: false, text: action.failure.message });
  }

  #granted(waiting: Waiting | undefined, permit: string, t: number): void {
    if (!waiting) {
      // Shared limits may have granted a request before they learned that it was withdrawn.
      this.#deps.limits.reduce({ type: 'permit.returned', permit, report: null }, t);
      return;
    }
    const { turn, request, since } = waiting;
    const permits = this.#permits.get(turn) ?? new Map<string, number>();
    this.#permits.set(turn, permits.set(permit, t - since));
    if (request === null) return;
    // Another row of the batch may have used up the budget meanwhile.
    if (this.#deps.budget.allowsCalls) this.#answer(turn, request, { ok: true, text: permit });
    else this.#stop(turn);
  }

  /** Cancels a turn whose next call would exceed the budget. It is attempted again when the budget is raised. */
  #stop(turn: ActiveTurn): void {
    for (const [id, waiting] of this.#waiting) if (waiting.turn === turn) this.#withdraw(id);
    this.#deps.canceller.cancel(turn, 'budget');
  }

  #withdraw(id: string): void {
    if (!this.#endWait(id)) return;
    const { limits, clock } = this.#deps;
    limits.reduce({ type: 'permit.withdrawn', request: id }, clock.now());
  }

  /** Returns false if nothing waits under this id. */
  #endWait(id: string): boolean {
    const waiting = this.#waiting.get(id);
    if (!waiting) return false;
    this.#waiting.delete(id);
    const { deadlines, clock } = this.#deps;
    if (waiting.request !== null)
      deadlines.reduce({ type: 'deadline.resumed', id: turnKeyText(waiting.turn.key) }, clock.now());
    return true;
  }

  #answer({ key }: ActiveTurn, id: string, answer: SlotAnswer): void {
    this.#deps.effects.add({ type: 'answerRequest', key, id, answer });
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

function waitId(turn: ActiveTurn, id: string): string {
  return `${turn.key.task} ${turn.key.attempt} ${turn.key.turn ?? ''} ${id}`;
}
