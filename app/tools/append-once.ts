import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../base/folder-handle.ts';
import { readJsonFile } from '../base/json-file.ts';
import { makePrivateFolder } from '../base/private-folder.ts';
import { makeCrewlaneFolder } from '../base/workspace-mark.ts';
import { openToAppend } from '../base/workspace-path.ts';

/** What `.crewlane/appends` stores about a call, under its idempotency key. */
const recordSchema = z.object({
  /** The size of the file in bytes when the call began: its text is added there or later. */
  from: z.int().nonnegative(),
  done: z.boolean(),
});

/**
 * Adds a text to the end of a file of the workspace, once per idempotency key. A call that is repeated after a crash
 * finds the text of the first call, or completes it. Several slots can add to one file at the same time. Rejects with the
 * system's error; the file then has its earlier content.
 * @param place in which the file is, from `placeInWorkspace`
 */
export async function appendOnce(
  workspace: string,
  place: { folder: string; name: string },
  text: string,
  idempotencyKey: string,
): Promise<{ isNew: boolean; size: number }> {
  const file = await openToAppend(place);
  try {
    const folder = join(await makeCrewlaneFolder(workspace), 'appends');
    await makePrivateFolder(folder);
    const path = join(folder, `${idempotencyKey}.json`);
    const read = await readJsonFile(path);
    const earlier = recordSchema.safeParse(read.ok ? read.value : null).data ?? null;
    const record = earlier ?? { from: (await file.stat()).size, done: false };
    const bytes = Buffer.from(text);
    let isNew = false;
    if (!record.done && !(earlier && (await hasText(file, record.from, bytes)))) {
      await replaceFile(path, JSON.stringify(record));
      await append(file, bytes);
      isNew = true;
    }
    if (!record.done) await replaceFile(path, JSON.stringify({ ...record, done: true }));
    return { isNew, size: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

/** Whether the bytes are in the file, from this place on. Removes a part of them that a crash left at the end. */
async function hasText(file: FileHandle, from: number, bytes: Buffer): Promise<boolean> {
  const { size } = await file.stat();
  const rest = Buffer.alloc(Math.max(0, size - from));
  const { bytesRead } = await file.read(rest, 0, rest.length, from);
  const added = rest.subarray(0, bytesRead);
  if (added.includes(bytes)) return true;
  if (added.length > 0 && bytes.subarray(0, added.length).equals(added)) await file.truncate(from);
  return false;
}

/** Adds the bytes with one call of the system, so that texts of several processes do not mix. */
async function append(file: FileHandle, bytes: Buffer): Promise<void> {
  const { size } = await file.stat();
  const { bytesWritten } = await file.write(bytes, 0, bytes.length);
  if (bytesWritten < bytes.length) {
    if ((await file.stat()).size === size + bytesWritten) await file.truncate(size);
    throw new Error('the disk is full');
  }
  await file.sync();
}
