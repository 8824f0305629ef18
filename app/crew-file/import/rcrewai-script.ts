import type { RubyProject } from '../../../shared/import/rcrewai/import.ts';
import {
  Code,
  type NotRead,
  type SourceObject,
  type SourcePart,
  type SourceValue,
} from '../../../shared/import/source.ts';
import type { OwnTools } from '../../../shared/import/tools.ts';
import { parseRuby, type RubyStatement } from './ruby/parse-ruby.ts';

/**
 * Reads a script of RCrewAI: what it assigns with `.new`, adds to the crew, and configures. Nothing is executed. Null if the
 * script creates no crew.
 */
export function readRubyScript(text: string, file: string): RubyProject | null {
  const statements = parseRuby(text);
  const values = new Map(
    statements.flatMap((each): [string, SourceValue][] => (each.kind === 'assign' ? [[each.target, each.value]] : [])),
  );
  const made = (type: string) =>
    [...values].flatMap(([variable, value]) =>
      value instanceof Code && value.call?.name === type ? [{ variable, call: value.call, code: value }] : [],
    );
  const crew = made('Crew')[0];
  if (crew === undefined) return null;
  const names = new Map(
    [...made('Agent'), ...made('Task')].map(
      ({ variable, call }) => [variable, textOr(call.named['name'], variable)] as const,
    ),
  );
  const part = (variable: string): SourcePart[] => {
    const value = values.get(variable);
    if (!(value instanceof Code) || value.call === null) return [];
    const name = names.get(variable) ?? variable;
    return [{ name, path: `${file}: ${name}`, values: referring(value.call.named, names) }];
  };
  const added = (method: string, type: string) => {
    const found = addedTo(statements, method, values);
    return [...new Set(found.length > 0 ? found : made(type).map(({ variable }) => variable))].flatMap(part);
  };
  const [name] = crew.call.positional;
  return {
    crew: {
      name: textOr(name, crew.variable),
      path: file,
      values: { ...crew.call.named, ...executionOf(statements, crew.variable) },
    },
    agents: added('add_agent', 'Agent'),
    manager: null,
    tasks: added('add_task', 'Task'),
    classes: new Map(),
    notRead: notRead(statements, file),
    configuration: configurationOf(statements),
    ownTools: ownToolsOf(statements),
  };
}

/** Replaces variables by the names of the agents and tasks that they contain. */
function referring(values: SourceObject, names: ReadonlyMap<string, string>): SourceObject {
  const nameOf = (value: SourceValue) => (value instanceof Code ? (names.get(value.text) ?? value) : value);
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      Array.isArray(value) && key === 'context' ? value.map(nameOf) : key === 'agent' ? nameOf(value) : value,
    ]),
  );
}

/** Returns the variables that are passed to a method of the crew, directly or in a loop over a list. */
function addedTo(
  statements: readonly RubyStatement[],
  method: string,
  values: ReadonlyMap<string, SourceValue>,
): string[] {
  const added: string[] = [];
  let loop: { item: string; variables: string[] } | null = null;
  for (const statement of statements) {
    if (statement.kind === 'each') {
      const list = statement.list instanceof Code ? values.get(statement.list.text) : statement.list;
      const variables = Array.isArray(list) ? list.flatMap((each) => (each instanceof Code ? [each.text] : [])) : [];
      loop = { item: statement.item, variables };
    } else if (statement.kind === 'call' && statement.method === method) {
      const [argument] = statement.positional;
      const variable = argument instanceof Code ? argument.text : '';
      if (loop !== null && variable === loop.item) added.push(...loop.variables);
      else if (variable !== '') added.push(variable);
    }
  }
  return added;
}

function configurationOf(statements: readonly RubyStatement[]): SourceObject {
  const entries = statements.flatMap((each): [string, SourceValue][] => {
    if (each.kind !== 'assign') return [];
    const key = /^(?:config|c|configuration)\.(\w+)$/.exec(each.target)?.[1];
    return key === undefined ? [] : [[key, each.value]];
  });
  return Object.fromEntries(entries);
}

/** The number of tasks at the same time is an argument of `execute`. */
function executionOf(statements: readonly RubyStatement[], crew: string): SourceObject {
  const call = statements.find((each) => each.kind === 'call' && each.receiver === crew && each.method === 'execute');
  const limit = call?.kind === 'call' ? call.named['max_concurrency'] : undefined;
  return limit === undefined ? {} : { max_concurrency: limit };
}

/** Returns the classes of tools that the script defines, with the name that each gives itself. */
function ownToolsOf(statements: readonly RubyStatement[]): OwnTools {
  const tools = new Map<string, string>();
  let current: string | null = null;
  for (const statement of statements) {
    if (statement.kind === 'class') {
      current = /(^|::)Base$/.test(statement.parent) ? statement.name : null;
      if (current !== null) tools.set(current, current);
    } else if (current !== null && statement.kind === 'assign' && statement.target === '@name') {
      if (typeof statement.value === 'string') tools.set(current, statement.value);
      current = null;
    }
  }
  return tools;
}

function notRead(statements: readonly RubyStatement[], file: string): NotRead[] {
  const REASON = {
    why: 'Crewlane has no such list: a manager can delegate to every agent.',
    instead: 'Nothing to do.',
  };
  return statements.flatMap((each) =>
    each.kind === 'call' && each.method === 'add_subordinate'
      ? [{ path: file, what: `${each.receiver}.add_subordinate`, ...REASON }]
      : [],
  );
}

function textOr(value: SourceValue | undefined, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
