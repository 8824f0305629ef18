import { isReviewed } from '../../crew/human-review.ts';
import type { Crew } from '../../crew/schema.ts';
import type { RunEvent } from '../../run/events.ts';
import type { Watch } from './watch.ts';

/** Derives from the events which plain tasks could start. */
export class Candidates {
  readonly #crew: Crew;
  readonly #watch: Watch;
  readonly #mayStart = new Map<string, number>();
  readonly #agents: Map<string, string | undefined>;
  readonly #slots = new Set<number>();
  #runs = true;

  constructor(crew: Crew, watch: Watch) {
    this.#crew = crew;
    this.#watch = watch;
    this.#agents = new Map(crew.tasks.map(({ name, agent }) => [name, agent]));
  }

  take(event: RunEvent): void {
    if (event.type === 'run.paused') this.#runs = false;
    if (event.type === 'run.unpaused' || event.type === 'run.resumed') this.#runs = true;
    if (event.type === 'run.resumed') this.#slots.clear();
    if (event.type === 'slot.ready') this.#slots.add(event.slot);
    if (event.type === 'slot.exited') this.#slots.delete(event.slot);
    if (event.type === 'task.assigned') this.#agents.set(event.task, event.agent);
    if (event.type === 'cache.asked') this.#mayStart.delete(event.task);
    if ((event.type === 'task.ready' && !this.#isLookedFor(event.task)) || event.type === 'cache.missed') {
      const task = this.#taskOf(event.task);
      if (!task || !isReviewed(task, 'before')) this.#mayStart.set(event.task, 0);
    }
    if (event.type === 'review.answered') {
      const again = event.when === 'before' ? event.answer !== 'edited' : event.answer === 'sent_back';
      if (again) this.#mayStart.set(event.task, 0);
    }
    if (event.type === 'attempt.started') this.#mayStart.delete(event.task);
    if (event.type === 'attempt.ended' && event.retry_at !== undefined) this.#mayStart.set(event.task, event.retry_at);
  }

  /** Tasks that could start at `t` in an idle slot. */
  at(t: number): string[] {
    const busy = new Set([...this.#watch.running.values()].map(({ slot }) => slot));
    const free = [...this.#slots].filter((slot) => slot <= this.#watch.slots && !busy.has(slot));
    if (!this.#runs || free.length === 0 || this.#watch.running.size >= this.#watch.slots) return [];
    return [...this.#mayStart].flatMap(([name, from]) => (from <= t && this.#hasRoom(name) ? [name] : []));
  }

  #hasRoom(name: string): boolean {
    const task = this.#taskOf(name);
    const agent = this.#crew.agents.find((one) => one.name === this.#agents.get(name));
    if (!task || !agent || this.#watch.held.has(agent.name)) return false;
    const { holding, running } = this.#watch;
    if (!task.async && [...holding].some((other) => this.#taskOf(other)?.async === false)) return false;
    const own = [...running.values()].filter((turn) => turn.agent === agent.name).length;
    if (own >= (agent.max_concurrent ?? Number.POSITIVE_INFINITY)) return false;
    return task.resources.every(({ pool, units }) => {
      const { capacity = 1 } = this.#crew.pools.find((one) => one.name === pool) ?? {};
      return this.#watch.units(pool) + units <= capacity;
    });
  }

  #isLookedFor(name: string): boolean {
    return this.#taskOf(name)?.cache !== undefined;
  }

  #taskOf(name: string): Crew['tasks'][number] | undefined {
    return this.#crew.tasks.find((task) => task.name === name);
  }
}
