import type { Failure } from '../../shared/run/error-kind.ts';
import type { Image } from '../../shared/slot/image.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { imageOf } from '../base/read-image.ts';
import { textOfFile } from '../tools/file-text.ts';
import { UNLIMITED_MIB } from '../tools/tool.ts';
import { openToRead } from '../tools/workspace-path.ts';
import type { TurnPort } from './turn-port.ts';

const MIB = 1024 * 1024;
const MAX_MIB = 5;
const MAX_MIB_IN_ALL = 20;

type Attached = { ok: true; turn: TurnSubmission; images: Image[] } | { ok: false; failure: Failure };

/**
 * Reads the attachments of a turn. Images are returned, and other files are added to the prompt as texts, which can be
 * shortened to fit the context window. A file that cannot be used fails the turn: without it, the answer would be wrong.
 */
export async function withAttachments(turn: TurnSubmission, port: TurnPort): Promise<Attached> {
  const images: Image[] = [];
  const quoted = [...(turn.quoted ?? [])];
  let { prompt } = turn;
  let room = MAX_MIB_IN_ALL * MIB;
  for (const path of turn.attachments ?? []) {
    const read = await contentOf(port.provided.workspace, path);
    if (typeof read === 'string') return unusable(turn, path, read);
    room -= read.length;
    if (room < 0) return unusable(turn, path, `the attachments have more than ${MAX_MIB_IN_ALL} MiB in all`);
    const image = imageOf(path, read);
    if (image !== null) {
      images.push(image);
      continue;
    }
    const text = await textOfFile(path, read, {}, { memoryMib: turn.memory_mib ?? UNLIMITED_MIB, signal: port.signal });
    if (!text.ok) return unusable(turn, path, text.text);
    const notes = text.notes.map((note) => `\n\n[${note}]`).join('');
    prompt += `\n\n## Attachment ${path}\n\n`;
    quoted.push([prompt.length, prompt.length + text.text.length]);
    prompt += `${text.text}${notes}`;
  }
  return { ok: true, turn: { ...turn, prompt, quoted }, images };
}

/** Returns the bytes of a file, or why it cannot be used. */
async function contentOf(workspace: string, path: string): Promise<Uint8Array | string> {
  const opened = await openToRead(workspace, path);
  if (!opened.ok) return opened.text;
  try {
    if (opened.size > MAX_MIB * MIB) return `it is larger than ${MAX_MIB} MiB`;
    return await opened.file.readFile();
  } finally {
    await opened.file.close();
  }
}

function unusable({ key }: TurnSubmission, path: string, reason: string): Attached {
  const end = /[.!?]$/.test(reason) ? '' : '.';
  const message = `The attachment ${path} of task "${key.task}" cannot be used: ${reason}${end} Put the file into the workspace, or correct "attachments".`;
  return { ok: false, failure: { kind: 'tool', message } };
}
