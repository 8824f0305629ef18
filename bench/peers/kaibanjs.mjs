import { createStep, createWorkflow } from '@kaibanjs/workflow';
import { Agent, Task, Team } from 'kaibanjs';
import { z } from 'zod';

export const name = 'kaibanjs';

export const most = {
  tasks: 12,
  tooMany:
    'left out: in a trial with 100 tasks a call failed, and its team kept starting the failed task (224 times, beyond the end of the run), which would distort every later measurement',
};

/**
 * A team with one agent per task, so that no task waits for its agent, and `dependencies` for the contexts. Its queue
 * always runs five tasks at once and starts the tasks behind these five twice (0.23.1). The second start gets the
 * result of the first call, so that all schedulers make the same calls.
 * @type {import('../peer.ts').Peer['run']}
 */
export async function run(tasks, _slots, call) {
  const agents = new Map(tasks.map((task) => [task.name, agentOf(task, call)]));
  const team = new Team({
    name: 'bench',
    logLevel: 'error',
    agents: [...agents.values()],
    tasks: tasks.map((task) => {
      const agent = agents.get(task.name);
      if (agent === undefined) throw new Error(`There is no agent for ${task.name}.`);
      return new Task({
        referenceId: task.name,
        title: task.name,
        description: task.name,
        expectedOutput: 'A sentence',
        agent,
        dependencies: task.context,
        allowParallelExecution: true,
      });
    }),
  });
  const result = await team.start();
  if (result.status !== 'FINISHED') throw new Error(`The team ended: ${result.status}`);
}

/** An agent that makes the task's one call. @param {Parameters<typeof run>[0][number]} task @param {Parameters<typeof run>[2]} call */
function agentOf(task, call) {
  /** @type {Promise<string> | null} */
  let called = null;
  const step = createStep({
    id: 'call',
    inputSchema: z.any(),
    outputSchema: z.string(),
    execute: () => {
      called ??= call(task);
      return called;
    },
  });
  const workflow = createWorkflow({ id: task.name, inputSchema: z.any(), outputSchema: z.string() });
  workflow.then(step).commit();
  return new Agent({ type: 'WorkflowDrivenAgent', name: task.name, workflow });
}
