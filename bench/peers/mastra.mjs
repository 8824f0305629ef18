import { createStep, createWorkflow } from '@mastra/core/workflows';
import { z } from 'zod';

export const name = '@mastra/core';

const names = z.array(z.string());

/**
 * A workflow has no arbitrary edges: it runs one depth of tasks after another, each as a `foreach` with its own limit.
 * @type {import('../peer.ts').Peer['run']}
 */
export async function run(tasks, slots, call) {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const step = createStep({
    id: 'task',
    inputSchema: z.string(),
    outputSchema: z.string(),
    execute: async ({ inputData }) => {
      const task = byName.get(inputData);
      if (task === undefined) throw new Error(`There is no task ${inputData}.`);
      return call(task);
    },
  });
  let workflow = createWorkflow({ id: 'bench', inputSchema: names, outputSchema: names });
  for (const [index, level] of levelsOf(tasks).entries()) {
    workflow = workflow.map(async () => level, { id: `level_${index}` }).foreach(step, { concurrency: slots });
  }
  const started = await workflow.commit().createRunAsync();
  const result = await started.start({ inputData: [] });
  if (result.status !== 'success') throw new Error(`The workflow ended: ${JSON.stringify(result).slice(0, 500)}`);
}

/** @param {Parameters<import('../peer.ts').Peer['run']>[0]} tasks @returns {string[][]} names by depth */
function levelsOf(tasks) {
  const depths = new Map();
  /** @type {string[][]} */
  const levels = [];
  // Workloads list a task after its context.
  for (const task of tasks) {
    const depth = Math.max(0, ...task.context.map((needed) => depths.get(needed) + 1));
    depths.set(task.name, depth);
    levels[depth] = [...(levels[depth] ?? []), task.name];
  }
  return levels;
}
