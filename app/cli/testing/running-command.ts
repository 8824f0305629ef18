import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandOutput } from './in-process-commands.ts';

/** Ceiling for waiting, in ms. It is below the test timeout, so that the error names the missing condition. */
const WAIT_TIMEOUT_MS = 240_000;

/** A running command. */
export class RunningCommand {
  readonly ended: Promise<CommandOutput>;
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

  /** Output on standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Types at the terminal. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits until the terminal shows `text` after the text of the previous wait. */
  async waitForScreen(text: string): Promise<void> {
    const from = this.#shown;
    await until(
      () => this.#stdout.includes(text, from),
      () => `${text} in:\n${this.#stdout.slice(from)}`,
    );
    this.#shown = this.#stdout.indexOf(text, from) + text.length;
  }

  /** Like `waitForScreen`, for a pattern. Returns its groups. */
  async waitForScreenMatch(pattern: RegExp): Promise<string[]> {
    const from = this.#shown;
    const match = () => pattern.exec(this.#stdout.slice(from));
    await until(
      () => match() !== null,
      () => `${pattern} in:\n${this.#stdout.slice(from)}`,
    );
    const found = match();
    if (found === null) return [];
    this.#shown = from + found.index + found[0].length;
    return found.slice(1);
  }

  /** Waits until standard error contains `text`. */
  waitForStderr(text: string): Promise<void> {
    return until(
      () => this.#stderr.includes(text),
      () => `${text} in:\n${this.#stderr}`,
    );
  }
}

/** Waits until `isTrue` returns true. @param what describes the condition for the error message */
export async function until(isTrue: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const end = performance.now() + WAIT_TIMEOUT_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`Timed out waiting for: ${what()}`);
    await delay(20);
  }
}
