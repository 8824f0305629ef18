import type { Crew, Task } from './schema.ts';

export type CacheMode = Crew['settings']['cache'];

/**
 * Returns how a task's result is cached: the task's own setting, else the crew's. A task with a human review is not
 * cached: a decision about one result does not apply to another run.
 */
export function cacheMode({ settings }: Crew, task: Task): CacheMode {
  return task.human_review === 'none' ? (task.cache ?? settings.cache) : 'off';
}

/** Returns the crew with the cache switched off everywhere: nothing is read from it and nothing is stored. */
export function withoutCache(crew: Crew): Crew {
  const tasks = crew.tasks.map(({ cache: _cache, ...task }) => task);
  return { ...crew, settings: { ...crew.settings, cache: 'off' }, tasks };
}
