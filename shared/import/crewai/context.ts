import { excerpt, type Notes } from '../report.ts';
import type { SourcePart } from '../source.ts';

/**
 * Returns the context of a task of CrewAI, as names of the crew file.
 *
 * - A list is the context. An empty list, or null, means that the task receives nothing.
 * - Without the key, CrewAI gives a task the results of all tasks before it. A task that runs asynchronously does not
 *   wait for asynchronous tasks right before it: it starts when the last other task before it has ended.
 *
 * @param index position of the task in `tasks`
 * @param names names of the crew file by position, and by name of the project
 */
export function contextOf(
  tasks: readonly SourcePart[],
  index: number,
  names: { byPosition: readonly string[]; byName: ReadonlyMap<string, string> },
  notes: Notes,
): string[] {
  const value = tasks[index]?.values['context'];
  if (value === undefined) return impliedContext(tasks, index, names.byPosition, notes);
  if (value === null) return [];
  if (!Array.isArray(value)) {
    notes.leftOut(excerpt(value), {
      why: 'It is not a list of tasks.',
      instead: 'Select the tasks that it depends on.',
    });
    return [];
  }
  const found = value.flatMap((each, place) => {
    const name = typeof each === 'string' ? names.byName.get(each) : undefined;
    if (name !== undefined && name !== names.byPosition[index]) return [name];
    notes
      .below(place)
      .leftOut(excerpt(each), { why: 'There is no such task.', instead: 'Select the task that is meant.' });
    return [];
  });
  return [...new Set(found)];
}

function impliedContext(tasks: readonly SourcePart[], index: number, names: readonly string[], notes: Notes): string[] {
  const isAsync = (task: SourcePart | undefined) => task?.values['async_execution'] === true;
  let end = index;
  if (isAsync(tasks[index])) while (end > 0 && isAsync(tasks[end - 1])) end -= 1;
  const context = names.slice(0, end);
  if (context.length > 0) notes.taken(`implied: ${context.join(', ')}. CrewAI passes earlier results on`);
  return context;
}
