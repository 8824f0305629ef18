import { dirname } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import type { Consent } from '../app/launch/trust/permit.ts';
import { type TrustQuestion, trustDetail } from './trust-detail.ts';

/** The questions that the application asks with the system's dialogs. */

const CREW_FILES = [{ name: 'Crew files', extensions: ['crew.json', 'json'] }];

/** Asks for a crew file to open. `folder`: where the dialog starts. Null if cancelled. */
export async function askForCrew(window: BrowserWindow, folder: string | null): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open a crew',
    properties: ['openFile'],
    filters: CREW_FILES,
    ...(folder === null ? {} : { defaultPath: folder }),
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks for a file with the rows of a batch. `folder`: where the dialog starts. Null if cancelled. */
export async function askForInputs(window: BrowserWindow, folder: string | null): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Choose the rows of a batch',
    buttonLabel: 'Choose',
    properties: ['openFile'],
    filters: [{ name: 'Rows of inputs', extensions: ['csv', 'json'] }],
    ...(folder === null ? {} : { defaultPath: folder }),
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks for the folder of a CrewAI project, or for a script of RCrewAI. Null if cancelled. */
export async function askForProject(
  window: BrowserWindow,
  from: 'crewai' | 'rcrewai',
  folder: string | null,
): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: from === 'crewai' ? 'Import a CrewAI project' : 'Import an RCrewAI script',
    buttonLabel: 'Import',
    ...(from === 'crewai'
      ? { properties: ['openDirectory'] }
      : { properties: ['openFile'], filters: [{ name: 'Ruby scripts', extensions: ['rb'] }] }),
    ...(folder === null ? {} : { defaultPath: folder }),
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks for the folder of an exported CrewAI project. Null if cancelled. */
export async function askForProjectFolder(window: BrowserWindow, folder: string | null): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Export a CrewAI project into an empty folder',
    buttonLabel: 'Export',
    properties: ['openDirectory', 'createDirectory'],
    ...(folder === null ? {} : { defaultPath: folder }),
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** @param suggestion a path, or a file's name alone */
export async function askWhereToSave(window: BrowserWindow, title: string, suggestion: string): Promise<string | null> {
  const crew = suggestion.endsWith('.crew.json');
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title,
    defaultPath: suggestion,
    ...(crew ? { filters: CREW_FILES } : {}),
  });
  return canceled || filePath === undefined || filePath === '' ? null : filePath;
}

/** Asks for the folder of an export. `folder`: where the dialog starts. Null if cancelled. */
export async function askForFolder(window: BrowserWindow, folder: string | null): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Export reports into a folder',
    buttonLabel: 'Export',
    properties: ['openDirectory', 'createDirectory'],
    ...(folder === null ? {} : { defaultPath: folder }),
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** What to do with unsaved changes before they would be lost. */
export async function askAboutChanges(window: BrowserWindow, name: string): Promise<'save' | 'discard' | 'cancel'> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: `Save the changes to ${name}?`,
    detail: 'Your changes will be lost if you don’t save them.',
    buttons: ['Save', 'Don’t Save', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  return response === 0 ? 'save' : response === 1 ? 'discard' : 'cancel';
}

/** What to do with a file that changed on disk since it was opened, before it would be overwritten. */
export async function askAboutChangedFile(
  window: BrowserWindow,
  name: string,
): Promise<'keep' | 'take' | 'compare' | 'cancel'> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: `${name} changed on disk since you opened it.`,
    detail:
      'Keep mine: replace the file with the crew in this window. Take theirs: replace the crew in this window with the file; you can undo this.',
    buttons: ['Keep mine', 'Take theirs', 'Compare', 'Cancel'],
    defaultId: 2,
    cancelId: 3,
    noLink: true,
  });
  return (['keep', 'take', 'compare'] as const)[response] ?? 'cancel';
}

/** What to do with a crew whose file was deleted or moved, before a save creates the file again. */
export async function askAboutDeletedFile(
  window: BrowserWindow,
  name: string,
): Promise<'create' | 'save_as' | 'cancel'> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: `${name} was deleted or moved.`,
    detail: 'Saving creates the file again in its old folder.',
    buttons: ['Create again', 'Save As…', 'Cancel'],
    defaultId: 2,
    cancelId: 2,
    noLink: true,
  });
  return (['create', 'save_as'] as const)[response] ?? 'cancel';
}

/** Reports that another window has the file open. Returns whether to show that window. */
export async function askAboutOpenFile(window: BrowserWindow, name: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: `${name} is open in another window.`,
    detail: 'Save under another name, or close that window first.',
    buttons: ['Show window', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** Asks whether a window with a run in progress may close. */
export async function askAboutRun(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'A run is in progress. Close anyway?',
    detail: 'The run will be interrupted. Completed results are kept, and you can resume the run from the Runs tab.',
    buttons: ['Close and resume later', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** How a person answers a question about trust. */
export type TrustAnswer = 'crew' | 'folder' | 'not_now';

/** Asks about the missing permissions of a run. The crew of the run is not always the one in the window. */
export function askForConsent(window: BrowserWindow, consent: Consent): Promise<TrustAnswer> {
  const { crew, missing } = consent;
  const isForeign = missing.some(({ decision }) => decision === 'needs_trust');
  return askForTrust(window, { crew: crew.name, folder: folderOf(consent), isForeign, permissions: missing });
}

/** The folder that a person can trust as a whole; null: the crew has no file. */
export function folderOf({ crew: { file } }: Consent): string | null {
  return file === null ? null : dirname(file);
}

/** Asks whether to trust a crew, or to allow an own or trusted crew something new. */
export async function askForTrust(window: BrowserWindow, question: TrustQuestion): Promise<TrustAnswer> {
  const { crew, folder, isForeign } = question;
  const choices: [string, TrustAnswer][] = [
    [isForeign ? 'Trust this crew' : 'Allow', 'crew'],
    ...(isForeign && folder !== null ? [['Trust this folder', 'folder'] satisfies [string, TrustAnswer]] : []),
    ['Not now', 'not_now'],
  ];
  const last = choices.length - 1;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: isForeign ? `Trust ${crew}?` : `Allow ${crew} to do this?`,
    detail: trustDetail(question),
    buttons: choices.map(([label]) => label),
    defaultId: last,
    cancelId: last,
    noLink: true,
  });
  return choices[response]?.[1] ?? 'not_now';
}

/** Asks whether to delete a run or a batch permanently. */
export async function askToDelete(window: BrowserWindow, what: 'run' | 'batch', name: string): Promise<boolean> {
  const deleted = what === 'run' ? name : `all rows of ${name}`;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: `Delete this ${what}?`,
    detail: `This permanently deletes the results, events and report sources of ${deleted}. Exported folders are kept.`,
    buttons: ['Delete', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** Asks whether to clear the cache. @param what the number and size of its entries */
export async function askToClearCache(window: BrowserWindow, what: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'Clear the cache?',
    detail: `${what} for later runs. Without them, models are called again. Runs and their results are kept.`,
    buttons: ['Clear', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** Asks whether to reload a page that keeps crashing. @returns whether to reload it; otherwise its window is closed */
export async function askAboutCrashingPage(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'This window keeps crashing.',
    detail: 'Runs continue, and unsaved edits are kept for the next start.',
    buttons: ['Reload', 'Close window'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}
