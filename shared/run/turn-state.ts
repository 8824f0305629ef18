import type { z } from 'zod';
import type { ErrorKind } from './error-kind.ts';
import type { attemptResultSchema, LastAnswer, Measured, Passage } from './events/shapes.ts';
import type { OpenInterval } from './open-interval.ts';

/** A model call of a turn. */
export interface ModelCall extends OpenInterval {
  agent: string;
  model: string;
  firstTokenMs: number | null;
  promptTokens: number;
  completionTokens: number;
  tokensEstimated: boolean;
  /** Prompt tokens that the provider took from its cache. */
  cachedTokens: number;
  /** The names of settings that the model does not accept. */
  leftOut: readonly string[];
  costUsd: number | null;
  /** Whether the actual cost is lower: cached tokens are contained at the full price. */
  costAtMost: boolean;
  blob: string | null;
  promptBlob: string | null;
  delegation: string | null;
  /** The wait for a permit of the rate limiter, before `start`. */
  waitedMs: number;
  error: { kind: ErrorKind; message: string } | null;
  /** Whether the answer is truncated because it reached its maximum length. */
  cutAtLength: boolean;
  /** Why the agent had to answer without tools; null if it did not have to. */
  final: LastAnswer | null;
  /** The fallback of the agent's model that was called; null if the model itself was. */
  fallback: { index: number; provider: string } | null;
  /**
   * Settings that were renamed or left out, and whether it was a last answer without tools, for people; null if
   * neither.
   */
  note: string | null;
  seq: number;
}

/** A tool call of a turn. */
export interface ToolCall extends OpenInterval {
  agent: string;
  callId: string;
  name: string;
  ok: boolean;
  rehearsed: boolean;
  /** What a person decided about the call; null if it needed no approval. */
  approved: 'approved' | 'edited' | 'refused' | null;
  measured: Measured | null;
  blob: string | null;
  delegation: string | null;
  waitedMs: number;
  seq: number;
}

/** A milestone that an agent reported. */
export interface Milestone {
  t: number;
  name: string;
  data: unknown;
  seq: number;
}

/** A question or a piece of work for another agent, or its check of an answer. */
export interface Delegation extends OpenInterval {
  id: string;
  from: string;
  to: string;
  /** True for `ask_coworker`, false for `delegate_work`. */
  question: boolean;
  /** The kind of check if the coworker judged the answer of the turn; null if it helped with it. */
  judges: 'manager_review' | 'guardrail' | null;
  ok: boolean | null;
}

/** How an attempt ended. */
export type AttemptResult = z.infer<typeof attemptResultSchema>;

/** One turn of one attempt: what one slot does at one time, a bar in the timeline. */
export interface TurnState extends OpenInterval {
  task: string;
  attempt: number;
  /** Null if the attempt has only one turn. */
  turn: string | null;
  slot: number;
  /** The turn of another row of the batch that freed the slot just before this turn got it. */
  slotFrom: { row: number; task: string } | null;
  agent: string;
  /** Null while it runs. */
  result: AttemptResult | null;
  error: { kind: ErrorKind; message: string } | null;
  /** The text of the turn, if it is not yet the result of the task. */
  output: ResultBody | null;
  /** Tasks of the context whose results were shortened, if the turn gave a text. */
  shortened: readonly string[];
  /** Why its text does not meet guardrails of the task, if it was kept nevertheless. */
  unmet: readonly string[];
  /** The fallback of the agent's model that the next attempt calls first; null: the model itself. */
  nextFallback: number | null;
  /** When the next attempt may start; null if none follows. */
  retryAt: number | null;
  rateLimited: boolean;
  calls: ModelCall[];
  tools: ToolCall[];
  /** Passages of the crew's knowledge that its agents received. */
  passages: UsedPassages[];
  milestones: Milestone[];
  delegations: Delegation[];
  seq: number;
  endSeq: number | null;
}

/** The result of a task: in the event, or in a blob in the folder of the run. */
export type ResultBody = { text: string } | { blob: string };

/** Passages that an agent received at one time. `blob`: their texts as a JSON array. */
export interface UsedPassages {
  t: number;
  seq: number;
  agent: string;
  by: 'prompt' | 'tool' | 'memory';
  passages: readonly Passage[];
  blob: string;
}
