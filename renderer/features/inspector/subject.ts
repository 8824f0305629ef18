import { type DefinedKind, definitionOf } from '../../../shared/crew/definitions.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { Path } from '../../../shared/crew/unlocated-problem.ts';
import { edit } from '../../state/document.ts';
import type { WindowState } from '../../state/window-state.ts';

/** The object that a form edits: the crew, one of its agents, tasks or pools, or a tool, server or database of it. */
export type FormSubject =
  | { kind: 'crew' }
  | { kind: 'agent' | 'task' | 'pool'; name: string }
  | { kind: DefinedKind; name: string };

/** The object that a form edits; undefined once it was removed from the crew. */
export function objectOf(crew: Crew, subject: FormSubject): object | undefined {
  switch (subject.kind) {
    case 'crew':
      return crew;
    case 'agent':
      return crew.agents.find(({ name }) => name === subject.name);
    case 'task':
      return crew.tasks.find(({ name }) => name === subject.name);
    case 'pool':
      return crew.pools.find(({ name }) => name === subject.name);
    case 'tool':
    case 'server':
    case 'database':
      return definitionOf(crew, subject.kind, subject.name);
    default:
      return subject satisfies never;
  }
}

/** The path of the object in the crew, as in the paths of problems. */
export function pathOf(crew: Crew, subject: FormSubject): Path {
  if (subject.kind === 'crew') return [];
  if (subject.kind === 'server') return ['mcp_servers', subject.name];
  if (subject.kind === 'database') return ['databases', subject.name];
  const list = `${subject.kind}s` as const;
  return [list, crew[list].findIndex(({ name }) => name === subject.name)];
}

/** The value at a path; undefined if a key of the path is absent. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce((value: unknown, key) => (isObject(value) ? Reflect.get(value, key) : undefined), object);
}

/**
 * Sets a key of the subject, or removes it if the value is undefined. The key's schema must have accepted the value.
 * @param gesture as in `edit`
 */
export function setValue(
  win: WindowState,
  subject: FormSubject,
  path: readonly string[],
  value: unknown,
  gesture: string | null,
): void {
  edit(
    win,
    (draft) => {
      const owner = valueAt(objectOf(draft, subject), path.slice(0, -1));
      const key = path.at(-1);
      if (!isObject(owner) || key === undefined) return;
      if (value === undefined) Reflect.deleteProperty(owner, key);
      else Reflect.set(owner, key, value);
    },
    gesture,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
