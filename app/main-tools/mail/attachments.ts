import { basename } from 'node:path';
import { messageOf } from '../../base/system-error.ts';
import { openInWorkspace } from '../../base/workspace-path.ts';

const MIB = 1024 * 1024;
const MAX_FILE = 5 * MIB;
const MAX_ALL = 20 * MIB;

export interface Attachment {
  filename: string;
  content: Buffer;
}

/** Reads files of the workspace to attach them to an email, or returns why one cannot be attached. */
export async function readAttachments(
  workspace: string,
  paths: readonly string[],
): Promise<{ ok: true; attachments: Attachment[] } | { ok: false; text: string }> {
  const attachments: Attachment[] = [];
  let all = 0;
  for (const path of paths) {
    try {
      const opened = await openInWorkspace(workspace, path);
      if (!opened.ok) return { ok: false, text: `${path} is not a file of the workspace.` };
      try {
        all += opened.size;
        if (opened.size > MAX_FILE) return { ok: false, text: `${path} is larger than 5 MiB.` };
        if (all > MAX_ALL) return { ok: false, text: 'the attachments are larger than 20 MiB in all.' };
        attachments.push({ filename: basename(path), content: await opened.file.readFile() });
      } finally {
        await opened.file.close();
      }
    } catch (error) {
      return { ok: false, text: `${path} cannot be read: ${messageOf(error)}.` };
    }
  }
  return { ok: true, attachments };
}
