import { dependsOn } from '../../shared/crew/context.ts';
import { definitionOf } from '../../shared/crew/definitions.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { definedParts, edgeEnds, edgeKey, keyParts } from './ui.ts';
import type { WindowState } from './window-state.ts';

/**
 * Removes deleted nodes from the selection and from the drafts of fields, however the crew changes. Call it once at
 * startup. A renamed node stays selected, also if undo restores its name.
 */
export function followDeletions(win: WindowState): void {
  win.document.subscribe((now, before) => {
    if (now.crew === before.crew) return;
    const { selection } = win.ui.getState();
    const kept = keptSelection(selection, before.crew, now.crew, now.opened !== before.opened);
    if (kept !== selection) win.ui.setState({ selection: kept });
    win.fields.drafts.prune(now.opened, (subject) => subject === 'crew' || existsIn(now.crew, subject));
  });
}

/** The selection without the nodes and edges that a change of the crew deleted; the same array if none was. */
export function keptSelection(
  selection: readonly string[],
  before: Crew,
  now: Crew,
  isOther = false,
): readonly string[] {
  const isSame = before.tasks === now.tasks && before.agents === now.agents && before.pools === now.pools;
  if (selection.length === 0 || isSame) return selection;
  const [had, has] = [keysOf(before), keysOf(now)];
  const renamed = isOther ? NONE : renamedKeys(before, now, had, has);
  const followNode = (key: string) => (had.has(key) && !has.has(key) ? (renamed.get(key) ?? null) : key);
  const followEdge = (edge: Edge) => {
    const [from, to] = [followNode(edge.from), followNode(edge.to)];
    if (from === null || to === null) return null;
    return hasEdge(before, edge) && !hasEdge(now, { from, to }) ? null : edgeKey(from, to);
  };
  const kept = selection.flatMap((key) => {
    const edge = edgeEnds(key);
    return (edge ? followEdge(edge) : followNode(key)) ?? [];
  });
  return kept.length === selection.length && kept.every((key, at) => key === selection[at]) ? selection : kept;
}

type Edge = NonNullable<ReturnType<typeof edgeEnds>>;

const NONE: ReadonlyMap<string, string> = new Map();

function keysOf(crew: Crew): ReadonlySet<string> {
  return new Set(KINDS.flatMap(([kind, list]) => crew[list].map(({ name }) => `${kind}:${name}`)));
}

const KINDS = [
  ['task', 'tasks'],
  ['agent', 'agents'],
  ['pool', 'pools'],
] as const;

/** A node at the same position of a list of the same length, with a new name, is the same node. */
function renamedKeys(before: Crew, now: Crew, had: ReadonlySet<string>, has: ReadonlySet<string>) {
  const renamed = new Map<string, string>();
  for (const [kind, list] of KINDS) {
    if (before[list] === now[list] || before[list].length !== now[list].length) continue;
    before[list].forEach(({ name }, at) => {
      const [old, current] = [`${kind}:${name}`, `${kind}:${now[list][at]?.name}`];
      if (old !== current && !has.has(old) && !had.has(current)) renamed.set(old, current);
    });
  }
  return renamed;
}

function existsIn(crew: Crew, key: string): boolean {
  const defined = definedParts(key);
  if (defined !== null) return definitionOf(crew, defined.kind, defined.name) !== undefined;
  const node = keyParts(key);
  return (
    node !== null &&
    KINDS.some(([kind, list]) => kind === node.kind && crew[list].some(({ name }) => name === node.name))
  );
}

/** Whether the crew has this dependency or assignment. A run adds assignments of its own, which the crew does not have. */
function hasEdge(crew: Crew, edge: Edge): boolean {
  const [source, target] = [keyParts(edge.from), keyParts(edge.to)];
  const task = crew.tasks.find(({ name }) => target?.kind === 'task' && name === target.name);
  if (!task || !source) return false;
  if (source.kind === 'task') return dependsOn(task, source.name);
  return task.agent === source.name || task.agents?.includes(source.name) === true;
}
