import type { Stage } from './stage.ts';

/** The slots of a random run: they start, and report their resource usage. */
export class RandomSlots {
  readonly #stage: Stage;
  #count: number;
  /** Counts cut-offs: slots that were starting before the last one never become ready. */
  #life = 0;

  constructor(stage: Stage, count: number) {
    this.#stage = stage;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  startAll(from = 1): void {
    for (let slot = from; slot <= this.#count; slot += 1) this.start(slot);
  }

  start(slot: number): void {
    const where = `local:${1000 + this.#stage.id()}`;
    const life = this.#life;
    this.#stage.emit({ type: 'slot.started', slot, where });
    const ms = this.#stage.random.int(0, 9);
    this.#stage.in(ms, () => {
      if (life === this.#life) this.#stage.emit({ type: 'slot.ready', slot, where, ms });
    });
  }

  resize(): void {
    const before = this.#count;
    this.#count = this.#stage.random.int(1, 5);
    this.#stage.emit({ type: 'run.slots', slots: this.#count });
    const known = this.#stage.events.flatMap((event) => (event.type === 'slot.started' ? [event.slot] : []));
    this.startAll(Math.max(before, ...known) + 1);
  }

  /** Ends all processes together with the engine. */
  loseAll(): void {
    this.#life += 1;
  }

  sample(): void {
    const slots = Array.from({ length: this.#count }, (_, index) => ({
      slot: index + 1,
      cpu_percent: this.#stage.random.int(0, 400) / 4,
      memory_bytes: this.#stage.random.int(1, 1e9),
    }));
    this.#stage.emit({ type: 'sample', slots });
    this.#stage.in(this.#stage.random.int(20, 60), () => this.sample());
  }
}
