import { memoized } from '../memoized.ts';
import { itemNames } from './check-for-each.ts';
import { contextOf } from './context.ts';
import { loopOf } from './loop.ts';
import { nearestName } from './nearest.ts';
import {
  firstSegment,
  isPath,
  joinValues,
  namesInText,
  placeholdersInText,
  plainInputName,
  type Texts,
  textsOfAgent,
  textsOfTask,
  type Values,
  valueAt,
} from './placeholders.ts';
import type { Problem } from './problem.ts';
import type { Agent, Crew, LinkedFiles, Task } from './schema.ts';
import { type Path, type UnlocatedProblem, unplaced } from './unlocated-problem.ts';

/**
 * The values of each run of a crew, which override the crew's own inputs. `[{}]` is the crew with its own inputs alone.
 */
export type Rows = readonly Values[];

interface NamesAt {
  /** The path of the text in its agent or task. */
  at: Path;
  /** The names of inputs that the text may use, in the form of `plainInputName`. */
  names: readonly string[];
  placeholders: readonly string[];
}

/** Each text is searched once, because a crew is checked at every keystroke and may be large. */
const namesOfAgent = memoized((agent: Agent) => namesInTexts(textsOfAgent(agent)));
const namesOfTask = memoized((task: Task) => namesInTexts(textsOfTask(task)));

function namesInTexts(texts: Texts): readonly NamesAt[] {
  return texts.flatMap(([at, text]) => {
    const names = namesInText(text);
    return names.length === 0 ? [] : [{ at, names, placeholders: [...new Set(placeholdersInText(text))] }];
  });
}

interface NamesIn extends NamesAt {
  kind: 'agents' | 'tasks';
  index: number;
}

/** The part of a crew that names are searched in. */
type CrewTexts = Pick<Crew, 'agents' | 'tasks' | 'linked'>;

/**
 * Returns the names between braces of all texts of a crew, and of the crew files to which its tasks give the crew's own
 * inputs.
 */
export function crewNames(crew: CrewTexts): NamesIn[] {
  const { agents, tasks } = crew.linked?.file ?? crew;
  return [
    ...agents.flatMap((agent, index) =>
      namesOfAgent(agent).map((names) => ({ ...names, kind: 'agents' as const, index })),
    ),
    ...tasks.flatMap((task, index) =>
      namesInTask(crew, tasks, task).map((names) => ({ ...names, kind: 'tasks' as const, index })),
    ),
  ];
}

/** Returns the names in the texts of a task that its item and its context do not fill, and the input that contains its list. */
function namesInTask({ linked }: CrewTexts, tasks: readonly Task[], task: Task): readonly NamesAt[] {
  const { input } = task.for_each ?? {};
  const ofItem = task.for_each ? ['index', 'count', ...itemNames(tasks, task)].map(plainInputName) : [];
  const known = new Set(ofItem);
  const isRound = (name: string) =>
    firstSegment(name) === 'round' && tasks.some((other) => loopOf(tasks, other).includes(task.name));
  const results = new Set(contextOf(task).map((name) => plainInputName(`outputs.${name}`)));
  const isInput = (name: string) =>
    !known.has(plainInputName(firstSegment(name))) &&
    !isRound(name) &&
    !results.has(plainInputName(name.split('.', 2).join('.')));
  const texts = [...namesOfTask(task), ...namesInFile(linked, task)].map(({ at, names, placeholders }) => {
    return { at, names: names.filter(isInput), placeholders: placeholders.filter(isInput) };
  });
  if (input === undefined) return texts;
  return [...texts, { at: ['for_each', 'input'], names: [plainInputName(input)], placeholders: [input] }];
}

/** The names in the crew file of a task that gives it no inputs of its own, and that the file itself does not fill. */
function namesInFile(linked: LinkedFiles | undefined, { crew: file, inputs }: Task): readonly NamesAt[] {
  const part = file === undefined ? undefined : linked?.parts[file]?.crew;
  if (!linked || !part || inputs !== undefined) return [];
  const own = new Set(Object.keys(part.inputs).map(plainInputName));
  const isOpen = (name: string) => !own.has(plainInputName(firstSegment(name)));
  const found = crewNames({ ...part, linked: { file: part, parts: linked.parts } });
  const names = found.flatMap((one) => one.names.filter(isOpen));
  const placeholders = found.flatMap((one) => one.placeholders.filter(isOpen));
  return [{ at: ['crew'], names: [...new Set(names)], placeholders: [...new Set(placeholders)] }];
}

