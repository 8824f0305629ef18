import { FORMAT } from '../../crew/schema.ts';
import { givenNames, Names, validName } from '../names.ts';
import { Notes } from '../report.ts';
import { translateKeys } from '../rule.ts';
import { ImportedServers } from '../servers.ts';
import { type Imported, settleCrew } from '../settle.ts';
import type { SourceObject, SourceProject } from '../source.ts';
import type { OwnTools } from '../tools.ts';
import { type AgentDraft, setDefaultModel, translateAgent, withManager } from './agents.ts';
import { contextOf } from './context.ts';
import { CREW_KEYS } from './crew-keys.ts';
import { TASK_KEYS } from './task-keys.ts';
import { unknownKey } from './unknown-key.ts';

const NO_OWN_TOOLS: OwnTools = new Map();

/**
 * Translates a crew of CrewAI. The result follows the rules of the crew file, and its `extras.import` lists what was
 * converted and what was left out.
 */
export function importCrewai(project: SourceProject): Imported {
  const all = Notes.start('crewai');
  const notes = all.at(project.crew.path);
  const names = new Names();
  const agentNames = givenNames(names, project.agents, 'agent', all);
  const taskNames = givenNames(names, project.tasks, 'task', all);
  const servers = new ImportedServers(names);
  const knowledge: SourceObject[] = [];
  const { target, settings } = translateCrew(project, knowledge, notes);
  for (const { path, what, ...reason } of project.notRead) all.at(path).leftOut(what, reason);

  const translated = project.agents.map((part, index) =>
    translateAgent(part, agentNames[index] ?? '', {
      own: NO_OWN_TOOLS,
      notes: all,
      isVerbose: project.crew.values['verbose'] === true,
      servers,
      knowledge,
    }),
  );
  const tasks = project.tasks.map((part, index) => {
    const agents = new Map(project.agents.map(({ name }, place) => [name, agentNames[place] ?? '']));
    const task: SourceObject = { name: taskNames[index] ?? '', description: '', expected_output: '' };
    const translation = { target: task, notes: all.at(part.path), source: part.values, agents };
    translateKeys(TASK_KEYS, { ...translation, own: NO_OWN_TOOLS, classes: project.classes }, unknownKey);
    return { ...keysOfAgent(translated, task['agent']), ...task };
  });
  const byName = new Map(project.tasks.map(({ name }, index) => [name, taskNames[index] ?? '']));
  const contexts = project.tasks.map(({ path }, index) =>
    contextOf(project.tasks, index, { byPosition: taskNames, byName }, all.at(path).below('context')),
  );
  const agents = withManager(project, translated, {
    isHierarchical: target['process'] === 'hierarchical',
    names,
    notes,
  });
  setDefaultModel(agents, settings, notes);
  const crew = {
    ...target,
    settings,
    ...(servers.servers === null ? {} : { mcp_servers: servers.servers }),
    ...(knowledge.length === 0 ? {} : { knowledge }),
    agents: agents.map((agent) => agent.target),
    tasks: tasks.map((task, index) => ({ ...task, context: contexts[index] ?? [] })),
  };
  return settleCrew(crew, all);
}

function translateCrew(
  { crew }: SourceProject,
  knowledge: SourceObject[],
  notes: Notes,
): { target: SourceObject; settings: SourceObject } {
  const settings: SourceObject = {};
  const target: SourceObject = { format: FORMAT, name: validName(crew.name, 'crew') };
  translateKeys(CREW_KEYS, { target, settings, knowledge, notes, source: crew.values }, unknownKey);
  return { target, settings };
}

/** Returns the keys that a task gets from its agent. */
function keysOfAgent(agents: readonly AgentDraft[], name: SourceObject[string] | undefined): SourceObject {
  return agents.find(({ target }) => target['name'] === name)?.ofTasks ?? {};
}
