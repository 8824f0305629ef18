import { renameTaskIn } from '../expressions/rename-task.ts';
import { entryWithTask, taskOfEntry } from './context.ts';
import type { ForEach } from './for-each.ts';
import { mapGuardrails } from './guardrails.ts';
import type { Repeat } from './repeat.ts';
import type { Crew } from './schema.ts';

export type NamedKind = 'agent' | 'task' | 'pool';

/** Returns the crew with an agent, task or pool renamed, including every reference to it. */
export function rename(crew: Crew, kind: NamedKind, from: string, to: string): Crew {
  const name = (value: string) => (value === from ? to : value);
  switch (kind) {
    case 'agent':
      return renameAgent(crew, name, from, to);
    case 'task':
      return renameTask(crew, name, from, to);
    case 'pool':
      return {
        ...crew,
        pools: crew.pools.map((pool) => ({ ...pool, name: name(pool.name) })),
        tasks: crew.tasks.map((task) => ({
          ...task,
          resources: task.resources.map((demand) => ({ ...demand, pool: name(demand.pool) })),
        })),
      };
  }
}

type Name = (value: string) => string;

function renameAgent(crew: Crew, name: Name, from: string, to: string): Crew {
  return {
    ...crew,
    agents: crew.agents.map((agent) => ({ ...agent, name: name(agent.name) })),
    tasks: crew.tasks.map((task) => ({
      ...task,
      ...(task.agent === undefined ? {} : { agent: name(task.agent) }),
      ...(task.agents === undefined ? {} : { agents: task.agents.map(name) }),
      ...mapGuardrails(task, (guardrail) =>
        'agent' in guardrail && guardrail.agent !== undefined
          ? { ...guardrail, agent: name(guardrail.agent) }
          : guardrail,
      ),
    })),
    knowledge: crew.knowledge.map((entry) =>
      entry.agents === undefined ? entry : { ...entry, agents: entry.agents.map(name) },
    ),
    layout: renameNodes(crew, `agent:${from}`, `agent:${to}`),
  };
}

function renameTask(crew: Crew, name: Name, from: string, to: string): Crew {
  const workload = Object.entries(crew.workload).map(([entry, value]) => {
    const { measure } = value;
    if (measure && 'checks' in measure) return [entry, { ...value, measure: { checks: name(measure.checks) } }];
    if (!measure || !('items' in measure)) return [entry, value];
    return [entry, { ...value, measure: { items: { ...measure.items, task: name(measure.items.task) } } }];
  });
  return {
    ...crew,
    tasks: crew.tasks.map((task) => ({
      ...task,
      name: name(task.name),
      ...(task.when === undefined ? {} : { when: renameTaskIn(task.when, from, to) }),
      context: task.context.map((entry) => entryWithTask(entry, name(taskOfEntry(entry)))),
      ...mapGuardrails(task, (guardrail) =>
        'check' in guardrail && guardrail.check === 'expression'
          ? { ...guardrail, cel: renameTaskIn(guardrail.cel, from, to) }
          : guardrail,
      ),
      ...(task.repeat === undefined ? {} : { repeat: renameLoop(task.repeat, name, from, to) }),
      ...(task.for_each === undefined ? {} : { for_each: renameIn(task.for_each, name, from, to) }),
    })),
    workload: Object.fromEntries(workload),
    layout: renameNodes(crew, `task:${from}`, `task:${to}`),
  };
}

function renameIn(forEach: ForEach, name: Name, from: string, to: string): ForEach {
  const { task, where, as } = forEach;
  return {
    ...forEach,
    ...(task === undefined ? {} : { task: name(task) }),
    ...(where === undefined ? {} : { where: renameTaskIn(where, from, to, [as, 'index']) }),
  };
}

function renameLoop(repeat: Repeat, name: Name, from: string, to: string): Repeat {
  const { from: first, until } = repeat;
  return {
    ...repeat,
    until: renameTaskIn(until, from, to, ['round']),
    ...(first === undefined ? {} : { from: name(first) }),
  };
}

function renameNodes({ layout }: Crew, from: string, to: string): Crew['layout'] {
  const key = (node: string) => (node === from ? to : node);
  return {
    ...layout,
    nodes: Object.fromEntries(Object.entries(layout.nodes).map(([node, at]) => [key(node), at])),
    groups: layout.groups.map((group) => ({ ...group, nodes: group.nodes.map(key) })),
  };
}