interface Unfilled {
  placeholder: string;
  path: Path;
  message: string;
}

/** Returns placeholders without a value, also words in braces that only look like a placeholder. */
export function unfilledPlaceholders(crew: Crew, rows: Rows): UnlocatedProblem[] {
  return unfilled(crew, rows).map(problemOf);
}

/** Returns the placeholders without a value that prevent a run with a model. */
export function checkMissingInputs(crew: Crew, rows: Rows): Problem[] {
  const prevent = unfilled(crew, rows).filter(({ placeholder }) => isPath(placeholder));
  return prevent.map((missing) => unplaced(problemOf(missing)));
}

/** Words in braces may not be a placeholder, so they have a code that never prevents a run. */
function problemOf({ placeholder, message, path }: Unfilled): UnlocatedProblem {
  return { code: isPath(placeholder) ? 'missing_input' : 'unfilled_placeholder', message, path };
}

function unfilled(crew: Crew, rows: Rows): Unfilled[] {
  const names = crewNames(crew);
  const used = new Set(names.flatMap(({ placeholders }) => placeholders));
  if (used.size === 0) return [];
  const given = rows.map((row) => joinValues(crew.inputs, row));
  const known = new Set(given.flatMap((values) => Object.keys(values)));
  const messages = new Map<string, string>();
  for (const placeholder of used) {
    const message = missingMessage(placeholder, given, known);
    if (message !== null) messages.set(placeholder, message);
  }
  return names.flatMap(({ kind, index, at, placeholders }) =>
    placeholders.flatMap((placeholder) => {
      const message = messages.get(placeholder);
      return message === undefined ? [] : [{ placeholder, message, path: [kind, index, ...at] }];
    }),
  );
}

/**
 * Returns why a placeholder is not filled; null if it is. An input that only some rows have is a problem of those rows
 * (`missingInputs`), but a path that leads nowhere in a row is reported here.
 */
function missingMessage(placeholder: string, given: Rows, known: ReadonlySet<string>): string | null {
  const hasValue = (values: Values) => valueAt(values, placeholder) !== undefined;
  const input = firstSegment(placeholder);
  const row = given.some(hasValue)
    ? given.findIndex((values) => !hasValue(values) && valueAt(values, input) !== undefined)
    : null;
  if (row === -1) return null;
  const where = row === null ? '' : `Row ${row + 1}: `;
  if (input === 'outputs')
    return `${where}{${placeholder}} has no value: that task is not in the context. Add it, or write {{${placeholder}}}.`;
  const nearest = valueAt(given[0] ?? {}, input) === undefined ? nearestName(placeholder, known) : null;
  const meant = nearest === null ? '' : ` Did you mean {${nearest}}?`;
  return `${where}{${placeholder}} has no value. Use --input ${plainInputName(input)}=…, or write {{${placeholder}}}.${meant}`;
}

/** Returns the placeholders without a value that a crew uses, in the order of its texts, without words in braces. */
export function missingPlaceholders(crew: CrewTexts & Pick<Crew, 'inputs'>, values: Values): string[] {
  const given = joinValues(crew.inputs, values);
  const placeholders = crewNames(crew).flatMap((found) => found.placeholders);
  return [...new Set(placeholders.filter((name) => isPath(name) && valueAt(given, name) === undefined))];
}

/** Returns the names of inputs without a value that a crew uses, in the order of its texts. */
export function missingInputNames(crew: CrewTexts & Pick<Crew, 'inputs'>, values: Values): string[] {
  return [...new Set(missingPlaceholders(crew, values).map(firstSegment))];
}

/** Returns the names of inputs that the texts of a crew may use. */
export function namesUsedIn(crew: CrewTexts): ReadonlySet<string> {
  return new Set(crewNames(crew).flatMap(({ names }) => names));
}
