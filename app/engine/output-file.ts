import { protectedText } from '../../shared/crew/protected-path.ts';
import { printable } from '../../shared/printable.ts';
import { hideFolder } from '../base/hide-folder.ts';
import { messageOf } from '../base/system-error.ts';
import { type PathRefusal, placeInWorkspace, replaceAtPlace } from '../base/workspace-path.ts';

export type WriteResult = { ok: true } | { ok: false; message: string };

/**
 * Writes a task's result to its `output_file`, a path relative to the workspace (its real path). Refuses a path if a link
 * leads out of the workspace, and one that a run may not write. The text is made printable: control characters could
 * act on the terminal that shows it, or hide what the file does. The file is written in one step, so that no reader sees
 * half of it. An existing link with its name is replaced.
 */
export async function writeOutputFile(workspace: string, file: string, text: string): Promise<WriteResult> {
  try {
    const place = await placeInWorkspace(workspace, file);
    if (!place.ok) return { ok: false, message: `The result cannot be written to ${file}: ${reasonOf(place)}.` };
    await replaceAtPlace(place, printable(text));
    return { ok: true };
  } catch (error) {
    return {
      ok: false,
      message: `The result could not be written to ${file}: ${hideFolder(messageOf(error), workspace)}`,
    };
  }
}

function reasonOf(refusal: PathRefusal): string {
  switch (refusal.why) {
    case 'too_deep':
      return 'the path leads through too many folders';
    case 'outside':
      return 'the path leads out of the workspace';
    case 'not_a_file':
      return 'it is a folder';
    case 'protected':
      return `tasks cannot write ${protectedText(refusal.kind)}`;
  }
}
