import { z } from 'zod';
import { agentSchema, type Project, taskSchema } from '../../shared/project/schema.ts';
import { call } from '../bridge.ts';
import { edit, useDocument } from '../store/document.ts';
import { keyParts, select, toast, useUi } from '../store/ui.ts';
import { freeName, remove } from './project-edits.ts';

const point = z.tuple([z.number(), z.number()]);
/** Nodes as text, so that they pass between windows and through a chat. */
const copiedSchema = z.object({
  crewlane: z.literal('nodes/1'),
  agents: z.array(agentSchema),
  tasks: z.array(taskSchema),
  positions: z.record(z.string(), point),
});
type Copied = z.infer<typeof copiedSchema>;

const BESIDE = 32;

function copied(project: Project, keys: readonly string[]): Copied {
  const names = (kind: string) =>
    new Set(keys.flatMap((key) => (keyParts(key)?.kind === kind ? [keyParts(key)?.name] : [])));
  const agents = names('agent');
  const tasks = names('task');
  return {
    crewlane: 'nodes/1',
    agents: project.agents.filter(({ name }) => agents.has(name)),
    tasks: project.tasks.filter(({ name }) => tasks.has(name)),
    positions: Object.fromEntries(Object.entries(project.layout.nodes).filter(([key]) => keys.includes(key))),
  };
}

export function copySelection(): void {
  const { selection } = useUi.getState();
  if (selection.length > 0)
    void call('app.copy', { text: JSON.stringify(copied(useDocument.getState().project, selection), null, 2) });
}

export function cutSelection(): void {
  copySelection();
  remove(useUi.getState().selection);
}

export async function pasteNodes(): Promise<void> {
  const { text } = await call('app.paste', {});
  const parsed = copiedSchema.safeParse(parseJson(text));
  if (parsed.success) insert(parsed.data);
  else if (text.trim() !== '') toast('info', 'What was copied holds no agents or tasks.');
}

export function duplicateSelection(): void {
  const { selection } = useUi.getState();
  if (selection.length > 0) insert(copied(useDocument.getState().project, selection));
}

/** New names for all; references among the copies follow, those to what is not here fall away. */
function insert({ agents, tasks, positions }: Copied): void {
  edit((draft) => {
    const names = new Map<string, string>();
    const place = (kind: string, from: string, to: string) => {
      const [x, y] = positions[`${kind}:${from}`] ?? [0, 0];
      draft.layout.nodes[`${kind}:${to}`] = [x + BESIDE, y + BESIDE];
      names.set(from, to);
    };
    for (const agent of agents) {
      const name = freeName(draft, agent.name);
      draft.agents.push({ ...agent, name });
      place('agent', agent.name, name);
    }
    const first = draft.tasks.length;
    for (const task of tasks) {
      const name = freeName(draft, task.name);
      draft.tasks.push({ ...task, name });
      place('task', task.name, name);
    }
    const known = new Set(draft.tasks.map(({ name }) => name));
    const here = new Set(draft.agents.map(({ name }) => name));
    for (const task of draft.tasks.slice(first)) {
      task.context = task.context.map((name) => names.get(name) ?? name).filter((name) => known.has(name));
      const agent = task.agent === undefined ? undefined : (names.get(task.agent) ?? task.agent);
      if (agent !== undefined && here.has(agent)) task.agent = agent;
      else delete task.agent;
    }
    select(
      ...agents.map(({ name }) => `agent:${names.get(name)}`),
      ...tasks.map(({ name }) => `task:${names.get(name)}`),
    );
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
