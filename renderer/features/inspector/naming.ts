import { type NamedKind, rename } from '../../../shared/crew/rename.ts';
import { NAME } from '../../../shared/crew/value-schemas.ts';
import { replaceCrew } from '../../state/document.ts';
import type { WindowState } from '../../state/window-state.ts';

const MAX_NAME_CHARACTERS = 64;

/** The form in which a name is stored: composed (NFC), without spaces at its ends. */
export function canonicalName(name: string): string {
  return name.trim().normalize('NFC');
}

/** Why a text is not a valid name; null if it is. Follows `NAME` of the crew file. */
export function nameError(name: string): string | null {
  const given = canonicalName(name);
  if (NAME.test(given)) return null;
  if (given === '') return 'Enter a name.';
  const letters = [...given].length;
  if (letters > MAX_NAME_CHARACTERS) return `${letters} characters are too many. Use at most ${MAX_NAME_CHARACTERS}.`;
  const rule = 'Use letters, digits, _ and -, and begin with a letter or _.';
  const close = similarName(given);
  return close === null ? rule : `${rule} Try ${close}.`;
}

/** A valid name similar to the text: `Market research` → `Market_research`. */
function similarName(text: string): string | null {
  const joined = text.replace(/[^\p{L}\p{M}\p{Nd}_-]+/gu, '_').replace(/^(?![\p{L}_])/u, '_');
  return NAME.test(joined) && !/^_+$/.test(joined) ? joined : null;
}

/** Why an agent, task or pool cannot have this name; null if it can. */
export function validateName(win: WindowState, current: string, name: string): string | null {
  const invalid = nameError(name);
  if (invalid !== null) return invalid;
  const given = canonicalName(name).toLowerCase();
  const { agents, tasks, pools } = win.document.getState().crew;
  const has = (named: { name: string }) => named.name !== current && named.name.toLowerCase() === given;
  if (agents.some(has)) return 'An agent already has this name.';
  if (tasks.some(has)) return 'A task already has this name.';
  return pools.some(has) ? 'A pool already has this name.' : null;
}

/** Renames a node and every reference to it, as one undo step. The node stays selected. */
export function giveName(win: WindowState, kind: NamedKind, from: string, name: string): void {
  const to = canonicalName(name);
  const { crew, opened } = win.document.getState();
  win.fields.drafts.move(opened, `${kind}:${from}`, `${kind}:${to}`);
  replaceCrew(win, rename(crew, kind, from, to));
}
