import { taskOfEntry } from '../../../shared/crew/context.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { edgeEnds } from '../ui.ts';

type Task = Crew['tasks'][number];

/**
 * Removes these nodes and edges, and all references to them. Returns the same crew if it has none of them. Linear in
 * the crew and the keys. Unchanged parts stay the same objects.
 */
export function without(crew: Crew, keys: readonly string[]): Crew {
  const gone = new Set(keys);
  const has = (kind: string) => (name: string) => !gone.has(`${kind}:${name}`);
  const removedEdges = edgesInto(keys);
  const [hasTask, hasAgent, hasPool] = [has('task'), has('agent'), has('pool')];
  const withoutReferences = (task: Task): Task => {
    const sources = removedEdges.get(task.name);
    const keepsDependency = (name: string) => hasTask(name) && !sources?.has(`task:${name}`);
    const keepsAssignment = (name: string) => hasAgent(name) && !sources?.has(`agent:${name}`);
    const context = kept(task.context, (entry) => keepsDependency(taskOfEntry(entry)));
    const resources = kept(task.resources, ({ pool }) => hasPool(pool));
    const agents = task.agents && kept(task.agents, keepsAssignment);
    const isSameAgent = task.agent === undefined || keepsAssignment(task.agent);
    if (context === task.context && resources === task.resources && agents === task.agents && isSameAgent) return task;
    const { agent, ...rest } = task;
    return {
      ...rest,
      context,
      resources,
      ...(agents === undefined ? {} : { agents }),
      ...(agent === undefined || !isSameAgent ? {} : { agent }),
    };
  };
  const remaining = kept(crew.tasks, ({ name }) => hasTask(name));
  const tasks = remaining.map(withoutReferences);
  const next = {
    ...crew,
    agents: kept(crew.agents, ({ name }) => hasAgent(name)),
    tasks: tasks.every((task, at) => task === crew.tasks[at]) ? remaining : tasks,
    pools: kept(crew.pools, ({ name }) => hasPool(name)),
  };
  const isSame = next.agents === crew.agents && next.tasks === crew.tasks && next.pools === crew.pools;
  return isSame ? crew : { ...next, layout: layoutWithout(crew.layout, gone) };
}

/** The sources of the edges among these keys, by the name of the task at which they end. */
function edgesInto(keys: readonly string[]): ReadonlyMap<string, Set<string>> {
  const removedEdges = new Map<string, Set<string>>();
  for (const key of keys) {
    const ends = edgeEnds(key);
    if (!ends) continue;
    const task = ends.to.slice('task:'.length);
    removedEdges.set(task, (removedEdges.get(task) ?? new Set()).add(ends.from));
  }
  return removedEdges;
}

function layoutWithout(layout: Crew['layout'], gone: ReadonlySet<string>): Crew['layout'] {
  return {
    ...layout,
    nodes: Object.fromEntries(Object.entries(layout.nodes).filter(([key]) => !gone.has(key))),
    groups: withoutMembers(layout.groups, gone),
  };
}

/** The groups without these members; a group without members is removed. */
export function withoutMembers(groups: Crew['layout']['groups'], gone: ReadonlySet<string>) {
  return groups
    .map((group) => ({ ...group, nodes: kept(group.nodes, (member) => !gone.has(member)) }))
    .filter(({ nodes }) => nodes.length > 0);
}

/** The items that pass the test; the same list if all do. */
function kept<Item>(items: Item[], passes: (item: Item) => boolean): Item[] {
  return items.every(passes) ? items : items.filter(passes);
}
