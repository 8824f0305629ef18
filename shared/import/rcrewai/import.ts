import { FORMAT } from '../../crew/schema.ts';
import { addTools } from '../crewai/agents.ts';
import { givenNames, Names, validName } from '../names.ts';
import { Notes, type Reason } from '../report.ts';
import { translateKeys } from '../rule.ts';
import { ImportedServers } from '../servers.ts';
import { type Imported, settleCrew } from '../settle.ts';
import type { SourceObject, SourceProject } from '../source.ts';
import type { OwnTools } from '../tools.ts';
import { settingsOf } from './configuration.ts';
import { RUBY_AGENT_KEYS, RUBY_CREW_KEYS, RUBY_TASK_KEYS } from './keys.ts';

export interface RubyProject extends SourceProject {
  /** The values of `RCrewAI.configure`. */
  configuration: SourceObject;
  /** Tools that the script defines. */
  ownTools: OwnTools;
}

/**
 * Translates a crew of RCrewAI. The result follows the rules of the crew file, and its `extras.import` lists what was
 * converted and what was left out. A task without context depends on nothing, as in RCrewAI.
 */
export function importRcrewai(project: RubyProject): Imported {
  const all = Notes.start('rcrewai');
  const notes = all.at(project.crew.path);
  const names = new Names();
  const agentNames = givenNames(names, project.agents, 'agent', all);
  const taskNames = givenNames(names, project.tasks, 'task', all);
  const settings = settingsOf(project.configuration, notes.below('configure'));
  const servers = new ImportedServers(names);
  const knowledge: SourceObject[] = [];
  const target: SourceObject = { format: FORMAT, name: validName(project.crew.name, 'crew') };
  translateKeys(RUBY_CREW_KEYS, { target, settings, knowledge, notes, source: project.crew.values }, unknownKey);
  for (const { path, what, ...reason } of project.notRead) all.at(path).leftOut(what, reason);

  const own = project.ownTools;
  const ofTasks = new Map<string, SourceObject>();
  const agents = project.agents.map((part, index) => {
    const agent: SourceObject = { name: agentNames[index] ?? '', role: '', goal: '' };
    const more: SourceObject = {};
    const notesOfAgent = all.at(part.path);
    const serverTools: string[] = [];
    const translation = { target: agent, ofTasks: more, notes: notesOfAgent, source: part.values, own };
    translateKeys(RUBY_AGENT_KEYS, { ...translation, servers, serverTools, knowledge }, unknownKey);
    addTools(agent, serverTools);
    ofTasks.set(agentNames[index] ?? '', more);
    return agent;
  });
  const agentOf = new Map(project.agents.map(({ name }, index) => [name, agentNames[index] ?? '']));
  const taskOf = new Map(project.tasks.map(({ name }, index) => [name, taskNames[index] ?? '']));
  const tasks = project.tasks.map((part, index) => {
    const task: SourceObject = { name: taskNames[index] ?? '', description: '', expected_output: '' };
    const translation = { target: task, notes: all.at(part.path), source: part.values, own };
    translateKeys(RUBY_TASK_KEYS, { ...translation, agents: agentOf, classes: project.classes }, unknownKey);
    const { context } = part.values;
    const named = Array.isArray(context)
      ? context.flatMap((each) => (typeof each === 'string' ? (taskOf.get(each) ?? []) : []))
      : [];
    const agent = typeof task['agent'] === 'string' ? ofTasks.get(task['agent']) : undefined;
    return { ...agent, ...task, context: named };
  });
  const named = {
    ...(servers.servers === null ? {} : { mcp_servers: servers.servers }),
    ...(knowledge.length === 0 ? {} : { knowledge }),
  };
  return settleCrew({ ...target, settings, ...named, agents, tasks }, all);
}

function unknownKey(key: string): Reason {
  return { why: `Crewlane does not know the key "${key}" of RCrewAI.`, instead: 'Set what it does in the crew file.' };
}
