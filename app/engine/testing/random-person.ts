import type { Random } from '../../../shared/random.ts';
import { isOverBudget, spentUsd } from '../../../shared/run/budget.ts';
import { openReviews } from '../../../shared/run/review.ts';
import type { RunHandle } from '../request.ts';

/** Rare actions of a random person, such as a crash of a slot, and their probability. */
export interface RareActions {
  chance: number;
  actions: readonly [() => void, ...(() => void)[]];
}

/** Randomly answers reviews, raises a used-up budget and resumes a paused run. Sometimes performs a rare action. */
export function actAtRandom(run: RunHandle, random: Random, { chance, actions }: RareActions): void {
  const paused = run.state.paused.at(-1)?.end === null;
  for (const { task, when } of openReviews(run.state)) {
    if (!random.chance(0.2)) continue;
    const back = when === 'after' && task.reviews.length < 3 && random.chance(0.3);
    void run.answerReview(task.name, back ? { answer: 'sent_back', remark: 'More.' } : { answer: 'approved' });
  }
  if (isOverBudget(run.state) && random.chance(0.1)) void run.setBudget(spentUsd(run.state) + random.int(1, 3));
  if (paused && random.chance(0.1)) run.unpause();
  if (random.chance(chance)) random.pick(actions)();
}
