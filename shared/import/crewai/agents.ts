import { translateModel } from '../models.ts';
import type { Names } from '../names.ts';
import type { Notes } from '../report.ts';
import { translateKeys } from '../rule.ts';
import type { ImportedServers } from '../servers.ts';
import type { SourceObject, SourcePart, SourceProject, SourceValue } from '../source.ts';
import type { OwnTools } from '../tools.ts';
import { AGENT_KEYS } from './agent-keys.ts';
import { unknownKey } from './unknown-key.ts';

/** An agent while the crew is translated. */
export interface AgentDraft {
  /** The agent of the crew file. */
  target: SourceObject;
  /** Keys that its tasks get unless they set them. */
  ofTasks: SourceObject;
  isManager: boolean;
}

/** The parts of a project that its agents share. */
export interface ProjectParts {
  own: OwnTools;
  notes: Notes;
  isVerbose: boolean;
  servers: ImportedServers;
  /** `knowledge` of the crew file, to which agents add theirs. */
  knowledge: SourceObject[];
}

/** Adds tools of servers to an agent. */
export function addTools(target: SourceObject, tools: readonly string[]): void {
  if (tools.length === 0) return;
  const others = Array.isArray(target['tools']) ? target['tools'] : [];
  target['tools'] = [...new Set([...others, ...tools])];
}

/** CrewAI's own model for agents that name none. */
const DEFAULT_MODEL = 'openai/gpt-4.1-mini';

/** Translates an agent. @param name its name in the crew file */
export function translateAgent(
  part: SourcePart,
  name: string,
  { own, notes, isVerbose, servers, knowledge }: ProjectParts,
): AgentDraft {
  const target: SourceObject = { name, role: '', goal: '', ...(isVerbose ? { verbose: true } : {}) };
  const ofTasks: SourceObject = {};
  // Settings of an agent take precedence over its own keys, as in CrewAI.
  const { settings, ...values } = part.values;
  const source = { ...values, ...(typeof settings === 'object' && !Array.isArray(settings) ? settings : {}) };
  const serverTools: string[] = [];
  const translation = { target, ofTasks, notes: notes.at(part.path), source, own, servers, serverTools, knowledge };
  translateKeys(AGENT_KEYS, translation, unknownKey);
  addTools(target, serverTools);
  return { target, ofTasks, isManager: false };
}

/**
 * Makes the manager of a hierarchical crew the manager of the crew file, and adds one if the crew names only a model for
 * it. Changes nothing in a sequential crew.
 */
export function withManager(
  project: SourceProject,
  agents: readonly AgentDraft[],
  { isHierarchical, names, notes }: { isHierarchical: boolean; names: Names; notes: Notes },
): AgentDraft[] {
  const at = project.agents.findIndex(({ name }) => name === project.manager);
  const named = agents[at];
  if (!isHierarchical) return withoutManager(agents, named, notes);
  if (named === undefined) return [addedManager(project.crew.values['manager_llm'] ?? null, names, notes), ...agents];
  const target: SourceObject = { ...named.target, manager: true, allow_delegation: true };
  return [{ ...named, target, isManager: true }, ...agents.filter((agent) => agent !== named)];
}

function withoutManager(agents: readonly AgentDraft[], manager: AgentDraft | undefined, notes: Notes): AgentDraft[] {
  if (manager === undefined) return [...agents];
  notes.below('manager_agent').leftOut(String(manager.target['name']), {
    why: 'Only a hierarchical crew has a manager.',
    instead: 'Set "process" to "hierarchical", and "manager" of this agent.',
  });
  return agents.filter((agent) => agent !== manager);
}

function addedManager(model: SourceValue, names: Names, notes: Notes): AgentDraft {
  const name = names.give('manager', 'manager');
  const target: SourceObject = {
    name,
    role: 'Manager of the crew',
    goal: 'Give each task to the agent that can do it best, so that the crew reaches its goal',
    backstory: 'You know the strengths of each member of the crew, and you judge work by its results.',
    manager: true,
    allow_delegation: true,
    ...translateModel(model, notes.below('manager_llm')),
  };
  notes.taken(`agent ${name}, because a hierarchical crew needs a manager`);
  return { target, ofTasks: {}, isManager: true };
}

/** Sets the model that CrewAI would call for agents without one. */
export function setDefaultModel(agents: readonly AgentDraft[], settings: SourceObject, notes: Notes): void {
  if (agents.every(({ target }) => target['model'] !== undefined)) return;
  Object.assign(settings, translateModel(DEFAULT_MODEL, notes.below('llm')));
}
