import type { Problem } from '../../../shared/crew/problem.ts';
import type { OpenDocument, Opened } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { closeBatch, useBatch } from '../batch.ts';
import type { Command } from '../command.ts';
import { editedDocument, markSaved, openDocument } from '../document.ts';
import { closeRun, useRun } from '../run.ts';
import { select, toast, useUi } from '../ui.ts';

/** Opening and saving crews. */
export const FILE_COMMANDS: readonly Command[] = [
  {
    name: 'new',
    label: 'New crew',
    section: 'File',
    menu: { menu: 'file', group: 1, label: 'New' },
    accelerator: 'Mod+N',
    act: () => void newCrew(),
  },
  {
    name: 'open',
    label: 'Open…',
    section: 'File',
    menu: { menu: 'file', group: 1 },
    accelerator: 'Mod+O',
    act: () => void openCrew(),
  },
  {
    name: 'save',
    label: 'Save',
    section: 'File',
    menu: { menu: 'file', group: 2 },
    accelerator: 'Mod+S',
    act: () => void saveCrew(false),
  },
  {
    name: 'save_as',
    label: 'Save as…',
    section: 'File',
    menu: { menu: 'file', group: 2 },
    accelerator: 'Mod+Shift+S',
    act: () => void saveCrew(true),
  },
];

/** Shows what was opened. A refused file changes nothing but the list of problems. */
function show(opened: Opened): void {
  switch (opened.status) {
    case 'opened':
      showOpened(opened.document);
      return;
    case 'refused':
      showRefused(opened);
      return;
    case 'cancelled':
      return;
  }
}

/** Shows another crew in the window. */
export function showOpened(document: OpenDocument): void {
  if (!useRun.getState().live) closeRun();
  if (!useBatch.getState().live) closeBatch();
  openDocument(document);
  select();
  useUi.setState({ refused: null, loading: null });
}

/** Lists why a file cannot be opened. */
export function showRefused({ path, problems }: { path: string | null; problems: readonly Problem[] }): void {
  useUi.setState({ refused: { title: `${path ?? 'The file'} cannot be opened`, problems }, loading: null });
}

export async function newCrew(template = 'empty_crew'): Promise<void> {
  show(await call('crew.new', { template }));
}

/** Opens a crew file in this window. Without a path, a dialog asks for the file. */
export async function openCrew(path?: string): Promise<void> {
  show(await call('crew.open', path === undefined ? {} : { path }));
}

/** Opens dropped files: in this window if its crew is empty, else each in a window of its own. */
export async function openDropped(paths: readonly string[]): Promise<void> {
  for (const path of paths) show(await call('crew.open', { path, beside: true }));
}

/** Opens the crew of the shown run as a new crew. */
export async function openCrewOfRun(): Promise<void> {
  const { id } = useRun.getState();
  if (id !== null) show(await call('crew.from_run', { run: id }));
}

/** Saves the crew that is being edited, whichever crew is on screen. */
export async function saveCrew(as: boolean): Promise<void> {
  const { crew } = editedDocument();
  const saved = await call(as ? 'crew.save_as' : 'crew.save', { crew });
  if (saved.status === 'saved') {
    markSaved(crew, saved.path);
    toast('info', `Saved: ${saved.path}`);
  } else if (saved.status === 'failed') toast('error', saved.message);
}
