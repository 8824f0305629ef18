import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parametersOf, readArguments } from './arguments.ts';
import { sha256Of } from './file-hash.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { placeToWrite } from './workspace-path.ts';

/** Whole files only: a call that is said again after a crash then changes nothing, and two tasks never mix their halves. */
const schema = z.strictObject({
  path: z.string().describe('Relative to the workspace; folders are made'),
  content: z.string().describe('All of the file; what stood there before is replaced'),
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
async function write({ path, content }: z.infer<typeof schema>, context: ToolContext): Promise<ToolResult> {
  const place = await placeToWrite(context.workspace, path);
  if (!place.ok) return place;
  const { folder, name, shown } = place;
  const leave = await context.ask({ kind: 'workspace.write', file: shown, bytes: Buffer.byteLength(content) });
  if (!leave.ok) return leave;
  const part = join(folder, partName(context.idempotencyKey, name));
  try {
    await flushed(part, content);
    if ((await realpath(folder)) !== folder) throw new Error('its folder was moved meanwhile.');
    await rename(part, join(folder, name));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    return { ok: false, text: `${path} could not be written: ${messageOf(error)}` };
  }
  const files = [{ file: shown, sha256: sha256Of(content), wrote: true as const }];
  return { ok: true, text: `Written: ${shown} (${content.length} characters)`, measured: { writes: [shown], files } };
}

/** The same call said again writes the same part file, not a second one. */
function partName(key: string, name: string): string {
  return `.${createHash('sha256').update(`${key} ${name}`).digest('hex').slice(0, 16)}.part`;
}

async function flushed(path: string, content: string): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o666);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
