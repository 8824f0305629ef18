import { addressOf, type Turn } from './random-turn.ts';
import type { Stage } from './stage.ts';

interface Wait {
  turn: Turn;
  resource: string;
  goOn: () => void;
}

/** The leases of the turns of a random run. */
export class RandomLeases {
  readonly #stage: Stage;
  readonly #waits = new Map<string, Wait>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Releases a lease of the turn, or requests one and waits for it, and then continues the turn. */
  take(turn: Turn, next: () => void): void {
    const { random, crew, scheduler } = this.#stage;
    const of = addressOf(turn);
    const resource = random.pick(['db', 'net'] as const);
    const declared = crew.tasks.find(({ name }) => name === of.task)?.resources ?? [];
    if (turn.held.has(resource)) {
      turn.held.delete(resource);
      this.#stage.emit({ type: 'resource.released', ...of, resource, holder: turn.started.agent });
      next();
    } else if (declared.some(({ pool }) => pool === resource) || scheduler.wouldDeadlock({ ...of, resource })) {
      next();
    } else this.#request({ turn, resource, goOn: next });
  }

  #request(wait: Wait): void {
    const { turn, resource } = wait;
    const id = `lease-${this.#stage.id()}`;
    this.#waits.set(id, wait);
    this.#stage.emit({ type: 'resource.requested', ...addressOf(turn), id, resource, holder: turn.started.agent });
    this.#stage.in(this.#stage.random.int(1, 30), () => {
      if (!this.#waits.has(id) || !turn.runs) return;
      this.#giveUp(id);
      wait.goOn();
    });
  }

  acquired(id: string): void {
    const wait = this.#waits.get(id);
    this.#waits.delete(id);
    wait?.turn.held.add(wait.resource);
    wait?.goOn();
  }

  /** Ends the leases and the requests of a turn that ended. */
  endOf(turn: Turn): void {
    for (const [id, wait] of this.#waits) if (wait.turn === turn) this.#giveUp(id);
    const holder = turn.started.agent;
    for (const resource of turn.held)
      this.#stage.emit({ type: 'resource.released', ...addressOf(turn), resource, holder, reclaimed: true });
  }

  #giveUp(id: string): void {
    const wait = this.#waits.get(id);
    this.#waits.delete(id);
    if (!wait) return;
    const { turn, resource } = wait;
    this.#stage.emit({ type: 'resource.timed_out', ...addressOf(turn), id, resource, holder: turn.started.agent });
  }
}
