import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Prompts the person at the terminal. */
export interface TerminalPrompt {
  /** Reads one line; null if the input ended or the question was withdrawn. */
  ask(question: string, withdrawn: AbortSignal): Promise<string | null>;
  /**
   * Reads several lines, up to a line with a single period or the end of the input; null if the question was withdrawn.
   */
  write(withdrawn: AbortSignal): Promise<string | null>;
  /** Whether an editor is configured, so that `edit` can be used. */
  hasEditor: boolean;
  /**
   * Opens `text` in the editor and returns the saved text; null if the editor failed. The extension of `name` sets the
   * file type.
   */
  edit(name: string, text: string): Promise<string | null>;
  /** Height of the terminal in lines. */
  rows(): number;
}

/** Prompts on the terminal of this process; null if standard input or standard error is not a terminal. */
export function terminalPrompt(environment: NodeJS.ProcessEnv): TerminalPrompt | null {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return null;
  const editor = environment['VISUAL'] || environment['EDITOR'] || null;
  return {
    ask: (question, withdrawn) => readLines(question, withdrawn, (_line) => true).then((lines) => lines?.[0] ?? null),
    write: async (withdrawn) => {
      const lines = await readLines('', withdrawn, (line) => line === '.');
      return lines === null ? null : `${(lines.at(-1) === '.' ? lines.slice(0, -1) : lines).join('\n')}\n`;
    },
    hasEditor: editor !== null,
    edit: (name, text) => (editor === null ? Promise.resolve(null) : editIn(editor, name, text)),
    rows: () => process.stderr.rows || 24,
  };
}

/**
 * Reads lines up to the first for which `isLast` returns true, or the end of the input. Ctrl+C sends SIGINT to the
 * process.
 */
function readLines(
  question: string,
  withdrawn: AbortSignal,
  isLast: (line: string) => boolean,
): Promise<string[] | null> {
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: true, historySize: 0 });
  const lines: string[] = [];
  return new Promise((resolve) => {
    const withdraw = () => {
      process.stderr.write('\n');
      reader.close();
    };
    reader.on('line', (line) => {
      lines.push(line);
      if (isLast(line)) reader.close();
    });
    reader.on('SIGINT', () => {
      process.stderr.write('\n');
      process.emit('SIGINT');
    });
    reader.on('close', () => {
      withdrawn.removeEventListener('abort', withdraw);
      resolve(withdrawn.aborted || (lines.length === 0 && question !== '') ? null : lines);
    });
    withdrawn.addEventListener('abort', withdraw, { once: true });
    reader.setPrompt(question);
    if (withdrawn.aborted) reader.close();
    else reader.prompt();
  });
}

/** Runs the editor in a shell, because its command may have arguments, such as `code --wait`. */
async function editIn(editor: string, name: string, text: string): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'crewlane-review-'));
  const file = join(folder, name);
  try {
    await writeFile(file, text);
    const ended = new Promise<boolean>((resolve) => {
      const child = spawn(`${editor} ${quoted(file)}`, { stdio: 'inherit', shell: true });
      child.once('error', () => resolve(false));
      child.once('exit', (code) => resolve(code === 0));
    });
    return (await ended) ? await readFile(file, 'utf8') : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function quoted(path: string): string {
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", `'\\''`)}'`;
}
