import type { ServerEvent } from '../../shared/control/base/input.ts';
import type { MainToolCall, SlotAnswer } from '../../shared/slot/slot-request.ts';

/** Returns the key that a crew file names and that may be sent to this origin only; null if there is none. */
export type KeyNamed = (name: string, origin: string) => string | null;

/** Receives what happens to the servers of a run. */
export type ServerReport = (event: ServerEvent) => void;

/** The knowledge of a crew, as the tools of a run use it. */
export interface KnowledgeSource {
  /** Returns the passages that fit a query best, of the files that an agent knows. */
  find(agent: string, query: string, count: number): Promise<SlotAnswer>;
  close(): Promise<void>;
}

/** An item that an agent stores. `key`: the same for the same call in every attempt and resume. */
export interface NewMemoryItem {
  text: string;
  agent: string;
  run: string;
  task: string;
  key: string;
}

/** The memory of a crew, as the tools of a run use it. */
export interface MemorySource {
  /** Stores an item. The text of the answer is its ID. */
  remember(item: NewMemoryItem): Promise<SlotAnswer>;
  /** Returns the items that fit a query best, then the latest ones. */
  recall(query: string, count: number): Promise<SlotAnswer>;
}

/**
 * The tools of one run that run in the process of the engine. All slots share them. Every answer is a value: a tool that
 * fails answers with `ok: false`.
 */
export interface MainTools {
  /**
   * Returns the definitions of the server tools that these names refer to, and starts their servers. The answer has a
   * `failure` if a server does not start or lacks a tool.
   */
  find(names: readonly string[], signal: AbortSignal): Promise<SlotAnswer>;
  /** Carries out a call within the limits of its tool. `signal` aborts it if its turn ends first. */
  call(call: MainToolCall, signal: AbortSignal): Promise<SlotAnswer>;
  /** Ends all servers. Resolves when no process of them is left. */
  close(): Promise<void>;
}
