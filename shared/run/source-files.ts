import type { FileContent } from './events.ts';
import type { TaskState } from './task-state.ts';

/**
 * Returns the files that a task's result was made from, as its tools read them, and the files that its tools wrote.
 * Files that the task wrote before reading them do not count as sources.
 */
export function filesBehind(task: TaskState): FileContent[] {
  const calls = task.turns.flatMap((turn) => turn.tools).sort((a, b) => a.seq - b.seq);
  const touched = [...task.files, ...calls.flatMap(({ measured }) => measured?.files ?? [])];
  const reads = new Map<string, FileContent>();
  const writes = new Map<string, FileContent>();
  for (const content of touched) {
    const { file, sha256, wrote } = content;
    if (wrote) writes.set(file, content);
    else if (!writes.has(file)) reads.set(`${file} ${sha256}`, content);
  }
  return [...reads.values(), ...writes.values()];
}
