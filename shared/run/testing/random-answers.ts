import type { EventOf } from '../events.ts';
import type { Stage } from './stage.ts';

/** The answers of the cache and of the person in a random run. */
export class RandomAnswers {
  readonly #stage: Stage;
  /** The last question about each task. Earlier questions are not answered. */
  readonly #open = new Map<string, number>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  look(task: string): void {
    this.#answer(task, 10, () => {
      if (this.#stage.random.chance(0.7)) this.#stage.emit({ type: 'cache.missed', task });
      else this.#stage.emit({ type: 'task.completed', task, text: 'done before', cached: 'run-0' });
    });
  }

  ask({ task, when }: EventOf<'review.asked'>): void {
    const { events, random } = this.#stage;
    this.#answer(task, 40, () => {
      const sentBack = events.some((event) => event.type === 'review.answered' && event.answer === 'sent_back');
      const last = when === 'after' && !sentBack ? ('sent_back' as const) : ('approved' as const);
      const answer = random.pick(['approved', 'approved', 'edited', last] as const);
      this.#stage.emit({ type: 'review.answered', task, when, answer, by: 'person' });
      this.#stage.completeTask(task, answer === 'edited');
    });
  }

  #answer(task: string, withinMs: number, act: () => void): void {
    const id = this.#stage.id();
    this.#open.set(task, id);
    this.#stage.in(this.#stage.random.int(0, withinMs), () => {
      if (this.#open.get(task) === id) act();
    });
  }
}
