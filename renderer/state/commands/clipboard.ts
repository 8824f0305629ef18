import { call } from '../../base/bridge.ts';
import { pastePosition } from '../canvas/view.ts';
import { replaceCrew } from '../document.ts';
import { select, toast } from '../ui.ts';
import type { WindowState } from '../window-state.ts';
import { type Point, remove } from './crew-edits.ts';
import { type Copied, copiedSchema, copyNodes, pasteInto } from './paste.ts';

/** Copies the selected nodes. */
export function copySelection(win: WindowState): void {
  const { selection } = win.ui.getState();
  if (selection.length === 0) return;
  const nodes = copyNodes(win.document.getState().crew, selection);
  void call('app.copy', { text: JSON.stringify(nodes, null, 2) });
}

/** Copies the selected nodes and removes them. */
export function cutSelection(win: WindowState): void {
  copySelection(win);
  remove(win, win.ui.getState().selection);
}

/** Pastes nodes at the pointer or, if it is not on the canvas, in the middle of the view. */
export async function pasteNodes(win: WindowState): Promise<void> {
  const { text } = await call('app.paste', {});
  const parsed = copiedSchema.safeParse(parseJson(text));
  if (parsed.success) insert(win, parsed.data, pastePosition(win));
  else if (text.trim() !== '') toast(win, 'info', 'The clipboard contains no agents or tasks.');
}

/** Adds copies of the selected nodes next to them. The clipboard does not change. */
export function duplicateSelection(win: WindowState): void {
  const { selection } = win.ui.getState();
  if (selection.length > 0) insert(win, copyNodes(win.document.getState().crew, selection), null);
}

function insert(win: WindowState, nodes: Copied, corner: Point | null): void {
  const { crew, keys } = pasteInto(win.document.getState().crew, nodes, corner);
  if (keys.length === 0) return;
  replaceCrew(win, crew);
  select(win, ...keys);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
