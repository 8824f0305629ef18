import { spawn } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { COMMAND_PARTS, ensureBuilt } from '../../../scripts/build-parts.mjs';
import type { Problem } from '../../../shared/crew/problem.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import type { RunObject } from '../../reports/run-json.ts';
import { type CommandOutput, InProcessCommands } from './in-process-commands.ts';
import { RunningCommand } from './running-command.ts';

export type { CommandOutput } from './in-process-commands.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const CLI = join(ROOT, 'dist', 'node', 'cli.js');

/** The built command of this checkout, with its data in a temporary folder per test file. */
export class BuiltCommand {
  /** Temporary folder for crews and exports. */
  readonly folder: string;
  readonly home: string;
  readonly #inProcess: InProcessCommands;

  private constructor(folder: string) {
    this.folder = folder;
    this.home = join(folder, 'home');
    this.#inProcess = new InProcessCommands({ root: ROOT, folder });
  }

  /** Builds the command first if its sources have changed; all test files share one build. */
  static async make(): Promise<BuiltCommand> {
    if (!(await ensureBuilt(COMMAND_PARTS))) throw new Error('The command cannot be built; see the messages above.');
    return new BuiltCommand(await realpath(await mkdtemp(join(tmpdir(), 'crewlane-command-'))));
  }

  async remove(): Promise<void> {
    await this.#inProcess.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  example(name: string): string {
    return join(ROOT, 'examples', name, `${name}.crew.json`);
  }

  /** Writes a crew or any text into the temporary folder. @returns the path */
  async write(name: string, content: object | string): Promise<string> {
    const path = this.path(name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return path;
  }

  /**
   * Starts the built command in a separate process, for tests of signals, kills, parallel commands, and real starts and
   * exits. @param stdout an open file descriptor instead of a pipe
   */
  start(
    args: readonly string[],
    environment: Record<string, string> = {},
    stdout: number | 'pipe' = 'pipe',
  ): RunningCommand {
    const env = this.#environment(environment);
    const command = [CLI, ...args];
    return new RunningCommand(
      spawn(process.execPath, command, { env, cwd: this.folder, stdio: ['pipe', stdout, 'pipe'] }),
    );
  }

  /** Starts the command at a pseudo-terminal, in which the test types. Both outputs arrive mixed on standard output. */
  startAtTerminal(args: readonly string[], environment: Record<string, string> = {}): RunningCommand {
    const env = this.#environment({ TERM: 'xterm', ...environment });
    const command = [process.execPath, CLI, ...args];
    const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    // `script` creates the terminal. On macOS it takes its arguments in another order.
    const of = process.platform === 'darwin' ? ['-q', '/dev/null', ...command] : ['-qefc', quoted, '/dev/null'];
    return new RunningCommand(spawn('script', of, { env, cwd: this.folder }));
  }

  /**
   * Runs the command from its sources in this process, on slot processes that stay warm between commands.
   */
  run(args: readonly string[], environment: Record<string, string> = {}): Promise<CommandOutput> {
    return this.#inProcess.run(args, this.#environment(environment));
  }

  #environment(more: Record<string, string>): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env;
    return { PATH, HOME, CREWLANE_HOME: this.home, CREWLANE_REHEARSAL_SPEED: '20', ...more };
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Reads the events of a run folder, without an incomplete last line. */
export async function eventsOf(dir: string): Promise<RunEvent[]> {
  const lines = (await readFile(join(dir, 'events.jsonl'), 'utf8')).split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as RunEvent); // The command under test wrote it.
}

export function runOf({ stdout }: CommandOutput): RunObject {
  return JSON.parse(stdout) as RunObject; // The documented output of the command; the tests check its content.
}

export function problemsOf({ stdout }: CommandOutput): Problem[] {
  return (JSON.parse(stdout) as { problems: Problem[] }).problems; // As above.
}
