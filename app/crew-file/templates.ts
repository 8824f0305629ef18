import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { titleCase } from '../../shared/crew/titles.ts';
import { type LoadedCrew, loadCrew } from './load.ts';

export interface Template {
  name: string;
  title: string;
  description: string;
}

/** The description of the empty template. New crews do not receive it. */
const EMPTY_DESCRIPTION = 'A crew without agents and tasks.';

/** Returns the crews that ship with the application, each `examples/NAME/NAME.crew.json`, by name. */
export async function listTemplates(examples: string): Promise<Template[]> {
  const entries = await readdir(examples, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const templates: Template[] = [];
  for (const name of names.sort()) {
    const loaded = await loadCrew(templatePath(examples, name));
    if (loaded.ok)
      templates.push({ name, title: titleCase(name), description: loaded.crew.description ?? EMPTY_DESCRIPTION });
  }
  return templates;
}

export async function readTemplate(examples: string, name: string): Promise<LoadedCrew> {
  const templates = await listTemplates(examples);
  if (templates.some((template) => template.name === name)) return loadCrew(templatePath(examples, name));
  const message = `Unknown template "${name}". Use one of ${templates.map((template) => template.name).join(', ')}.`;
  return { ok: false, problems: [{ code: 'unknown_template', message, path: '', line: 0, column: 0 }] };
}

/** Returns the crew file of a template. */
export function templatePath(examples: string, name: string): string {
  return join(examples, name, `${name}.crew.json`);
}
