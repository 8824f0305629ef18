import type { Problem } from '../../../shared/crew/problem.ts';
import type { SourceObject } from '../../../shared/import/source.ts';
import type { ProjectRead } from './crewai-jsonc.ts';
import { type PythonModule, parsePython } from './python/parse-python.ts';
import { PythonProject } from './python/python-project.ts';
import { readClasses } from './python/read-classes.ts';
import { problemOf, type SourceFolder } from './source-folder.ts';
import { readYaml } from './yaml.ts';

const EMPTY_MODULE: PythonModule = {
  values: new Map(),
  classes: new Map(),
  functions: [],
  imports: new Map(),
  inputs: [],
};

/**
 * Reads a project of CrewAI in its classic form: `crew.py` with `config/agents.yaml` and `config/tasks.yaml`, or either of
 * them. Null if the folder has none. Python is read, not run: what is not a plain definition is listed.
 */
export async function readPythonProject(folder: SourceFolder): Promise<ProjectRead | null> {
  for (const base of ['', ...(await folder.entries('src')).folders.map((name) => `src/${name}/`)]) {
    const read = await readAt(folder, base);
    if (read !== null) return read;
  }
  return null;
}

async function readAt(folder: SourceFolder, base: string): Promise<ProjectRead | null> {
  const others = (await folder.entries(base.replace(/\/$/, ''))).files.filter((name) => name.endsWith('_crew.py'));
  const code = await folder.readFirst(['crew.py', ...others].map((name) => `${base}${name}`));
  if (code !== null && !code.ok) return { ok: false, problems: [code.problem] };
  const module = code === null ? EMPTY_MODULE : parsePython(code.text);
  if (module === null) return tooDeep(code?.name ?? base);
  const python = new PythonProject(module, code?.name ?? '');
  const problems: Problem[] = [];
  const agents = await readConfig(folder, `${base}${python.configPath('agents')}`, problems);
  const tasks = await readConfig(folder, `${base}${python.configPath('tasks')}`, problems);
  if (problems.length > 0) return { ok: false, problems };
  if (code === null && (agents === null || tasks === null)) return null;
  const parts = python.parts(agents ?? {}, tasks ?? {}, `${base}${python.configPath('tasks')}`);
  const main = code === null ? null : await folder.readFirst([`${base}main.py`]);
  const inputs = [...module.inputs, ...(main?.ok ? (parsePython(main.text)?.inputs ?? []) : [])][0];
  const classes = await readClasses(folder, base, module);
  return {
    ok: true,
    project: {
      ...parts,
      crew: { ...parts.crew, values: { ...parts.crew.values, ...(inputs === undefined ? {} : { inputs }) } },
      classes: classes.schemas,
      notRead: [...parts.notRead, ...classes.notRead],
    },
  };
}

function tooDeep(name: string): ProjectRead {
  return {
    ok: false,
    problems: [problemOf('not_python', `${name} is nested too deeply to be read. Make it flatter.`)],
  };
}

async function readConfig(folder: SourceFolder, name: string, problems: Problem[]): Promise<SourceObject | null> {
  const file = await folder.readFirst([name, name.replace(/\.yaml$/, '.yml')]);
  if (file === null) return null;
  if (!file.ok) {
    problems.push(file.problem);
    return null;
  }
  const parsed = readYaml(file.text);
  if (parsed.ok) return parsed.value;
  problems.push(problemOf('not_yaml', `${file.name} could not be read: ${parsed.why}. Correct it.`));
  return null;
}
