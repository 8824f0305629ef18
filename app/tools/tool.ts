import type { Measured } from '../../shared/run/events.ts';
import type { SlotAnswer, SlotRequest } from '../../shared/slot/protocol.ts';

/** What a tool is given by the turn that calls it. */
export interface ToolContext {
  /** Real path of the workspace. */
  workspace: string;
  agent: string;
  /** Memory that the slot process may use, in MiB: above it, the engine ends the slot. Left out where there is no limit. */
  memoryMib?: number | undefined;
  signal: AbortSignal;
  /** The same over attempts and resumes for the same call of the same task. */
  idempotencyKey: string;
  /** Asks the engine (the two tools that only it can answer). */
  ask(request: SlotRequest): Promise<SlotAnswer>;
}

/** `text` is what the agent reads; `ok` is false where the tool could not do what it was asked, and says why. */
export interface ToolResult {
  ok: boolean;
  text: string;
  measured?: Measured;
}

/** JSON Schema of a tool's arguments. */
export type Parameters = Record<string, unknown>;

export interface Tool {
  name: string;
  /** The tool as a model is told of it; may look at the workspace. */
  describe(workspace: string): Promise<{ description: string; parameters: Parameters }>;
  /** `args`: the model's own JSON, unchecked. A wrong argument is an answer that says what is right. */
  call(args: unknown, context: ToolContext): Promise<ToolResult>;
  /** For a tool that reaches outside the workspace and the run: what a rehearsal answers in place of a call. */
  rehearse?(args: unknown): string;
}
