import type { Values } from '../../crew/placeholders.ts';
import type { EventOf } from '../../run/events.ts';
import type { RunState } from '../../run/state.ts';
import type { Message } from '../../slot/message.ts';
import type { ToolTexts, TurnSubmission } from '../../slot/turn-submission.ts';

/** The task, the turn and its agent. */
export type TurnToStart = Pick<EventOf<'attempt.started'>, 'task' | 'attempt' | 'turn' | 'agent'>;

/** What a turn is submitted with. */
export interface TurnPlan {
  submission: TurnSubmission;
  /** Tasks of its context whose results were shortened. */
  shortened: readonly string[];
}

/** The item that an instance of a task with `for_each` runs for. */
export interface ItemOfTask {
  /** From 1. */
  index: number;
  count: number;
  /** The item as a text: a text as it is, other JSON in several lines. */
  text: string;
  /** The task of its context whose result the item replaces; null if the list is an input. */
  source: string | null;
  /** Whether the instance also receives the whole result of the source. */
  withList: boolean;
  /** Values of placeholders in its texts. */
  scope: Values;
}

/** The part of a run that the plan of a turn depends on. */
export interface PlanView {
  readonly run: RunState;
  /** Returns the text of a task's result; null if it has none. */
  resultOf(task: string): string | null;
  /** Returns the last output of an unfinished task's turn; null if none is kept. */
  outputOf(task: string, turn: string | null): string | null;
  /** Returns the answered calls of a turn's earlier attempts. */
  transcriptOf(task: string, turn: string | null): readonly Message[];
  /** Returns the conversations inside a turn from which its next attempt may continue, by ID. */
  nestedConversationsOf(task: string, turn: string | null): Record<string, Message[]>;
  /** Returns the tool descriptions that are part of a task's cache key already. */
  toolTextsOf(task: string): ToolTexts | undefined;
  /** Returns the item that a task runs for; null if it is not an instance of a task with `for_each`. */
  itemOf(task: string): ItemOfTask | null;
  /** Returns the inputs of the crew file that contains a task. */
  inputsOf(task: string): Values;
  /** Returns the values of the placeholders in the texts of a task. */
  valuesOf(task: string): Values;
}
