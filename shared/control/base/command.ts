import type { EventOf } from '../../run/events.ts';
import type { ApprovalAnswer } from '../../slot/slot-request.ts';
import type { Union } from './machine.ts';

/** Who answers human reviews: a person, a general approval given beforehand, or nobody. */
export type ReviewMode = 'person' | 'approve_all' | 'nobody';

/** The answer to a human review. */
export type ReviewAnswer =
  /** Before the task: it may start, and its agent receives the remark. After it: its result is accepted. */
  | { answer: 'approved'; remark?: string | undefined }
  /** The person's text is the result. Before the task: no agent executes it. */
  | { answer: 'edited'; text: string; remark?: string | undefined }
  /** After the task: another attempt, which receives the remark and uses up no retry. */
  | { answer: 'sent_back'; remark: string };

/** The answer to a question of a running turn: a decision about a tool call, or the text that the agent asked for. */
export type PersonAnswer = ApprovalAnswer | { answer: 'answered'; text: string };

export type InterruptReason = EventOf<'run.interrupted'>['reason'];

/** A command to a run, from a person or from its process. */
export type Command = Union<{
  pause: object;
  unpause: object;
  stop: object;
  interrupt: { reason: InterruptReason };
  setSlots: { count: number };
  setBudget: { usd: number };
  setTokenBudget: { tokens: number };
  answerReview: { task: string; answer: ReviewAnswer };
  answerQuestion: { task: string; id: string; answer: PersonAnswer };
}>;

/** The result of a command to a run. If it was refused, `message` says why, and nothing has changed. */
export type CommandResult = { ok: true } | { ok: false; message: string };

/** How a run ends in this process. */
export type RunEnd =
  | { status: 'finished'; outcome: EventOf<'run.finished'>['outcome'] }
  /** The run can be resumed. `message` gives the reason, for a person. */
  | { status: 'interrupted'; reason: InterruptReason; message: string };
