import type { Evaluator } from '../../shared/expressions/evaluate-expression.ts';
import { printable } from '../../shared/printable.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import { dataFolders } from '../launch/data-folder.ts';
import { tightenDataFolder } from '../launch/tighten-data.ts';
import { runCommand } from './command.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { takeKeys } from './take-keys.ts';
import { terminalPrompt } from './terminal-prompt.ts';

export interface CommandProcess {
  /** The arguments after the program name. */
  argv: readonly string[];
  /** The folder of the crews that ship with the application. */
  examples: string;
  versions: Record<string, string>;
  evaluator: Evaluator;
  makeHost(): SlotHost;
}

/**
 * Runs one command on the streams, signals and environment of this process, after removing API keys from the
 * environment. Also built as `dist/node/command.js` for the packaged application, which runs commands in Electron's
 * main process.
 */
export async function runInProcess({
  argv,
  examples,
  versions,
  evaluator,
  makeHost,
}: CommandProcess): Promise<ExitCode> {
  const keyFor = takeKeys(process.env);
  const io = processIo();
  const outputError = watchOutput();
  const folders = dataFolders(process.env['CREWLANE_HOME'] || null);
  tightenDataFolder(folders.root);
  const code = await runAndReportBugs(io, () =>
    runCommand(argv, {
      io,
      folders,
      keyFor,
      examples,
      versions,
      evaluator,
      makeHost,
    }),
  );
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  const why = outputError();
  if (why === null) return code;
  process.stderr.write(`Could not write to standard output: ${why}.\n`);
  return code === EXIT.ok ? EXIT.failed : code;
}

/**
 * Watches for failed writes to standard output. Ignores a closed pipe, such as `| head`. Returns a function that
 * returns why output was lost, for example on a full disk; null if none was lost.
 */
function watchOutput(): () => string | null {
  let failed: NodeJS.ErrnoException | null = null;
  process.stdout.on('error', (error) => {
    failed = error;
  });
  process.stderr.on('error', () => undefined);
  return () => (failed === null || failed.code === 'EPIPE' ? null : failed.message);
}

async function runAndReportBugs(io: Io, command: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await command();
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(`This is a bug in Crewlane. Please report it:\n${detail}\n`);
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

/** Signals that stop a run gracefully: Ctrl+C, `kill` and a closed terminal. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function onSignal(listener: () => void): () => void {
  for (const signal of ENDING) process.on(signal, listener);
  return () => {
    for (const signal of ENDING) process.off(signal, listener);
  };
}

/** Resolves when all output has left the process or its reader is gone. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
