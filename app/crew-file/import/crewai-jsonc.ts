import type { Problem } from '../../../shared/crew/problem.ts';
import {
  isSourceObject,
  type SourceObject,
  type SourcePart,
  type SourceProject,
} from '../../../shared/import/source.ts';
import { visibleLine } from '../../../shared/printable.ts';
import { readJsonc } from './jsonc.ts';
import { problemOf, type SourceFolder } from './source-folder.ts';

export type ProjectRead = { ok: true; project: SourceProject } | { ok: false; problems: Problem[] };

/**
 * Reads a project of CrewAI in its JSONC form: `crew.jsonc` or `crew.json`, and a file per agent in `agents`. Null if the
 * folder has no such file. The text of the crew file has already been read if `given` is set.
 */
export async function readJsoncProject(folder: SourceFolder): Promise<ProjectRead | null> {
  const file = await folder.readFirst(['crew.jsonc', 'crew.json']);
  if (file === null) return null;
  if (!file.ok) return { ok: false, problems: [file.problem] };
  const parsed = readJsonc(file.text);
  if (!parsed.ok) return refusal(`${file.name} could not be read: ${parsed.why}. Correct it.`);
  const { agents: listed = [], tasks = [], name, manager_agent: manager = null } = parsed.value;
  if (!isTextList(listed)) return refusal(`${file.name}: "agents" must be a list of names. Correct it.`);
  if (!Array.isArray(tasks) || !tasks.every(isSourceObject))
    return refusal(`${file.name}: "tasks" must be a list of objects. Correct it.`);
  const names = new Set(typeof manager === 'string' ? [...listed, manager] : listed);
  const agents = await readAgents(folder, [...names]);
  if (!agents.ok) return agents;
  return {
    ok: true,
    project: {
      crew: { name: typeof name === 'string' ? name : '', path: file.name, values: parsed.value },
      agents: agents.parts,
      manager: typeof manager === 'string' ? manager : null,
      tasks: tasks.map((values, index) => taskPart(values, `${file.name}: tasks[${index}]`)),
      classes: new Map(),
      notRead: [],
    },
  };
}

async function readAgents(
  folder: SourceFolder,
  names: readonly string[],
): Promise<{ ok: true; parts: SourcePart[] } | { ok: false; problems: Problem[] }> {
  const parts: SourcePart[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    const file = await folder.readFirst([`agents/${name}.jsonc`, `agents/${name}.json`]);
    if (file === null) problems.push(missingAgent(name));
    else if (!file.ok) problems.push(file.problem);
    else {
      const parsed = readJsonc(file.text);
      if (parsed.ok) parts.push({ name, path: file.name, values: parsed.value });
      else problems.push(problemOf('not_json', `${file.name} could not be read: ${parsed.why}. Correct it.`));
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, parts };
}

function taskPart(values: SourceObject, path: string): SourcePart {
  const { name } = values;
  return { name: typeof name === 'string' ? name : '', path, values };
}

function missingAgent(name: string): Problem {
  const shown = visibleLine(name);
  const message = `The crew names the agent "${shown}", and agents/${shown}.jsonc does not exist. Add it, or remove the name.`;
  return problemOf('missing_agent', message);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
}

function refusal(message: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [problemOf('not_crewai', message)] };
}
