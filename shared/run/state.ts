import type { z } from 'zod';
import type { Crew } from '../crew/schema.ts';
import type { Json } from '../json.ts';
import type { ErrorKind } from './error-kind.ts';
import type {
  attemptResultSchema,
  checkedSchema,
  exitReasonSchema,
  FileContent,
  heldBySchema,
  interruptReasonSchema,
  LastAnswer,
  limiterSchema,
  Measured,
  Passage,
  ResultCost,
  runOutcomeSchema,
  runStartedSchema,
  slotSamplesSchema,
} from './events/shapes.ts';
import type { Instance } from './expansion/task-names.ts';
import type { NotChosenBecause } from './not-chosen.ts';

/** An interval of run time; `end` is null while it lasts. */
export interface OpenInterval {
  start: number;
  end: number | null;
}

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

export interface Milestone {
  t: number;
  name: string;
  data: unknown;
  seq: number;
}

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
  /** When the next attempt may start. */
  /** The fallback of the agent's model that the next attempt calls first; null: the model itself. */
  nextFallback: number | null;
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

export type TaskStatus = 'pending' | 'completed' | 'failed' | 'skipped' | 'not_chosen' | 'cancelled';

/** The result of a task: in the event, or in a blob in the folder of the run. */
export type ResultBody = { text: string } | { blob: string };

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

/** The start of a slot process. */
export interface SlotStart extends OpenInterval {
  /** Milliseconds from the spawn of the process until it was ready; null if it was never ready. */
  ms: number | null;
}

/** The end of a slot process. */
export interface SlotExit {
  t: number;
  where: string;
  reason: z.infer<typeof exitReasonSchema>;
  detail: string | null;
  /** Whether another process replaced it. */
  replaced: boolean;
  /** Whether its turn was cancelled with the run: the process was ended because a person stopped the run. */
  stopped: boolean;
}

export interface SlotState {
  slot: number;
  /** Its process, such as `local:kbzqtf`; null if it has none. */
  where: string | null;
  /** `lost`: its process ended with the process that ran the crew. */
  status: 'starting' | 'ready' | 'exited' | 'lost';
  /** The starts of its processes: each until the process was ready, had ended, or was lost with the run's process. */
  starts: SlotStart[];
  /** The times in which it could take turns. */
  ready: OpenInterval[];
  /** In a batch: the row that used the slot just before its last grant; null if no row did. */
  grantedFrom: { row: number; task: string } | null;
  exits: SlotExit[];
  peakMemoryBytes: number;
}

/** A lease of a tool, and the wait before it. */
export interface LeaseState {
  id: string;
  resource: string;
  task: string;
  attempt: number;
  turn: string | null;
  holder: string;
  requestedAt: number;
  acquiredAt: number | null;
  releasedAt: number | null;
  timedOut: boolean;
  reclaimed: boolean;
}

export interface ResourceState {
  name: string;
  capacity: number;
  /** Whether the crew file declares the pool, rather than a tool created or used it first. */
  declared: boolean;
  leases: LeaseState[];
}

/** * In a batch: the number of free units of a pool over all rows, from `t` on; null if the other rows are unknown. */
export interface RoomStep {
  t: number;
  free: number | null;
}

export interface Sample {
  t: number;
  slots: z.infer<typeof slotSamplesSchema>;
}

/** Passages that an agent received at one time. `blob`: their texts as a JSON array. */
export interface UsedPassages {
  t: number;
  seq: number;
  agent: string;
  by: 'prompt' | 'tool' | 'memory';
  passages: readonly Passage[];
  blob: string;
}

/** The files of the crew's knowledge as they were last read. */
export interface KnowledgeState {
  files: readonly { file: string; sha256: string; pieces: number }[];
  leftOut: readonly { file: string; why: string }[];
  pieces: number;
  /** The embedding model; null without one. */
  embeddings: string | null;
  /** Why there are no embeddings, although the crew names a model for them; null otherwise. */
  failure: string | null;
}

/** A server of the crew. */
export interface ServerState {
  name: string;
  status: 'running' | 'exited';
  /** `ms`: how long the start took. `tools`: the number of tools that the server listed. */
  starts: { t: number; ms: number; tools: number }[];
  /** Ends during the run, and starts that failed. `stderr` is the end of its standard error. */
  exits: { t: number; detail: string; stderr: string }[];
}

/**
 * A run: the fold of its events over its crew. `applyEvent` changes the state in place, so that an event costs the same
 * in a run of ten tasks and of ten thousand. To detect changes, compare `seq`.
 */
export interface RunState {
  /** The crew, with the tasks that its tasks expanded to. It is replaced, never changed. */
  crew: Crew;
  /** Sequence number and time of the last event applied; 0 before the first. */
  seq: number;
  t: number;
  started: z.infer<typeof runStartedSchema> | null;
  outcome: z.infer<typeof runOutcomeSchema> | null;
  finishedAt: number | null;
  interrupted: z.infer<typeof interruptReasonSchema> | null;
  /** `batchMs`: the time of the batch, if the run continued as a row of its batch. */
  resumptions: { t: number; wallMs: number; batchMs: number | null }[];
  paused: OpenInterval[];
  /** The budget in US dollars; null without a budget. */
  budgetUsd: number | null;
  /** The budget in tokens; null without one. */
  budgetTokens: number | null;
  /**
   * The intervals in which the budget was used up, until a new budget or the end of the run, with the amounts at their
   * start.
   */
  overBudget: (OpenInterval & {
    spentUsd: number;
    /** Null if the budget in tokens was used up. */
    budgetUsd: number | null;
    tokens: { budget: number; spent: number } | null;
  })[];
  /** The number of slots from each time on. */
  slotCounts: { t: number; slots: number }[];
  slots: Map<number, SlotState>;
  /** The servers of the crew that were started, by name. */
  servers: Map<string, ServerState>;
  /** The files of the crew's knowledge; null before they are used. */
  knowledge: KnowledgeState | null;
  /** In the order of `crew`; the manager's assignment, if it exists, is last. */
  tasks: Map<string, TaskState>;
  /** All turns in the order in which they started. */
  turns: TurnState[];
  running: Set<TurnState>;
  resources: Map<string, ResourceState>;
  /** In a batch: the free units over all rows, as reported to this row, by pool or limited agent. */
  rooms: Map<string, RoomStep[]>;
  limits: z.infer<typeof limiterSchema>[];
  /** The intervals in which an agent was throttled. */
  held: (OpenInterval & { agent: string; by: z.infer<typeof heldBySchema> })[];
  samples: Sample[];
}
