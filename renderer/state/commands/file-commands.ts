import type { Problem } from '../../../shared/crew/problem.ts';
import type { OpenDocument, Opened } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { closeBatch } from '../batch.ts';
import type { Command } from '../command.ts';
import { editedDocument, markSaved, openDocument } from '../document.ts';
import { closeRun } from '../run.ts';
import { select, toast } from '../ui.ts';
import type { WindowState } from '../window-state.ts';

/** Opening and saving crews. */
export const FILE_COMMANDS: readonly Command[] = [
  {
    name: 'new',
    label: 'New crew',
    section: 'File',
    menu: { menu: 'file', group: 1, label: 'New' },
    accelerator: 'Mod+N',
    act: (win) => void newCrew(win),
  },
  {
    name: 'open',
    label: 'Open…',
    section: 'File',
    menu: { menu: 'file', group: 1 },
    accelerator: 'Mod+O',
    act: (win) => void openCrew(win),
  },
  {
    name: 'save',
    label: 'Save',
    section: 'File',
    menu: { menu: 'file', group: 2 },
    accelerator: 'Mod+S',
    act: (win) => void saveCrew(win, false),
  },
  {
    name: 'save_as',
    label: 'Save as…',
    section: 'File',
    menu: { menu: 'file', group: 2 },
    accelerator: 'Mod+Shift+S',
    act: (win) => void saveCrew(win, true),
  },
];

/** Shows what was opened. A refused file changes nothing but the list of problems. */
function show(win: WindowState, opened: Opened): void {
  switch (opened.status) {
    case 'opened':
      showOpened(win, opened.document);
      return;
    case 'refused':
      showRefused(win, opened);
      return;
    case 'cancelled':
      return;
  }
}

/** Shows another crew in the window. */
export function showOpened(win: WindowState, document: OpenDocument): void {
  if (!win.run.getState().live) closeRun(win);
  if (!win.batch.getState().live) closeBatch(win);
  openDocument(win, document);
  select(win);
  win.ui.setState({ refused: null, loading: null });
}

/** Lists why a file cannot be opened. */
export function showRefused(
  win: WindowState,
  { path, problems }: { path: string | null; problems: readonly Problem[] },
): void {
  win.ui.setState({ refused: { title: `${path ?? 'The file'} cannot be opened`, problems }, loading: null });
}

/** Opens a new crew from a template, after a question about unsaved changes. */
export async function newCrew(win: WindowState, template = 'empty_crew'): Promise<void> {
  show(win, await call('crew.new', { template }));
}

/** Opens a crew file in this window. Without a path, a dialog asks for the file. */
export async function openCrew(win: WindowState, path?: string): Promise<void> {
  show(win, await call('crew.open', path === undefined ? {} : { path }));
}

/** Opens dropped files: in this window if its crew is empty, else each in a window of its own. */
export async function openDropped(win: WindowState, paths: readonly string[]): Promise<void> {
  for (const path of paths) show(win, await call('crew.open', { path, beside: true }));
}

/** Opens the crew of the shown run as a new crew. */
export async function openCrewOfRun(win: WindowState): Promise<void> {
  const { id } = win.run.getState();
  if (id !== null) show(win, await call('crew.from_run', { run: id }));
}

/** Saves the crew that is being edited, whichever crew is on screen. */
export async function saveCrew(win: WindowState, as: boolean): Promise<void> {
  const { crew } = editedDocument(win);
  const saved = await call(as ? 'crew.save_as' : 'crew.save', { crew });
  if (saved.status === 'saved') {
    markSaved(win, crew, saved.path);
    toast(win, 'info', `Saved: ${saved.path}`);
  } else if (saved.status === 'failed') toast(win, 'error', saved.message);
}
