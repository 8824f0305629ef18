import { agentSchema } from '../../../shared/crew/agent-schema.ts';
import { dependsOn, taskOfEntry } from '../../../shared/crew/context.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { taskSchema } from '../../../shared/crew/task-schema.ts';
import { edit, replaceCrew } from '../document.ts';
import { select } from '../ui.ts';
import type { WindowState } from '../window-state.ts';
import { freeNames } from './free-names.ts';
import { without, withoutMembers } from './removal.ts';

/** The upper left corner of a node. */
export type Point = readonly [number, number];

/** Adds an asynchronous task and selects it. If the crew has exactly one agent, assigns it. */
export function addTask(win: WindowState, at: Point): void {
  edit(win, (draft) => {
    const name = freeNames(draft)('task');
    const [agent, second] = draft.agents;
    const alone = agent && !second ? { agent: agent.name } : {};
    draft.tasks.push(taskSchema.parse({ name, description: '', expected_output: '', async: true, ...alone }));
    draft.layout.nodes[`task:${name}`] = [...at];
    select(win, `task:${name}`);
  });
}

/** Sets the provider of the crew's agents, with its default address and model. */
export function chooseProvider(win: WindowState, name: string): void {
  edit(win, (draft) => {
    draft.settings.provider = name;
    delete draft.settings.base_url;
    delete draft.settings.model;
  });
}

/**
 * Adds an agent at a point of the canvas and selects it. The first agent of a sequential crew gets its unassigned
 * tasks.
 */
export function addAgent(win: WindowState, at: Point): void {
  edit(win, (draft) => {
    const name = freeNames(draft)('agent');
    draft.agents.push(agentSchema.parse({ name, role: '', goal: '' }));
    draft.layout.nodes[`agent:${name}`] = [...at];
    for (const task of draft.tasks) {
      if (draft.agents.length === 1 && task.agent === undefined && draft.process === 'sequential') task.agent = name;
    }
    select(win, `agent:${name}`);
  });
}

/** Adds a pool and selects it. */
export function addPool(win: WindowState): void {
  edit(win, (draft) => {
    const name = freeNames(draft)('pool');
    draft.pools.push({ name, capacity: 1 });
    select(win, `pool:${name}`);
  });
}

/**
 * Gives a tool to an agent, or to a task. A task that has no tools of its own keeps those of its agent, and gets them as
 * its own.
 */
export function giveTool(win: WindowState, to: 'agent' | 'task', name: string, tool: string): void {
  edit(win, (draft) => {
    const tools = to === 'agent' ? toolsOfAgent(draft, name) : ownToolsOfTask(draft, name);
    if (tools && !tools.includes(tool)) tools.push(tool);
  });
}

function toolsOfAgent({ agents }: Crew, name: string | undefined): string[] | undefined {
  return agents.find((agent) => agent.name === name)?.tools;
}

function ownToolsOfTask(draft: Crew, name: string): string[] | undefined {
  const task = draft.tasks.find((one) => one.name === name);
  if (task) task.tools ??= [...(toolsOfAgent(draft, task.agent) ?? [])];
  return task?.tools;
}

/** Assigns a task to an agent. */
export function assign(win: WindowState, agent: string, taskName: string): void {
  edit(win, (draft) => {
    const task = draft.tasks.find(({ name }) => name === taskName);
    if (task) task.agent = agent;
  });
}

/** Makes task `after` depend on task `before`. */
export function addDependency(win: WindowState, before: string, after: string): void {
  edit(win, (draft) => {
    const task = draft.tasks.find(({ name }) => name === after);
    if (task && !dependsOn(task, before)) task.context.push(before);
  });
}

/** Removes the dependency of task `after` on task `before`. */
export function removeDependency(win: WindowState, before: string, after: string): void {
  edit(win, (draft) => {
    const task = draft.tasks.find(({ name }) => name === after);
    if (task) task.context = task.context.filter((entry) => taskOfEntry(entry) !== before);
  });
}

/**
 * Makes task `after` depend on a router only if it chooses one of these; without choices, whatever it chooses. Replaces
 * all dependencies of the task on the router.
 */
export function setEdgeChoices(win: WindowState, router: string, after: string, choices: readonly string[]): void {
  edit(win, (draft) => {
    const task = draft.tasks.find(({ name }) => name === after);
    const at = task?.context.findIndex((entry) => taskOfEntry(entry) === router) ?? -1;
    if (task === undefined || at === -1) return;
    const [only, second] = choices;
    const choice = only !== undefined && second === undefined ? only : [...choices];
    const others = task.context.filter((entry) => taskOfEntry(entry) !== router);
    task.context = others.toSpliced(at, 0, only === undefined ? router : { task: router, choice });
  });
}

/** Removes agents, tasks and pools with all references to them, and edges, as one step. */
export function remove(win: WindowState, keys: readonly string[]): void {
  const { crew } = win.document.getState();
  const next = without(crew, keys);
  if (next !== crew) replaceCrew(win, next);
  select(win);
}

/** Groups the selected nodes. They leave the groups that they were in. */
export function group(win: WindowState, keys: readonly string[]): void {
  const members = keys.filter((key) => /^(task|agent):/.test(key));
  if (members.length === 0) return;
  edit(win, (draft) => {
    leaveGroups(draft, members);
    draft.layout.groups.push({ title: 'Group', nodes: members });
  });
}

/** Removes the groups of these nodes. */
export function ungroup(win: WindowState, keys: readonly string[]): void {
  edit(win, (draft) => leaveGroups(draft, keys));
}

function leaveGroups(draft: Crew, keys: readonly string[]): void {
  draft.layout.groups = withoutMembers(draft.layout.groups, new Set(keys));
}

/** Moves nodes. Moves of the same gesture are one undo step. */
export function moveNodes(
  win: WindowState,
  moved: Readonly<Record<string, Point>>,
  gesture: string | null = null,
): void {
  edit(
    win,
    (draft) => {
      for (const [key, [x, y]] of Object.entries(moved)) {
        const to: [number, number] = [Math.round(x), Math.round(y)];
        const from = draft.layout.nodes[key];
        if (from?.[0] !== to[0] || from[1] !== to[1]) draft.layout.nodes[key] = to;
      }
    },
    gesture,
  );
}
