import type { z } from 'zod';
import type { Json } from '../json.ts';
import type { ErrorKind } from './error-kind.ts';
import type { checkedSchema, FileContent, ResultCost } from './events/shapes.ts';
import type { Instance } from './expansion/task-names.ts';
import type { NotChosenBecause } from './not-chosen.ts';
import type { OpenInterval } from './open-interval.ts';
import type { ResultBody, TurnState } from './turn-state.ts';

/** Whether an answer passed a check. */
export interface Check {
  t: number;
  attempt: number;
  turn: string | null;
  what: z.infer<typeof checkedSchema>;
  passed: boolean;
  /** The problem of the answer, if it failed. */
  detail: string | null;
  /** The position of the guardrail, from 1; null if the task has only one. */
  guardrail: number | null;
  seq: number;
}

/** The proposal of an agent in a consensual task. */
export interface Proposal {
  agent: string;
  output: ResultBody;
  /** Tasks of the context whose results were shortened for the proposal. */
  shortened: readonly string[];
}

/** The value of an expression of a task; null if it could not be evaluated. */
export interface Condition {
  t: number;
  of: 'when' | 'where' | 'until';
  value: boolean | null;
  /** The values that it used, or the error. */
  detail: string;
}

/** How a task ended; `pending` before its end. */
export type TaskStatus = 'pending' | 'completed' | 'failed' | 'skipped' | 'not_chosen' | 'cancelled';

/** A question to a person about a task, from the question to the answer. */
export interface Review extends OpenInterval {
  when: 'before' | 'after';
  /** Null while the question is open, and if the run was interrupted before the answer. */
  answer: 'approved' | 'edited' | 'sent_back' | null;
  remark: string | null;
  by: 'person' | 'approve_all' | null;
}

/** What an agent asks a person about while it works: to approve a tool call, or to answer a question. */
export type QuestionSubject =
  | { kind: 'tool'; tool: string; arguments: Json }
  | { kind: 'question'; question: string; choices: readonly string[] | null; details: string | null };

/** The answer of a person to an agent that works. `text`: the answer to a question. */
export type QuestionAnswer =
  | { answer: 'approved' | 'refused'; remark: string | null }
  | { answer: 'edited'; arguments: Json; remark: string | null }
  | { answer: 'answered'; text: string };

/** A question of a running turn to a person. It ends with its answer or with its turn. */
export interface Question extends OpenInterval {
  /** The same for the same call in every attempt and resume. */
  id: string;
  attempt: number;
  turn: string | null;
  agent: string;
  subject: QuestionSubject;
  /** Null while the question is open, and if the turn ended before the answer. */
  answer: QuestionAnswer | null;
  by: 'person' | 'approve_all' | null;
}

/** How a task expanded, at run time `at`. `startedAt`: the start of the first turn inside it; null before. */
export interface ExpansionState {
  kind: 'for_each' | 'crew' | 'repeat';
  count: number;
  at: number;
  startedAt: number | null;
  items: ResultBody | null;
  /** Only of a task in a loop: its last round. */
  round?: number;
}

/** A task of a run. */
export interface TaskState {
  name: string;
  /** Position in the crew of the run; -1 for a manager's assignment. */
  index: number;
  /**
   * The task that expanded to this one, and its item, from 1; `index` is null for a task of a crew file that the other
   * task runs. Null for a task of the run's own file.
   */
  instance: Instance | null;
  /**
   * The number of tasks that it expanded to, and when. `items`: a JSON array, or null if they are results of other tasks.
   * Null for a task that has not expanded.
   */
  expansion: ExpansionState | null;
  agent: string | null;
  async: boolean;
  context: readonly string[];
  status: TaskStatus;
  /** Run time at which the context had ended; null before. */
  readyAt: number | null;
  assignedAt: number | null;
  endedAt: number | null;
  turns: TurnState[];
  running: number;
  result: ResultBody | null;
  degraded: boolean;
  missing: readonly string[];
  shortened: readonly string[];
  /** Why the result does not meet guardrails of the task, if it was kept nevertheless. */
  unmet: readonly string[];
  /** The intervals in which the cache was searched. */
  lookups: OpenInterval[];
  /** Set if no usable result is stored. `changed`: a result is stored, but these files have changed since. */
  cacheMiss: { changed: readonly string[] } | null;
  /** The run whose result was taken from the cache. */
  cachedFrom: string | null;
  /** The run whose end of this task was reused. */
  reusedFrom: string | null;
  /** Why a reused result is stale; null if it is current. */
  stale: string | null;
  /** The time and cost of a cached or reused result in the run that made it. */
  took: ResultCost | null;
  /** The files that a cached or reused result was made from. */
  files: readonly FileContent[];
  edited: boolean;
  error: { kind: ErrorKind; message: string } | null;
  skippedBecause: readonly string[];
  /** Null unless it was not chosen. */
  notChosenBecause: NotChosenBecause | null;
  /** What a router chose; null for other tasks, and before. */
  choices: readonly string[] | null;
  /** The evaluations of its expressions. */
  conditions: Condition[];
  reviews: Review[];
  /** Questions of its turns to a person, in order of time. */
  questions: Question[];
  checks: Check[];
  /** The council of a consensual task in declared order; empty for any other task. */
  council: readonly string[];
  /** The proposals of the council in order of time, and the votes. */
  proposals: Proposal[];
  votes: { agent: string; choice: string }[];
  endSeq: number | null;
}
