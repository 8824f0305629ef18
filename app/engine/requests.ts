import type { SlotHost } from '../../shared/slot/host.ts';
import type { SlotAnswer, SlotRequest, TurnKey } from '../../shared/slot/protocol.ts';
import type { ActiveTurn } from './active-turn.ts';
import type { Leases } from './leases.ts';
import type { CallEnd, Permits } from './limiter.ts';
import type { Monitor } from './monitor.ts';

export interface RequestParts {
  host: SlotHost;
  leases: Leases;
  limiter: Permits;
  monitor: Monitor;
  now: () => number;
  find: (key: TurnKey) => ActiveTurn | undefined;
  /** Something waits for a time. */
  wakeLater: () => void;
}

/** What running turns ask of the engine: each request is answered once, or ends with its turn. */
export class Requests {
  readonly #parts: RequestParts;
  /** Permits in use and waits for one, by turn. */
  readonly #permits = new Map<ActiveTurn, Set<string>>();
  readonly #waiting = new Map<ActiveTurn, Set<string>>();

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  handle(key: TurnKey, id: string, request: SlotRequest): void {
    const turn = this.#parts.find(key);
    if (!turn) return;
    const answer = (text: SlotAnswer) => this.#parts.host.answer(key, id, text);
    switch (request.kind) {
      case 'shared_resource_pool':
        this.#parts.leases.handle(turn, id, request.agent, request.arguments, answer);
        return;
      case 'performance_monitor':
        answer(this.#parts.monitor.handle(turn, request.arguments));
        return;
      case 'limiter.acquire':
        this.#acquire(turn, id, request, answer);
        return;
      case 'limiter.release':
        this.#release(turn, request);
        answer({ ok: true, text: '' });
        return;
      default:
        request satisfies never;
    }
  }

  cancelled(key: TurnKey, id: string): void {
    const turn = this.#parts.find(key);
    if (!turn) return;
    this.#parts.leases.cancelled(turn, id);
    this.#stopWaiting(turn, id);
  }

  /** Leases, permits and open requests of a turn end with it. */
  turnEnds(turn: ActiveTurn): void {
    this.#parts.leases.reclaim(turn);
    for (const id of this.#waiting.get(turn) ?? []) this.#parts.limiter.cancel(waitId(turn, id));
    for (const permit of this.#permits.get(turn) ?? [])
      this.#parts.limiter.release(this.#parts.now(), permit, 0, 'gone');
    this.#waiting.delete(turn);
    this.#permits.delete(turn);
  }

  #acquire(
    turn: ActiveTurn,
    id: string,
    request: Extract<SlotRequest, { kind: 'limiter.acquire' }>,
    answer: (answer: SlotAnswer) => void,
  ): void {
    const { limiter, now, wakeLater } = this.#parts;
    let granted = false;
    const grant = (permit: string) => {
      granted = true;
      setOf(this.#permits, turn).add(permit);
      this.#stopWaiting(turn, id);
      answer({ ok: true, text: permit });
    };
    const lane = `${request.provider} ${request.origin} ${keyFor(turn, request.origin) ?? ''}`;
    limiter.acquire(now(), lane, request.origin, {
      id: waitId(turn, id),
      agent: turn.agent,
      tokens: request.tokens,
      grant,
    });
    if (granted) return;
    setOf(this.#waiting, turn).add(id);
    turn.deadline.hold();
    wakeLater();
  }

  #stopWaiting(turn: ActiveTurn, id: string): void {
    if (!this.#waiting.get(turn)?.delete(id)) return;
    this.#parts.limiter.cancel(waitId(turn, id));
    turn.deadline.release();
  }

  #release(turn: ActiveTurn, request: Extract<SlotRequest, { kind: 'limiter.release' }>): void {
    if (!this.#permits.get(turn)?.delete(request.permit)) return;
    this.#parts.limiter.release(this.#parts.now(), request.permit, request.tokens, endOf(request));
    this.#parts.wakeLater();
  }
}

function endOf({ answered, refused }: Extract<SlotRequest, { kind: 'limiter.release' }>): CallEnd {
  if (refused) return { retryAfterMs: refused.retry_after_ms };
  return answered ? 'answered' : 'failed';
}

function waitId(turn: ActiveTurn, id: string): string {
  return `${turn.key.task} ${turn.key.attempt} ${turn.key.turn ?? ''} ${id}`;
}

/** The key that the turn, or a co-worker of it, uses at an origin. */
function keyFor(turn: ActiveTurn, origin: string): string | null {
  const { agent, coworkers } = turn.submission;
  return [agent, ...coworkers].find(({ model }) => model.base_url.startsWith(origin))?.model.api_key ?? null;
}

function setOf<Key>(sets: Map<Key, Set<string>>, key: Key): Set<string> {
  const known = sets.get(key);
  if (known) return known;
  const made = new Set<string>();
  sets.set(key, made);
  return made;
}
