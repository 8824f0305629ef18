import type { Databases } from '../../shared/crew/databases.ts';
import type { Measured } from '../../shared/run/events.ts';
import type { Image } from '../../shared/slot/image.ts';
import type { FoundPassage } from '../../shared/slot/slot-event.ts';
import type { SlotAnswer, SlotRequest } from '../../shared/slot/slot-request.ts';

/** The memory in MiB that tools use in a slot without a memory limit. */
export const UNLIMITED_MIB = 1024;

/** The context in which a turn calls a tool. */
export interface ToolContext {
  /** Real path of the workspace. */
  workspace: string;
  agent: string;
  /** The memory in MiB above which the engine ends the slot process; absent if there is no limit. */
  memoryMib?: number | undefined;
  signal: AbortSignal;
  /** The databases of the crew; absent: none. */
  databases?: Databases | undefined;
  /** The same for the same call of the same task in every attempt and resume. */
  idempotencyKey: string;
  /** Whether the call is from an earlier attempt, which ended before its answer. */
  isAgain?: boolean;
  /** Sends a request to the engine. */
  ask(request: SlotRequest): Promise<SlotAnswer>;
}

/** `text` is the answer for the agent. `ok` is false if the tool failed; `text` then contains the reason. */
export interface ToolResult {
  ok: boolean;
  text: string;
  /** Images of the answer, which a model that accepts images gets after the text. */
  images?: readonly Image[] | undefined;
  measured?: Measured | undefined;
  /** The item of the crew's memory that the call stored. */
  remembered?: { id: string; text: string } | undefined;
  /** The passages of the crew's knowledge that are in the answer. */
  passages?: readonly FoundPassage[] | undefined;
}

/** JSON Schema of a tool's arguments. */
export type Parameters = Record<string, unknown>;

export interface Tool {
  /** Describes the tool for a model. May read the workspace. @param databases those of the crew; absent: none */
  describe(workspace: string, databases?: Databases): Promise<{ description: string; parameters: Parameters }>;
  /** `args` is unchecked JSON from the model. An invalid argument gives an answer that lists the valid ones. */
  call(args: unknown, context: ToolContext): Promise<ToolResult>;
  /** The answer of a rehearsal instead of a call, for a tool that reaches outside the workspace and the run. */
  rehearse?(args: unknown): string;
}
