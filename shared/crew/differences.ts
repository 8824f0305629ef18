import type { Crew } from './schema.ts';

/** A value that differs, as text; empty if a side does not have it. */
export interface Change {
  key: string;
  mine: string;
  theirs: string;
}

/** An element of a crew that differs: a task, an agent, a pool, an input, the settings or the crew itself. */
export interface Difference {
  kind:
    | 'crew'
    | 'settings'
    | 'agent'
    | 'task'
    | 'pool'
    | 'workload'
    | 'input'
    | 'tool'
    | 'MCP server'
    | 'knowledge'
    | 'extra'
    | 'layout';
  name: string;
  isIn: 'mine' | 'theirs' | 'both';
  /** If only one side has the element: its values. */
  changes: Change[];
}

type Values = Readonly<Record<string, unknown>>;

/** Returns the elements that differ between two versions of a crew, in the order of the crew file. */
export function differencesOf(mine: Crew, theirs: Crew): Difference[] {
  return [
    ...compare('crew', { crew: crewValues(mine) }, { crew: crewValues(theirs) }),
    ...compare('settings', { Settings: mine.settings }, { Settings: theirs.settings }),
    ...compare('agent', byName(mine.agents), byName(theirs.agents)),
    ...compare('task', byName(mine.tasks), byName(theirs.tasks)),
    ...compare('pool', byName(mine.pools), byName(theirs.pools)),
    ...compare('workload', mine.workload, theirs.workload),
    ...compare('input', valuesOf(mine.inputs), valuesOf(theirs.inputs)),
    ...compare('tool', byName(mine.tools), byName(theirs.tools)),
    ...compare('MCP server', mine.mcp_servers, theirs.mcp_servers),
    ...compare('knowledge', byPath(mine.knowledge), byPath(theirs.knowledge)),
    ...compare('extra', valuesOf(mine.extras), valuesOf(theirs.extras)),
    ...compare('layout', { Layout: layoutValues(mine) }, { Layout: layoutValues(theirs) }),
  ];
}

function compare(
  kind: Difference['kind'],
  mine: Readonly<Record<string, Values>>,
  theirs: Readonly<Record<string, Values>>,
): Difference[] {
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  return names.flatMap((name) => {
    const [inMine, inTheirs] = [own(mine, name), own(theirs, name)];
    const changes = changesOf(inMine ?? {}, inTheirs ?? {});
    if (changes.length === 0 && inMine && inTheirs) return [];
    return [{ kind, name, isIn: inMine ? (inTheirs ? 'both' : 'mine') : 'theirs', changes }];
  });
}

/** A crew may have a task named `constructor`, which every object has. */
function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function changesOf(mine: Values, theirs: Values): Change[] {
  const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  return keys
    .map((key) => ({ key, mine: textOf(own(mine, key)), theirs: textOf(own(theirs, key)) }))
    .filter((change) => change.mine !== change.theirs);
}

/** The order of tasks and agents is a value of the crew: it decides between tasks that are otherwise equal. */
function crewValues({ name, description, process, agents, tasks, pools }: Crew): Values {
  const order = (parts: readonly { name: string }[]) => parts.map((part) => part.name);
  return { name, description, process, agents: order(agents), tasks: order(tasks), pools: order(pools) };
}

function layoutValues({ layout }: Crew): Values {
  return { ...layout.nodes, groups: layout.groups };
}

/** Returns values by name, without the name itself, which is the heading of the element. */
function byName(parts: readonly (Values & { name: string })[]): Record<string, Values> {
  return Object.fromEntries(parts.map(({ name, ...values }) => [name, values]));
}

function valuesOf(values: Values | undefined): Record<string, Values> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, { value }]));
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number')) {
    return value.join(', ');
  }
  return JSON.stringify(value, null, 2);
}

function byPath(parts: readonly (Values & { path: string })[]): Record<string, Values> {
  return Object.fromEntries(parts.map(({ path, ...values }) => [path, values]));
}
