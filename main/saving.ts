import { basename } from 'node:path';
import type { BrowserWindow } from 'electron';
import { sha256 } from '../app/base/hash.ts';
import { readFileState } from '../app/crew-file/file-on-disk.ts';
import { type Expected, writeCrewFile } from '../app/crew-file/save.ts';
import type { Crew } from '../shared/crew/schema.ts';
import { serializeCrew } from '../shared/crew/serialize.ts';
import { askAboutChangedFile, askAboutDeletedFile } from './dialogs.ts';
import { baseOf, beforeSave } from './file-decisions.ts';

export type SaveResult =
  | { status: 'saved'; path: string }
  | { status: 'cancelled' }
  | { status: 'failed'; message: string };

/** `hash`: of the text that was written. The other results are what a person chose instead of the save. */
type WriteResult =
  | { status: 'saved'; hash: string }
  | { status: 'save_as' }
  | { status: 'take' }
  | { status: 'compare' }
  | { status: 'cancelled' }
  | { status: 'failed'; message: string };

/**
 * Writes a crew to its file, if the file is as the window knows it. A person is asked about any other file, and asked
 * again if it changes before it is written.
 * @param base what the window knows to be on disk
 */
export async function saveToFile(
  window: BrowserWindow,
  crew: Crew,
  path: string,
  base: Expected,
): Promise<WriteResult> {
  const text = serializeCrew(crew);
  for (let expected = base; ; ) {
    const disk = await readFileState(path);
    switch (beforeSave(expected, disk)) {
      case 'write': {
        const saved = await writeCrewFile(path, text, expected);
        if (saved.ok) return { status: 'saved', hash: sha256(text) };
        if (!saved.changed) return { status: 'failed', message: saved.message };
        break;
      }
      case 'changed': {
        const answer = await askAboutChangedFile(window, basename(path));
        if (answer === 'cancel') return { status: 'cancelled' };
        if (answer !== 'keep') return { status: answer };
        expected = baseOf(disk) ?? expected;
        break;
      }
      case 'deleted': {
        const answer = await askAboutDeletedFile(window, basename(path));
        if (answer === 'cancel') return { status: 'cancelled' };
        if (answer === 'save_as') return { status: 'save_as' };
        expected = 'missing';
        break;
      }
      case 'unreadable':
        return {
          status: 'failed',
          message: `${path} cannot be compared before it is saved. Save to another location.`,
        };
    }
  }
}
