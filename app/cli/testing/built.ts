import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { COMMAND_PARTS, ensureBuilt } from '../../../scripts/build-parts.mjs';
import type { Problem } from '../../../shared/project/problem.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import type { RunObject } from '../../reports/run-json.ts';
import { type Ended, InProcessCommands } from './in-process-commands.ts';

export type { Ended } from './in-process-commands.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const CLI = join(ROOT, 'dist', 'node', 'cli.js');
/** A ceiling against hanging, below the test's own, so that the message names what was missing. */
const PATIENCE_MS = 240_000;

/** The command of this checkout with its built slots, and its data in a folder of the test file's own. */
export class BuiltCommand {
  /** A folder of the tests' own, for crews and exports. */
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

  /** Writes a crew, or any text, into the tests' folder. @returns its path */
  async write(name: string, content: object | string): Promise<string> {
    const path = this.path(name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return path;
  }

  /**
   * Starts the built command in a process of its own. Tests use it where the process matters: signals, kills, other
   * commands beside it, and a real start and exit. @param stdout a file that is open, in place of a pipe
   */
  start(args: readonly string[], environment: Record<string, string> = {}, stdout: number | 'pipe' = 'pipe'): Running {
    const env = this.#environment(environment);
    const words = [CLI, ...args];
    return new Running(spawn(process.execPath, words, { env, cwd: this.folder, stdio: ['pipe', stdout, 'pipe'] }));
  }

  /** The same at a terminal of its own, in which the test types: both outputs come mixed, as a person sees them. */
  startAtTerminal(args: readonly string[], environment: Record<string, string> = {}): Running {
    const env = this.#environment({ TERM: 'xterm', ...environment });
    const words = [process.execPath, CLI, ...args];
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    // `script` makes the terminal; that of macOS takes its arguments in another order.
    const of = process.platform === 'darwin' ? ['-q', '/dev/null', ...words] : ['-qefc', quoted, '/dev/null'];
    return new Running(spawn('script', of, { env, cwd: this.folder }));
  }

  /**
   * Runs the command in this process, on slots that stay ready from one command to the next. It reads the sources, not
   * the built command.
   */
  run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
    return this.#inProcess.run(args, this.#environment(environment));
  }

  #environment(more: Record<string, string>): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env;
    return { PATH, HOME, CREWLANE_HOME: this.home, CREWLANE_REHEARSAL_SPEED: '20', ...more };
  }
}

/** A command that has been started. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #shown = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (data: Buffer) => (this.#stdout += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.#stderr += data.toString()));
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** What it has said on standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Types at its terminal. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits until the terminal has shown this after what was waited for before. */
  async shows(text: string): Promise<void> {
    const from = this.#shown;
    await until(
      () => this.#stdout.includes(text, from),
      () => `${text} in:\n${this.#stdout.slice(from)}`,
    );
    this.#shown = this.#stdout.indexOf(text, from) + text.length;
  }

  /** Waits until standard error has said this. */
  said(text: string): Promise<void> {
    return until(
      () => this.#stderr.includes(text),
      () => `${text} in:\n${this.#stderr}`,
    );
  }
}

/** Waits for something to come true. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`It was waited for in vain: ${what()}`);
    await delay(20);
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

/** The events in a run's folder; a torn last line is left out. */
export async function eventsOf(dir: string): Promise<RunEvent[]> {
  const lines = (await readFile(join(dir, 'events.jsonl'), 'utf8')).split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as RunEvent); // Written by the command under test.
}

export function runOf({ stdout }: Ended): RunObject {
  return JSON.parse(stdout) as RunObject; // What the command promises; the tests look whether it keeps it.
}

export function problemsOf({ stdout }: Ended): Problem[] {
  return (JSON.parse(stdout) as { problems: Problem[] }).problems; // As above.
}
