import type { Io } from './io.ts';

/** Interval between redraws, in ms. */
const REDRAW_MS = 100;

/**
 * Prints lines that stay, above lines that are redrawn at the bottom of the terminal. Where standard error is not a
 * terminal, prints only the lines that stay.
 */
export class Screen {
  readonly #io: Io;
  readonly #lines: (columns: number) => readonly string[];
  readonly #timer: NodeJS.Timeout | null;
  #drawn = 0;
  #isSuspended = false;
  /** Lines that arrived while a question was open. */
  #pending = '';

  /** @param lines returns the lines to redraw, for a terminal of this width */
  constructor(io: Io, lines: (columns: number) => readonly string[]) {
    this.#io = io;
    this.#lines = lines;
    this.#timer = io.isTerminal ? setInterval(() => this.#draw(), REDRAW_MS) : null;
  }

  /** Prints complete lines. Does nothing for an empty text. */
  print(text: string): void {
    if (text === '') return;
    if (!this.#timer) {
      this.#io.stderr(text);
      return;
    }
    this.#pending += text;
    this.#draw();
  }

  /** Removes the redrawn lines while a question is open. The returned function shows them again. */
  suspend(): () => void {
    this.#isSuspended = true;
    if (this.#timer) this.#redraw('', 0);
    return () => {
      this.#isSuspended = false;
    };
  }

  /** Removes the redrawn lines for good. */
  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#redraw(this.#pending, 0);
  }

  #draw(): void {
    if (this.#isSuspended) return;
    const above = this.#pending;
    this.#pending = '';
    const lines = this.#lines(this.#io.columns());
    this.#redraw(`${above}${lines.map((line) => `${line}\n`).join('')}`, lines.length);
  }

  #redraw(text: string, lines: number): void {
    this.#io.redraw(this.#drawn, text);
    this.#drawn = lines;
  }
}
