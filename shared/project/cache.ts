import type { Crew, Task } from './schema.ts';

export type CacheMode = Crew['settings']['cache'];

/**
 * How a task's result is cached: as the task says, else as the crew does. A task that a person reviews is not: what a
 * person decided about one result holds for no other run.
 */
export function cacheMode({ settings }: Crew, task: Task): CacheMode {
  return task.human_review === 'none' ? (task.cache ?? settings.cache) : 'off';
}

/** The crew with everything asked anew and nothing kept for later. */
export function withoutCache(project: Crew): Crew {
  const tasks = project.tasks.map(({ cache: _cache, ...task }) => task);
  return { ...project, settings: { ...project.settings, cache: 'off' }, tasks };
}
