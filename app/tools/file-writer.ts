import type { Measured } from '../../shared/run/events.ts';
import { TOOLS, type ToolArguments } from '../../shared/tools/catalogue.ts';
import { chunksOf } from '../base/folder-handle.ts';
import { sha256, sha256OfChunks } from '../base/hash.ts';
import { messageOf } from '../base/system-error.ts';
import { createAtPlace, replaceAtPlace } from '../base/workspace-path.ts';
import { appendOnce } from './append-once.ts';
import { slotTool } from './described-tool.ts';
import type { ToolContext, ToolResult } from './tool.ts';
import { openToRead, placeToWrite } from './workspace-path.ts';

export const fileWriter = slotTool(TOOLS.file_writer, { call: write });

type Arguments = ToolArguments<'file_writer'>;
type Place = { folder: string; name: string; shown: string };

/** Writes a file atomically, or adds to its end exactly once per call. */
async function write(args: Arguments, context: ToolContext): Promise<ToolResult> {
  const { path, content } = args;
  const place = await placeToWrite(context.workspace, path);
  if (!place.ok) return place;
  const bytes = Buffer.byteLength(content);
  const leave = await context.ask({ kind: 'workspace.write', file: place.shown, bytes });
  if (!leave.ok) return leave;
  try {
    return await perform(args, place, bytes, context);
  } catch (error) {
    return { ok: false, text: `${path} could not be written: ${messageOf(error)}` };
  }
}

async function perform(
  { path, content, mode = 'replace', overwrite = true }: Arguments,
  place: Place,
  bytes: number,
  { workspace, idempotencyKey }: ToolContext,
): Promise<ToolResult> {
  const { shown } = place;
  if (mode === 'append') {
    const { isNew, size } = await appendOnce(workspace, place, content, idempotencyKey);
    const how = isNew ? 'Appended' : 'Appended by an earlier attempt of this call';
    const text = `${how}: ${shown} (${bytes} bytes; the file has ${size} bytes now)`;
    return { ok: true, text, measured: measuredOf(shown, isNew ? bytes : 0, await hashOf(workspace, shown)) };
  }
  const before = await hashOf(workspace, shown);
  const hash = sha256(content);
  if (overwrite) await replaceAtPlace(place, content);
  // A file with the same content was written by an earlier attempt of this call.
  else if (!(await createAtPlace(place, content)) && (await hashOf(workspace, shown)) !== hash) {
    const text = `${path} exists already, and overwrite is false. Choose another path, or set overwrite to true.`;
    return { ok: false, text };
  }
  const how = before === null ? 'created' : 'replaced';
  return { ok: true, text: `Written: ${shown} (${bytes} bytes, ${how})`, measured: measuredOf(shown, bytes, hash) };
}

function measuredOf(file: string, written_bytes: number, hash: string | null): Measured {
  return { writes: [file], written_bytes, files: [{ file, sha256: hash, wrote: true }] };
}

/** The hash of a file's content; null if there is no such file, or if it cannot be read. */
async function hashOf(workspace: string, path: string): Promise<string | null> {
  const opened = await openToRead(workspace, path);
  if (!opened.ok) return null;
  try {
    return await sha256OfChunks(chunksOf(opened.file));
  } finally {
    await opened.file.close();
  }
}
