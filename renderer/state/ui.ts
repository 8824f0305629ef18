import type { DefinedKind } from '../../shared/crew/definitions.ts';
import type { DialogName, Toast } from './stores/ui-store.ts';
import { storeHook, type WindowState } from './window-state.ts';

/** A value of the window's general state: `useUi((ui) => ui.tab)`. */
export const useUi = storeHook(({ ui }) => ui);

/** Selects exactly these nodes and edges. */
export function select(win: WindowState, ...keys: string[]): void {
  win.ui.setState({ selection: keys });
}

/** Opens a tab. */
export function showTab(win: WindowState, tab: string): void {
  win.ui.setState({ tab });
}

/** Opens a dialog, or closes the open one (null). */
export function showDialog(win: WindowState, dialog: DialogName | null): void {
  win.ui.setState({ dialog, keyFor: null });
}

/** Asks for the key of a provider that the crew changes to only if the key is given. */
export function askForKeyOf(win: WindowState, provider: string): void {
  win.ui.setState({ dialog: 'key', keyFor: provider });
}

const INFO_MS = 5000;

/** Shows a short message. An error stays until it is dismissed. */
export function toast(win: WindowState, tone: Toast['tone'], text: string, action?: Toast['action']): void {
  const id = win.ui.getState().toastCount + 1;
  const next: Toast = { id, tone, text, ...(action ? { action } : {}) };
  win.ui.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), next], toastCount: id }));
  if (tone === 'info') setTimeout(() => dismiss(win, id), INFO_MS);
}

/** Removes a short message. */
export function dismiss(win: WindowState, id: number): void {
  win.ui.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
}

/** Splits a node's key: `task:draft` → `['task', 'draft']`. */
export function keyParts(key: string): { kind: 'task' | 'agent' | 'pool'; name: string } | null {
  const [, kind, name] = /^(task|agent|pool):(.+)$/.exec(key) ?? [];
  if (name === undefined) return null;
  return kind === 'task' || kind === 'agent' || kind === 'pool' ? { kind, name } : null;
}

/** Splits the key of something that the crew defines: `server:notes` → `['server', 'notes']`. */
export function definedParts(key: string): { kind: DefinedKind; name: string } | null {
  const [, kind, name] = /^(tool|server|database):(.+)$/.exec(key) ?? [];
  if (name === undefined) return null;
  return kind === 'tool' || kind === 'server' || kind === 'database' ? { kind, name } : null;
}

/** The key of an edge between two nodes, from their keys. */
export function edgeKey(from: string, to: string): string {
  return `edge:${from}→${to}`;
}

/** The ends of an edge, from its key; null if the key is not an edge. */
export function edgeEnds(key: string): { from: string; to: string } | null {
  const [, from, to] = /^edge:(.+)→(.+)$/.exec(key) ?? [];
  return from === undefined || to === undefined ? null : { from, to };
}
