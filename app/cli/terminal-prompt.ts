import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Whoever sits at the terminal, and can be asked. */
export interface TerminalPrompt {
  /** One line; null where the input has ended, or the question is withdrawn. */
  ask(question: string, withdrawn: AbortSignal): Promise<string | null>;
  /** A text of several lines, up to a line with a single dot or the end of the input; null where it is withdrawn. */
  write(withdrawn: AbortSignal): Promise<string | null>;
  /** Whether they have an editor, and `edit` can be used. */
  hasEditor: boolean;
  /** The text as they leave it in their editor; null where that failed. `name` is the file's, and says its kind. */
  edit(name: string, text: string): Promise<string | null>;
  /** Lines that the terminal has. */
  rows(): number;
}

/** The person at this process's own terminal; null where standard input or standard error is none. */
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

/** Reads lines up to the one that `isLast`, or the end of the input. Ctrl-C is the process's signal, as at any time. */
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

/** Editors may be given with arguments, as `code --wait`, so a shell takes them apart. */
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
