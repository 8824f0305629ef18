import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parametersOf, readArguments } from './arguments.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { openToRead, placeToWrite } from './workspace-path.ts';

const schema = z.object({
  path: z.string().describe('Relative to the workspace; folders are made'),
  content: z.string(),
  append: z.boolean().optional().describe('Add to the end in place of writing anew'),
});

export const fileWriter: Tool = {
  name: 'file_writer',
  describe: async () => ({ description: 'Writes a text file of the workspace.', parameters: parametersOf(schema) }),
  call: async (args, context) => {
    const given = readArguments(schema, args);
    return given.ok ? write(given.value, context) : given.result;
  },
};

/** A file is there with all of its new content or with its old one. */
async function write({ path, content, append }: z.infer<typeof schema>, context: ToolContext): Promise<ToolResult> {
  const place = await placeToWrite(context.workspace, path);
  if (!place.ok) return place;
  const { folder, name, shown } = place;
  const part = join(folder, `.${name}.${partName(context.idempotencyKey)}.part`);
  try {
    const before = append ? await contentBefore(context.workspace, shown) : new Uint8Array();
    await flushed(part, Buffer.concat([before, Buffer.from(content)]));
    await rename(part, join(folder, name));
  } catch (error) {
    await rm(part, { force: true });
    return {
      ok: false,
      text: `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  return { ok: true, text: `Written: ${shown} (${content.length} characters)`, measured: { writes: [shown] } };
}

/** The same call said again writes the same part file, not a second one. */
function partName(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

async function flushed(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** What stands there is read as every file is: not through a link that leads out. */
async function contentBefore(workspace: string, shown: string): Promise<Uint8Array> {
  const opened = await openToRead(workspace, shown);
  if (!opened.ok) return new Uint8Array();
  try {
    return await opened.file.readFile();
  } finally {
    await opened.file.close();
  }
}
