import type { Provided, ToSlot } from '../../shared/slot/protocol.ts';
import type { SlotEvent } from '../../shared/slot/slot-event.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { SlotAnswer, SlotRequest } from '../../shared/slot/slot-request.ts';
import type { TurnKey } from '../../shared/slot/turn-key.ts';
import { turnKeyText } from '../../shared/slot/turn-key.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import type { ModelClient } from '../models/client.ts';
import type { Port } from './port.ts';
import { runTurn } from './turn.ts';
import type { SlotPort } from './turn-port.ts';

/** A turn from its submission until its outcome is acknowledged. */
interface Turn {
  readonly key: TurnKey;
  readonly cancel: AbortController;
  /** Events that the engine has not acknowledged yet, with the number of the first. */
  events: SlotEvent[];
  firstNumber: number;
  outcome: SlotOutcome | null;
  readonly requests: Map<string, (answer: SlotAnswer) => void>;
}

/** The turns of this slot. Their messages are kept until the engine acknowledges them, and sent again on request. */
export class OpenTurns {
  readonly #port: Pick<Port, 'send'>;
  readonly #models: ModelClient;
  readonly #turns = new Map<string, Turn>();
  /** What the slot was provided, by run. */
  readonly #provided = new Map<string, Provided>();
  #requests = 0;

  constructor(port: Pick<Port, 'send'>, models: ModelClient) {
    this.#port = port;
    this.#models = models;
  }

  take(message: Exclude<ToSlot, { type: 'end' | 'forget' }>): void {
    switch (message.type) {
      case 'provide':
        this.#provided.set(message.run, message.provided);
        return;
      case 'withdraw':
        this.#provided.delete(message.run);
        return;
      case 'turn':
        this.#begin(message.turn);
        return;
      case 'cancel':
        this.#find(message.key)?.cancel.abort();
        return;
      case 'answer':
        this.#answer(message.key, message.request, message.answer);
        return;
      case 'acknowledge':
        this.#acknowledge(message.key, message.events, message.outcome);
        return;
      case 'reconcile':
        this.#reconcile(message.id, message.keys);
        return;
      default:
        message satisfies never;
    }
  }

  /** Aborts all turns: this process is about to end. */
  abort(): void {
    for (const turn of this.#turns.values()) turn.cancel.abort();
  }

  /** Forgets all turns, keys and connections: the engine will not request the turns again. */
  forget(): void {
    this.abort();
    this.#turns.clear();
    this.#provided.clear();
    this.#models.close();
  }

  #find(key: TurnKey): Turn | undefined {
    return this.#turns.get(turnKeyText(key));
  }

  #begin(submission: TurnSubmission): void {
    const { key } = submission;
    if (this.#find(key)) return;
    const turn: Turn = {
      key,
      cancel: new AbortController(),
      events: [],
      firstNumber: 1,
      outcome: null,
      requests: new Map(),
    };
    this.#turns.set(turnKeyText(key), turn);
    const provided = this.#provided.get(key.run);
    const outcome = provided ? runTurn(submission, this.#portOf(turn, provided)) : notProvided(key.run);
    void outcome.then((ended) => {
      turn.outcome = ended;
      this.#port.send({ type: 'outcome', key, outcome: ended });
    });
  }

  #portOf(turn: Turn, provided: Provided): SlotPort {
    const { key } = turn;
    return {
      provided,
      signal: turn.cancel.signal,
      models: this.#models,
      event: (event) => {
        turn.events.push(event);
        this.#port.send({ type: 'event', key, number: turn.firstNumber + turn.events.length - 1, event });
      },
      text: (delta) => this.#port.send({ type: 'text', key, delta }),
      ask: (request) => this.#ask(turn, request),
    };
  }

  #ask(turn: Turn, request: SlotRequest): Promise<SlotAnswer> {
    const { key, cancel } = turn;
    if (cancel.signal.aborted) return Promise.reject(cancel.signal.reason);
    this.#requests += 1;
    const id = `request-${this.#requests}`;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        turn.requests.delete(id);
        this.#port.send({ type: 'request_cancelled', key, id });
        reject(cancel.signal.reason);
      };
      cancel.signal.addEventListener('abort', giveUp, { once: true });
      turn.requests.set(id, (answer) => {
        cancel.signal.removeEventListener('abort', giveUp);
        resolve(answer);
      });
      this.#port.send({ type: 'request', key, id, request });
    });
  }

  #answer(key: TurnKey, request: string, answer: SlotAnswer): void {
    const turn = this.#find(key);
    turn?.requests.get(request)?.(answer);
    turn?.requests.delete(request);
  }

  #acknowledge(key: TurnKey, events: number, outcome: boolean): void {
    const turn = this.#find(key);
    if (!turn) return;
    const safe = Math.max(0, events - turn.firstNumber + 1);
    turn.events.splice(0, safe);
    turn.firstNumber += safe;
    if (outcome && turn.outcome) this.#turns.delete(turnKeyText(key));
  }

  /** Sends the unacknowledged messages again, then the outcome of each turn. */
  #reconcile(id: string, keys: readonly TurnKey[]): void {
    const turns = keys.map((key) => {
      const turn = this.#find(key);
      if (!turn) return { key, status: 'unknown' as const };
      turn.events.forEach((event, index) => {
        this.#port.send({ type: 'event', key, number: turn.firstNumber + index, event });
      });
      if (turn.outcome) this.#port.send({ type: 'outcome', key, outcome: turn.outcome });
      return { key, status: turn.outcome ? ('outcome' as const) : ('running' as const) };
    });
    this.#port.send({ type: 'reconciled', id, turns });
  }
}

/** The outcome of a turn whose host broke the protocol: it sent no `provide` for the run before. */
async function notProvided(run: string): Promise<SlotOutcome> {
  const message = `The slot has no workspace and no keys for the run ${run}: its host sent no "provide" before the turn.`;
  return { status: 'error', failure: { kind: 'crash', message } };
}
