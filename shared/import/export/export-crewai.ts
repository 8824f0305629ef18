import type { Crew } from '../../crew/schema.ts';
import { serializeCrew } from '../../crew/serialize.ts';
import { type ConversionReport, Notes } from '../report.ts';
import { isSourceObject, type SourceObject, type SourceValue } from '../source.ts';
import { AGENT_EXPORT, CREW_EXPORT, exportKeys, SETTINGS_EXPORT, TASK_EXPORT } from './export-keys.ts';
import { exportModel } from './export-model.ts';
import { exportTools } from './export-tools.ts';

/** A project of CrewAI: its files by path, each an object to write as JSON. */
export interface ExportedProject {
  files: Readonly<Record<string, SourceObject>>;
  report: ConversionReport;
}

/**
 * Writes a crew as a project of CrewAI in its JSONC form. An import of the project gives the same crew for everything that the
 * form can express. The report lists the rest.
 */
export function exportCrewai(crew: Crew): ExportedProject {
  const notes = Notes.start('crewlane');
  // Without defaults, so that only what a person set is exported or listed.
  const plain: SourceObject = JSON.parse(serializeCrew(crew));
  const settings = objectOf(plain['settings']);
  const agents = objectsOf(plain['agents']);
  const tasks = inOrder(objectsOf(plain['tasks']));
  const isHierarchical = crew.process === 'hierarchical';
  const manager = isHierarchical ? agents.find((agent) => agent['manager'] === true) : undefined;
  if (crew.process === 'consensual')
    notes
      .at('process')
      .leftOut('consensual', { why: 'CrewAI has no council.', instead: 'The exported crew is sequential.' });
  const file: SourceObject = {
    name: crew.name,
    agents: agents.filter((agent) => agent !== manager).map(nameOf),
    tasks: tasks.map((task, index) => exportTask(task, tasks.slice(0, index), notes)),
    process: isHierarchical ? 'hierarchical' : 'sequential',
    ...(manager === undefined ? {} : { manager_agent: nameOf(manager) }),
    ...exportKeys(SETTINGS_EXPORT, settings, notes.at('settings')),
    ...exportKeys(CREW_EXPORT, plain, notes),
  };
  const ofAgents = agents.map((agent) => [
    `agents/${nameOf(agent)}.jsonc`,
    exportAgent(agent, settings, { notes, isManager: agent === manager }),
  ]);
  return { files: { 'crew.jsonc': file, ...Object.fromEntries(ofAgents) }, report: notes.report() };
}

function exportAgent(
  agent: SourceObject,
  settings: SourceObject,
  { notes: all, isManager }: { notes: Notes; isManager: boolean },
): SourceObject {
  const notes = all.at(`agent ${nameOf(agent)}`);
  const tools = isManager ? withoutTools(agent, notes) : exportTools(textsOf(agent['tools']), notes.below('tools'));
  return {
    role: agent['role'] ?? '',
    goal: agent['goal'] ?? '',
    backstory: agent['backstory'] ?? '',
    ...exportModel(agent, settings, notes),
    ...(tools.length === 0 ? {} : { tools }),
    ...exportKeys(AGENT_EXPORT, agent, notes),
  };
}

function withoutTools(manager: SourceObject, notes: Notes): string[] {
  for (const tool of textsOf(manager['tools']))
    notes
      .below('tools')
      .leftOut(tool, { why: 'A manager of CrewAI has no tools.', instead: 'Give it to another agent.' });
  return [];
}

function exportTask(task: SourceObject, before: readonly SourceObject[], all: Notes): SourceObject {
  const notes = all.at(`task ${nameOf(task)}`);
  const tools = exportTools(textsOf(task['tools']), notes.below('tools'));
  return {
    name: nameOf(task),
    description: task['description'] ?? '',
    expected_output: task['expected_output'] ?? '',
    ...(task['agent'] === undefined ? {} : { agent: task['agent'] }),
    // Without the key, CrewAI would pass the results of all earlier tasks.
    context: contextNames(task, notes.below('context')),
    ...(canBeAsync(task, before, notes) ? { async_execution: true } : {}),
    ...(tools.length === 0 ? {} : { tools }),
    ...exportKeys(TASK_EXPORT, task, notes),
  };
}

/**
 * CrewAI refuses an asynchronous task whose context contains another asynchronous task, unless a task that is not asynchronous
 * is between them.
 */
function canBeAsync(task: SourceObject, before: readonly SourceObject[], notes: Notes): boolean {
  if (task['async'] !== true) return false;
  const context = new Set(namesIn(task['context']));
  for (const earlier of [...before].reverse()) {
    if (earlier['async'] !== true) return true;
    if (!context.has(nameOf(earlier))) continue;
    notes.below('async').leftOut('true', {
      why: `CrewAI does not run a task asynchronously right after ${nameOf(earlier)}, on which it depends.`,
      instead: 'Nothing to do: the task waits for that result in any case.',
    });
    return false;
  }
  return true;
}

/** CrewAI runs tasks in the order of the file, and refuses a context that comes later. */
function inOrder(tasks: readonly SourceObject[]): SourceObject[] {
  const placed = new Set<string>();
  const ordered: SourceObject[] = [];
  const open = [...tasks];
  while (open.length > 0) {
    const at = open.findIndex((task) => namesIn(task['context']).every((name) => placed.has(name)));
    // A crew has no cycles, so there is always such a task.
    const [next] = open.splice(Math.max(at, 0), 1);
    if (next === undefined) break;
    placed.add(nameOf(next));
    ordered.push(next);
  }
  return ordered;
}

function nameOf(part: SourceObject): string {
  return typeof part['name'] === 'string' ? part['name'] : '';
}

function objectOf(value: SourceValue | undefined): SourceObject {
  return isSourceObject(value) ? value : {};
}

function objectsOf(value: SourceValue | undefined): SourceObject[] {
  return Array.isArray(value) ? value.filter(isSourceObject) : [];
}

function textsOf(value: SourceValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The tasks that a task depends on. A choice of a router cannot be exported. */
function contextNames({ context }: SourceObject, notes: Notes): string[] {
  for (const [index, each] of (Array.isArray(context) ? context : []).entries())
    if (isSourceObject(each))
      notes.below(index).leftOut(JSON.stringify(each), {
        why: 'CrewAI has no routers between tasks.',
        instead: 'Keep the crew file, or write a flow.',
      });
  return namesIn(context);
}

function namesIn(context: SourceValue | undefined): string[] {
  if (!Array.isArray(context)) return [];
  return context.flatMap((each) => {
    const name = isSourceObject(each) ? each['task'] : each;
    return typeof name === 'string' ? [name] : [];
  });
}
