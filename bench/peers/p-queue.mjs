import PQueue from 'p-queue';

export const name = 'p-queue';

/**
 * A promise queue with a limit: a task is added when its whole context has ended; first come, first served.
 * @type {import('../peer.ts').Peer['run']}
 */
export async function run(tasks, slots, call) {
  const queue = new PQueue({ concurrency: slots });
  /** @type {Map<string, typeof tasks>} */
  const waiting = new Map();
  const missing = new Map(tasks.map((task) => [task.name, task.context.length]));
  for (const task of tasks) {
    for (const needed of task.context) waiting.set(needed, [...(waiting.get(needed) ?? []), task]);
  }
  /** @param {typeof tasks[number]} task */
  const add = (task) =>
    void queue.add(async () => {
      await call(task);
      for (const next of waiting.get(task.name) ?? []) {
        const left = (missing.get(next.name) ?? 0) - 1;
        missing.set(next.name, left);
        if (left === 0) add(next);
      }
    });
  for (const task of tasks) if (task.context.length === 0) add(task);
  await queue.onIdle();
}
