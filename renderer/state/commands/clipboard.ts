import { call } from '../../base/bridge.ts';
import { pastePosition } from '../canvas/view.ts';
import { replaceCrew, useDocument } from '../document.ts';
import { select, toast, useUi } from '../ui.ts';
import { type Point, remove } from './crew-edits.ts';
import { type Copied, copiedSchema, copyNodes, pasteInto } from './paste.ts';

export function copySelection(): void {
  const { selection } = useUi.getState();
  if (selection.length === 0) return;
  const nodes = copyNodes(useDocument.getState().crew, selection);
  void call('app.copy', { text: JSON.stringify(nodes, null, 2) });
}

export function cutSelection(): void {
  copySelection();
  remove(useUi.getState().selection);
}

/** Pastes nodes at the pointer or, if it is not on the canvas, in the middle of the view. */
export async function pasteNodes(): Promise<void> {
  const { text } = await call('app.paste', {});
  const parsed = copiedSchema.safeParse(parseJson(text));
  if (parsed.success) insert(parsed.data, pastePosition());
  else if (text.trim() !== '') toast('info', 'The clipboard contains no agents or tasks.');
}

export function duplicateSelection(): void {
  const { selection } = useUi.getState();
  if (selection.length > 0) insert(copyNodes(useDocument.getState().crew, selection), null);
}

function insert(nodes: Copied, corner: Point | null): void {
  const { crew, keys } = pasteInto(useDocument.getState().crew, nodes, corner);
  if (keys.length === 0) return;
  replaceCrew(crew);
  select(...keys);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
