import { contextOf } from '../../crew/context.ts';
import type { Task } from '../../crew/schema.ts';
import { isInLoop } from './grow-rounds.ts';
import { ownContext } from './grow-step.ts';
import { localName, roundOf, withoutRound } from './task-names.ts';

/**
 * Returns the context of a task with the names that its texts and expressions use: those of its own file. A task of a
 * loop names the tasks of its own round; it has no names for those of earlier rounds.
 */
export function namedContext(task: Task): { task: string; name: string }[] {
  const context = isInLoop(task) ? [] : contextOf({ context: ownContext(task) });
  return context.flatMap((name) => namedFrom(task.name, name));
}

/** Returns the name of a task in the texts of another one, as a list; empty if it has none. */
export function namedFrom(from: string, task: string): { task: string; name: string }[] {
  const round = roundOf(task);
  if (round !== null && round !== roundOf(from)) return [];
  return [{ task, name: withoutRound(localName(task)) }];
}
