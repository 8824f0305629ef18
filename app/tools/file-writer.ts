import { z } from 'zod';
import { sha256 } from '../base/hash.ts';
import { messageOf } from '../base/system-error.ts';
import { replaceAtPlace } from '../base/workspace-path.ts';
import { parametersOf, readArguments } from './arguments.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { placeToWrite } from './workspace-path.ts';

/**
 * * Writes only complete files, so that a call that is repeated after a crash changes nothing, and contents of two
 * tasks never mix.
 */
const schema = z.strictObject({
  path: z.string().describe('Relative to the workspace; missing folders are created'),
  content: z.string().describe('The complete content of the file, which replaces the previous content'),
});

export const fileWriter: Tool = {
  name: 'file_writer',
  describe: async () => ({ description: 'Writes a text file of the workspace.', parameters: parametersOf(schema) }),
  call: async (args, context) => {
    const given = readArguments(schema, args);
    return given.ok ? write(given.value, context) : given.result;
  },
};

/** Replaces a file atomically: it contains either its old or its complete new content. */
async function write({ path, content }: z.infer<typeof schema>, context: ToolContext): Promise<ToolResult> {
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
