import { Annotation, END, START, StateGraph } from '@langchain/langgraph';

export const name = '@langchain/langgraph';

/**
 * A state graph with one node per task and one edge per dependency, compiled and invoked with its own limit.
 * @type {import('../peer.ts').Peer['run']}
 */
export async function run(tasks, slots, call) {
  const State = Annotation.Root({ done: Annotation({ reducer: (a, b) => a + b, default: () => 0 }) });
  const graph = new StateGraph(State);
  const needed = new Set(tasks.flatMap((task) => task.context));
  for (const task of tasks) {
    graph.addNode(task.name, async () => {
      await call(task);
      return { done: 1 };
    });
  }
  for (const task of tasks) {
    graph.addEdge(task.context.length === 0 ? START : task.context, task.name);
    if (!needed.has(task.name)) graph.addEdge(task.name, END);
  }
  await graph.compile().invoke({}, { maxConcurrency: slots, recursionLimit: tasks.length + 10 });
}
