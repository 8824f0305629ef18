import type { ToolDefinition } from '../../shared/tools/definition.ts';
import { runInSandbox, sandboxFile } from './sandbox/sandbox.ts';
import { WorkspaceFiles } from './sandbox/workspace-files.ts';
import type { ToolContext, ToolResult } from './tool.ts';

/** Carries out a call of a `script` tool in the sandbox. Its default export gets the arguments and the files. */
export async function runScript(
  { name, source }: ToolDefinition,
  args: unknown,
  context: ToolContext,
): Promise<ToolResult> {
  if (source.kind !== 'script' || source.code === undefined)
    return { ok: false, text: `${name} cannot be called: its script was not read.` };
  const files = new WorkspaceFiles(context);
  const end = await runInSandbox({
    threadFile: sandboxFile(),
    program: { code: source.code, form: 'module', args: JSON.stringify(args) },
    file: (call) => files.call(call),
    signal: context.signal,
  });
  const { measured } = files;
  if (!end.ok)
    return { ok: false, text: `${name} failed: ${end.error}${end.log === '' ? '' : `\n${end.log}`}`, measured };
  return { ok: true, text: textOfJson(end.value), measured };
}

/** A text is the answer as it is, other values as JSON. */
function textOfJson(json: string | undefined): string {
  if (json === undefined) return 'Done.';
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json;
}
