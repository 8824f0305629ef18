import type { SlotEvent } from '../../slot/slot-event.ts';
import { turnKeyText } from '../../slot/turn-key.ts';
import type { ActiveTurn } from '../base/active-turn.ts';

/** A turn that waits for a permit. */
export interface WaitingCall {
  readonly turn: ActiveTurn;
  /** The request of its slot; null if the permit is submitted with the turn. */
  readonly request: string | null;
  readonly since: number;
}

/** The model calls of running turns that wait for a permit of the limits or use one. */
export class Permits {
  /** By turn: its permits, each with how long its call waited for it, in ms. */
  readonly #used = new Map<string, Map<string, number>>();
  /** By the ID of the request to the limits. */
  readonly #waiting = new Map<string, WaitingCall>();

  wait(id: string, call: WaitingCall): void {
    this.#waiting.set(id, call);
  }

  /** Ends a wait. Returns the call; null if nothing waits under this ID. */
  endWait(id: string): WaitingCall | null {
    const call = this.#waiting.get(id) ?? null;
    this.#waiting.delete(id);
    return call;
  }

  /** Returns the IDs of the requests of a turn that wait. */
  waitsOf(turn: ActiveTurn): string[] {
    return [...this.#waiting].flatMap(([id, call]) => (call.turn === turn ? [id] : []));
  }

  /** Returns the turns whose slots wait for a permit. */
  waitingTurns(): ActiveTurn[] {
    return [...this.#waiting.values()].flatMap(({ turn, request }) => (request === null ? [] : [turn]));
  }

  use({ key }: ActiveTurn, permit: string, waitedMs: number): void {
    const text = turnKeyText(key);
    this.#used.set(text, (this.#used.get(text) ?? new Map<string, number>()).set(permit, waitedMs));
  }

  /** Returns the first permit of a turn; null if it has none. */
  firstOf({ key }: ActiveTurn): string | null {
    return this.#used.get(turnKeyText(key))?.keys().next().value ?? null;
  }

  /** Returns how long a model call waited for its permit, in ms. */
  waitedFor({ key }: ActiveTurn, { permit = '' }: CallEvent): number {
    return this.#used.get(turnKeyText(key))?.get(permit) ?? 0;
  }

  /** The permit of a call is no longer used. Returns false if the turn does not have it. */
  giveBack({ key }: ActiveTurn, permit: string): boolean {
    return this.#used.get(turnKeyText(key))?.delete(permit) ?? false;
  }

  /** Ends the use of a turn's permits and returns them. */
  giveBackAll({ key }: ActiveTurn): string[] {
    const permits = [...(this.#used.get(turnKeyText(key))?.keys() ?? [])];
    this.#used.delete(turnKeyText(key));
    return permits;
  }
}

type CallEvent = Extract<SlotEvent, { type: 'llm.call' }>;

/** Returns the ID of a turn's request to the limits. It is unique among the running turns. */
export function permitRequestId({ key }: ActiveTurn, id: string): string {
  return `${key.task} ${key.attempt} ${key.turn ?? ''} ${id}`;
}
