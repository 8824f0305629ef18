import type { NotRead, SourceClass, SourceClasses } from '../../../../shared/import/source.ts';
import type { SourceFolder } from '../source-folder.ts';
import { type PythonClass, type PythonModule, parsePython } from './parse-python.ts';
import { pydanticSchema } from './pydantic-schema.ts';

/** Imported modules that are read for classes; more are not needed for a crew. */
const MAX_MODULES = 20;

/** Reads the classes of `crew.py`, and those that it imports from other modules of the project. */
export async function readClasses(
  folder: SourceFolder,
  base: string,
  module: PythonModule,
): Promise<{ schemas: SourceClasses; notRead: NotRead[] }> {
  const classes = new Map<string, PythonClass>(module.classes);
  const modules = [...new Set(module.imports.values())].filter(
    (name) => !/^(crewai|crewai_tools|pydantic|typing)\b/.test(name),
  );
  for (const name of modules.slice(0, MAX_MODULES)) {
    const file = await folder.readFirst(filesOf(name, base));
    if (!file?.ok) continue;
    for (const [className, found] of parsePython(file.text)?.classes ?? [])
      if (!classes.has(className)) classes.set(className, found);
  }
  const models = [...classes.values()].filter((each) => isModel(each, classes));
  const schemas = models.map((model): [string, SourceClass] => [
    model.name,
    pydanticSchema(model, (name) => models.find((each) => each.name === name)),
  ]);
  const notRead = models.flatMap((model) =>
    model.functions
      .filter(({ decorators }) => decorators.some((each) => each.includes('validator')))
      .map(({ name }) => validator(model, name)),
  );
  return { schemas: new Map(schemas), notRead };
}

/** Paths of a module: relative to the package of `crew.py`, with or without the name of the package. */
function filesOf(module: string, base: string): string[] {
  const steps = module.split('.').filter((step) => step !== '');
  const path = (from: readonly string[]) => `${base}${from.join('/')}.py`;
  return [path(steps), ...(steps.length > 1 ? [path(steps.slice(1))] : [])];
}

function isModel(found: PythonClass, classes: ReadonlyMap<string, PythonClass>, depth = 0): boolean {
  if (depth > 5) return false;
  return found.bases.some((base) => {
    const name = base.split('.').at(-1) ?? '';
    const parent = classes.get(name);
    return name === 'BaseModel' || (parent !== undefined && parent !== found && isModel(parent, classes, depth + 1));
  });
}

function validator(model: PythonClass, name: string): NotRead {
  return {
    path: `class ${model.name}`,
    what: `validator ${name}`,
    why: 'It is code, which Crewlane does not run.',
    instead: 'Express the rule in "output_schema" or as a guardrail.',
  };
}
