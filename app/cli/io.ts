import type { Evaluator } from '../../shared/expressions/evaluate-expression.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import type { ReviewMode } from '../engine/request.ts';
import type { DataFolders } from '../launch/data-folder.ts';
import type { KeyFor } from '../launch/named-key.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';

/** A command's access to its process. All output is made printable first. */
export interface Io {
  /** Results, for programs and pipes. */
  stdout(text: string): void;
  /** Progress and messages for people. */
  stderr(text: string): void;
  /** Erases the last `lines` lines of standard error, a terminal, and writes `text` in their place. */
  redraw(lines: number, text: string): void;
  /** Whether standard error is a terminal, which can be redrawn. */
  isTerminal: boolean;
  /** Width of the terminal in characters. */
  columns(): number;
  /** Prompts a person; null if standard input or standard error is not a terminal. */
  terminal: TerminalPrompt | null;
  /**
   * Listens for SIGINT, SIGTERM and SIGHUP, which otherwise end the process. Returns a function that stops listening.
   */
  onSignal(listener: () => void): () => void;
}

/** Everything that a command receives in addition to its arguments. */
export interface CliContext {
  io: Io;
  folders: DataFolders;
  keyFor: KeyFor;
  /** The folder of the crews that ship with the application. */
  examples: string;
  versions: Record<string, string>;
  /** Evaluates the conditions of tasks. */
  evaluator: Evaluator;
  makeHost(): SlotHost;
}

/** Returns who answers the reviews of a run that a command executes. */
export function reviewerOf({ terminal }: Io, { approveAll }: { approveAll?: boolean }): ReviewMode {
  if (approveAll) return 'approve_all';
  return terminal ? 'person' : 'nobody';
}

export const EXIT = { ok: 0, failed: 1, refused: 2, interrupted: 3, bug: 70 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
