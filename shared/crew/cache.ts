import { isToolName, TOOLS } from '../tools/catalogue.ts';
import { isReviewed } from './human-review.ts';
import { linkParts } from './link.ts';
import { hasMemory, MEMORY_TOOLS, usesMemory } from './memory.ts';
import type { Crew, Task } from './schema.ts';

export type CacheMode = Crew['settings']['cache'];

/**
 * Returns how a task's result is cached: the task's own setting, else the crew's. A task with a human review is not
 * cached: a decision about one result does not apply to another run. Neither is a task whose agent remembers, because its
 * memory changes with each run, nor a task that is one call that always asks a person, such as an email.
 */
export function cacheMode(crew: Crew, task: Task): CacheMode {
  const isWithPerson = isReviewed(task, 'before') || isReviewed(task, 'after');
  return isWithPerson || asksAlways(task) || remembers(crew, task) ? 'off' : (task.cache ?? crew.settings.cache);
}

function asksAlways({ call }: Task): boolean {
  return call !== undefined && isToolName(call.tool) && TOOLS[call.tool].asksAlways;
}

/** A task without an agent can get any; one with `call` has none. */
function remembers(crew: Crew, { agent, agents, call }: Task): boolean {
  if (call !== undefined) return MEMORY_TOOLS.some((tool) => tool === call.tool);
  const performers = agent === undefined ? agents : [agent];
  return performers === undefined ? usesMemory(crew) : performers.some((name) => hasMemory(crew, name));
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
