import { isReviewed } from './human-review.ts';
import { linkParts } from './link.ts';
import type { Crew, Task } from './schema.ts';

export type CacheMode = Crew['settings']['cache'];

/**
 * Returns how a task's result is cached: the task's own setting, else the crew's. A task with a human review is not
 * cached: a decision about one result does not apply to another run.
 */
export function cacheMode({ settings }: Crew, task: Task): CacheMode {
  const isWithPerson = isReviewed(task, 'before') || isReviewed(task, 'after');
  return isWithPerson ? 'off' : (task.cache ?? settings.cache);
}

/** Returns the crew with the cache switched off everywhere: nothing is read from it and nothing is stored. */
export function withoutCache(crew: Crew): Crew {
  if (!crew.linked) return uncached(crew);
  const parts = Object.entries(crew.linked.parts).map(([path, part]) => [path, { ...part, crew: uncached(part.crew) }]);
  return linkParts(uncached(crew.linked.file), Object.fromEntries(parts));
}

function uncached(crew: Crew): Crew {
  const tasks = crew.tasks.map(({ cache: _cache, ...task }) => task);
  return { ...crew, settings: { ...crew.settings, cache: 'off' }, tasks };
}
