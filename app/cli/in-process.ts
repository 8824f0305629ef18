import { printable } from '../../shared/printable.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import { dataFolders } from '../launch/data-folder.ts';
import { tightenDataFolder } from '../launch/tighten-data.ts';
import { runCommand } from './command.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { takeKeys } from './keys.ts';
import { terminalPrompt } from './terminal-prompt.ts';

export interface InProcess {
  /** The arguments after the program's name. */
  argv: readonly string[];
  /** The folder of the crews that ship with the application. */
  examples: string;
  versions: Record<string, string>;
  makeHost(): SlotHost;
}

/**
 * Answers a command on this process's own streams, signals and environment, out of which keys are taken first. Built as
 * `dist/node/command.js` too, for the packaged application, which answers commands in Electron's main process.
 */
export async function runInProcess({ argv, examples, versions, makeHost }: InProcess): Promise<ExitCode> {
  const keyFor = takeKeys(process.env);
  const io = processIo();
  const untold = watchOutput();
  const folders = dataFolders(process.env['CREWLANE_HOME'] || null);
  tightenDataFolder(folders.root);
  const code = await answered(io, () =>
    runCommand(argv, {
      io,
      folders,
      keyFor,
      examples,
      versions,
      makeHost,
    }),
  );
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  const why = untold();
  if (why === null) return code;
  process.stderr.write(`Could not write to standard output: ${why}.\n`);
  return code === EXIT.ok ? EXIT.failed : code;
}

/**
 * A reader that went away, such as `| head`, is no bug, and what it would have been told is lost. Returns what tells why
 * a result was lost otherwise, as on a full disk; null where none was.
 */
function watchOutput(): () => string | null {
  let failed: NodeJS.ErrnoException | null = null;
  process.stdout.on('error', (error) => {
    failed = error;
  });
  process.stderr.on('error', () => undefined);
  return () => (failed === null || failed.code === 'EPIPE' ? null : failed.message);
}

async function answered(io: Io, command: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await command();
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(`This is a bug in Crewlane, please report it:\n${detail}\n`);
    return EXIT.bug;
  }
}

function processIo(): Io {
  return {
    stdout: (text) => void process.stdout.write(printable(text)),
    stderr: (text) => void process.stderr.write(printable(text)),
    redraw: (lines, text) => void process.stderr.write(`${eraseLines(lines)}${printable(text)}`),
    isTerminal: process.stderr.isTTY === true,
    terminal: terminalPrompt(process.env),
    columns: () => process.stderr.columns || 80,
    onSignal,
  };
}

function eraseLines(lines: number): string {
  return lines === 0 ? '' : `\u001b[${lines}A\u001b[J`;
}

/** The signals that end a run in order: Ctrl+C, `kill`, and a terminal that is closed. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function onSignal(listener: () => void): () => void {
  for (const signal of ENDING) process.on(signal, listener);
  return () => {
    for (const signal of ENDING) process.off(signal, listener);
  };
}

/** Resolves when what was written has left the process, or nobody reads it. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
