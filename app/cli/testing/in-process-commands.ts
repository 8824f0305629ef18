import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { IN_PROCESS } from '../../../shared/expressions/testing/in-process.ts';
import { printable } from '../../../shared/printable.ts';
import { nodePool } from '../../hosts/node-host.ts';
import type { SlotProcessManager } from '../../hosts/slot-pool.ts';
import { dataFolders } from '../../launch/data-folder.ts';
import { tightenDataFolder } from '../../launch/tighten-data.ts';
import { runCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { takeKeys } from '../take-keys.ts';

type Environment = Readonly<Record<string, string>>;

/** Output of a command. `code` is null if a signal ended its process. */
export interface CommandOutput {
  code: number | null;
  stdout: string;
  stderr: string;
}

const versionSchema = z.object({ version: z.string() });

export interface InProcessOptions {
  /** Root of the repository, with the built slot and the examples. */
  root: string;
  /** The current directory of the commands. */
  folder: string;
}

/**
 * Runs commands in the test process, on slot processes that stay warm between commands. Tests of what a command
 * decides, writes and prints need no new process per command.
 */
export class InProcessCommands {
  readonly #options: InProcessOptions;
  readonly #slotProcesses: SlotProcessManager;
  /** The version of the built command, so that both share a cache. */
  readonly #version: string;
  #running = 0;
  /** Environment of the running commands. */
  #environment: Environment = {};
  #restore: () => void = () => undefined;

  constructor(options: InProcessOptions) {
    this.#options = options;
    this.#version = versionSchema.parse(JSON.parse(readFileSync(join(options.root, 'package.json'), 'utf8'))).version;
    const { PATH = '', HOME = '' } = process.env;
    this.#slotProcesses = nodePool(join(options.root, 'dist', 'node', 'slot.js'), { PATH, HOME });
  }

  /** @param environment the whole environment of the command; commands that run at the same time must have the same */
  async run(argv: readonly string[], environment: Environment): Promise<CommandOutput> {
    this.#enter(environment);
    try {
      return await this.#runCommand(argv, environment);
    } finally {
      this.#leave();
    }
  }

  /** Ends the slot processes. */
  stop(): Promise<void> {
    return this.#slotProcesses.stop();
  }

  async #runCommand(argv: readonly string[], environment: Environment): Promise<CommandOutput> {
    const output = { stdout: '', stderr: '' };
    const folders = dataFolders(environment['CREWLANE_HOME'] || null, environment);
    tightenDataFolder(folders.root);
    const code = await runCommand(argv, {
      io: recordingIo(output),
      folders,
      keyFor: takeKeys({ ...environment }),
      examples: join(this.#options.root, 'examples'),
      versions: { crewlane: this.#version, node: process.versions.node },
      evaluator: IN_PROCESS,
      makeHost: () => this.#slotProcesses.host(),
    });
    return { code, ...output };
  }

  #enter(environment: Environment): void {
    if (this.#running === 0) {
      this.#environment = environment;
      this.#restore = replaceProcessState(environment, this.#options.folder);
    } else if (!isDeepStrictEqual(environment, this.#environment))
      throw new Error('Commands that run at the same time in one process share its environment.');
    this.#running += 1;
  }

  #leave(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#restore();
  }
}

/** Records output. There is no terminal and no signal. */
function recordingIo(output: { stdout: string; stderr: string }): Io {
  return {
    stdout: (text) => {
      output.stdout += printable(text);
    },
    stderr: (text) => {
      output.stderr += printable(text);
    },
    redraw: () => {
      throw new Error('Only a terminal can be redrawn.');
    },
    isTerminal: false,
    terminal: null,
    columns: () => 80,
    onSignal: () => () => undefined,
  };
}

/** Replaces the environment and the current directory of this process. @returns a function that restores both */
function replaceProcessState(environment: Environment, folder: string): () => void {
  const before = { environment: { ...process.env }, folder: process.cwd() };
  replaceEnvironment(environment);
  process.chdir(folder);
  return () => {
    replaceEnvironment(before.environment);
    process.chdir(before.folder);
  };
}

function replaceEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
}
