import type { FileContent } from './events.ts';
import type { TaskState } from './state.ts';

/**
 * The files that a task's result was made from, as they were when its tools read them, and those that it left, as its
 * tools wrote them. What a task reads of its own writing is no condition of its result.
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
