import { TOOLS, type ToolArguments } from '../../shared/tools/catalogue.ts';
import { slotTool } from './described-tool.ts';
import { runInSandbox, sandboxFile } from './sandbox/sandbox.ts';
import { WorkspaceFiles } from './sandbox/workspace-files.ts';
import type { ToolContext, ToolResult } from './tool.ts';

const MAX_RESULT = 64_000;

export const codeRunner = slotTool(TOOLS.code_runner, { call: runCode });

async function runCode({ code }: ToolArguments<'code_runner'>, context: ToolContext): Promise<ToolResult> {
  const files = new WorkspaceFiles(context);
  const end = await runInSandbox({
    threadFile: sandboxFile(),
    program: { code, form: 'code', args: '{}' },
    file: (call) => files.call(call),
    signal: context.signal,
  });
  const log = end.log === '' ? '' : `\n\nLog:\n${end.log.trimEnd()}`;
  const { measured } = files;
  if (!end.ok) return { ok: false, text: `The code failed: ${end.error}${log}`, measured };
  return { ok: true, text: `Result:\n${shownValue(end.value)}${log}`, measured };
}

function shownValue(json: string | undefined): string {
  const text = json === undefined ? 'undefined' : json;
  return text.length <= MAX_RESULT
    ? text
    : `${text.slice(0, MAX_RESULT)}\n[The result has ${text.length} characters. Write it to a file.]`;
}
