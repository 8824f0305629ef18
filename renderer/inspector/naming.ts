import { type NamedKind, rename } from '../../shared/project/rename.ts';
import { NAME } from '../../shared/project/schema.ts';
import { replaceProject, useDocument } from '../store/document.ts';
import { select } from '../store/ui.ts';

/** Why a name cannot be given, or null. */
export function refuseName(current: string, name: string): string | null {
  const given = name.normalize('NFC');
  if (!NAME.test(given)) return 'Letters, digits, _ and -, beginning with a letter or _; up to 64.';
  const { agents, tasks, pools } = useDocument.getState().project;
  const taken = [...agents, ...tasks, ...pools].some(
    (other) => other.name !== current && other.name.toLowerCase() === given.toLowerCase(),
  );
  return taken ? 'This name is taken.' : null;
}

/** Gives another name, to it and to every reference, as one step. */
export function giveName(kind: NamedKind, from: string, to: string): void {
  replaceProject(rename(useDocument.getState().project, kind, from, to.normalize('NFC')));
  select(`${kind}:${to.normalize('NFC')}`);
}
