import type { Task } from './schema.ts';

/** Whether a person must review a task before it starts, or its result. */
export function isReviewed({ human_review: review }: Pick<Task, 'human_review'>, when: 'before' | 'after'): boolean {
  return typeof review === 'string' ? review === when : review.includes(when);
}
