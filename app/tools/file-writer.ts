import { TOOLS, type ToolArguments } from '../../shared/tools/catalogue.ts';
import { sha256 } from '../base/hash.ts';
import { messageOf } from '../base/system-error.ts';
import { replaceAtPlace } from '../base/workspace-path.ts';
import { slotTool } from './described-tool.ts';
import type { ToolContext, ToolResult } from './tool.ts';
import { placeToWrite } from './workspace-path.ts';

export const fileWriter = slotTool(TOOLS.file_writer, { call: write });

/** Replaces a file atomically: it contains either its old or its complete new content. */
async function write({ path, content }: ToolArguments<'file_writer'>, context: ToolContext): Promise<ToolResult> {
  const place = await placeToWrite(context.workspace, path);
  if (!place.ok) return place;
  const { shown } = place;
  const bytes = Buffer.byteLength(content);
  const leave = await context.ask({ kind: 'workspace.write', file: shown, bytes });
  if (!leave.ok) return leave;
  try {
    await replaceAtPlace(place, content);
  } catch (error) {
    return { ok: false, text: `${path} could not be written: ${messageOf(error)}` };
  }
  const files = [{ file: shown, sha256: sha256(content), wrote: true as const }];
  const measured = { writes: [shown], written_bytes: bytes, files };
  return { ok: true, text: `Written: ${shown} (${content.length} characters)`, measured };
}
