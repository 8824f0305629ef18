import type { z } from 'zod';
import type { ErrorKind } from './error-kind.ts';
import type {
  attemptResultSchema,
  checkedSchema,
  exitReasonSchema,
  FileContent,
  heldBySchema,
  interruptReasonSchema,
  limiterSchema,
  Measured,
  ResultCost,
  runOutcomeSchema,
  runStartedSchema,
  slotSamplesSchema,
} from './events/shapes.ts';

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
  costUsd: number | null;
  /** The cost is less: cached tokens are contained at the full price. */
  costAtMost: boolean;
  blob: string | null;
  promptBlob: string | null;
  delegation: string | null;
  /** Before `start`, for a permit of the limiter. */
  waitedMs: number;
  error: { kind: ErrorKind; message: string } | null;
  /** Its answer ends where it reached the length that it may have. */
  cutAtLength: boolean;
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
  /** As what it judged the turn's answer; null where it helped with it. */
  judges: 'manager_review' | 'guardrail' | null;
  ok: boolean | null;
}

export type AttemptResult = z.infer<typeof attemptResultSchema>;

/** One turn of one attempt: what one slot does at one time, a bar in the timeline. */
export interface TurnState extends OpenInterval {
  task: string;
  attempt: number;
  /** Null where the attempt has the one turn. */
  turn: string | null;
  slot: number;
  /** The turn of another row of the batch that the slot was freed by, just before this one got it. */
  slotFrom: { row: number; task: string } | null;
  agent: string;
  /** Null while it runs. */
  result: AttemptResult | null;
  error: { kind: ErrorKind; message: string } | null;
  /** What it gave, where its task's result was not said at once. */
  output: ResultBody | null;
  /** Tasks of its context whose results were shortened, where it gave something. */
  shortened: readonly string[];
  /** When the next attempt may start. */
  retryAt: number | null;
  rateLimited: boolean;
  calls: ModelCall[];
  tools: ToolCall[];
  milestones: Milestone[];
  delegations: Delegation[];
  seq: number;
  endSeq: number | null;
}

/** Whether an answer met what it has to. */
export interface Check {
  t: number;
  attempt: number;
  turn: string | null;
  what: z.infer<typeof checkedSchema>;
  passed: boolean;
  /** What was wrong with it, where something was. */
  detail: string | null;
  seq: number;
}

/** What an agent proposed as the result of a consensual task. */
export interface Proposal {
  agent: string;
  output: ResultBody;
  /** Tasks of its context whose results were shortened for it. */
  shortened: readonly string[];
}

export type TaskStatus = 'pending' | 'completed' | 'failed' | 'skipped' | 'not_chosen' | 'cancelled';

/** What a task's result is: in the event, or in a blob of the run's folder. */
export type ResultBody = { text: string } | { blob: string };

/** A question to a person about a task, from the asking to the answer. */
export interface Review extends OpenInterval {
  when: 'before' | 'after';
  /** Null while it is open, and where the run was cut off before somebody answered. */
  answer: 'approved' | 'edited' | 'sent_back' | null;
  remark: string | null;
  by: 'person' | 'approve_all' | null;
}

export interface TaskState {
  name: string;
  /** Position in the file; -1 for the manager's assignment. */
  index: number;
  agent: string | null;
  async: boolean;
  context: readonly string[];
  status: TaskStatus;
  /** When its context had ended; null before. */
  readyAt: number | null;
  assignedAt: number | null;
  endedAt: number | null;
  turns: TurnState[];
  running: number;
  result: ResultBody | null;
  degraded: boolean;
  missing: readonly string[];
  shortened: readonly string[];
  /** The times in which a stored result was looked for. */
  lookups: OpenInterval[];
  /** No stored result was found; `changed`: a result is stored, but these files have changed since. */
  cacheMiss: { changed: readonly string[] } | null;
  /** The run whose result was taken out of the cache. */
  cachedFrom: string | null;
  /** The run whose end of this task was kept. */
  reusedFrom: string | null;
  /** Why a result that was kept does not belong to this run's crew; null where it does. */
  stale: string | null;
  /** What a cached or kept result took where it was made. */
  took: ResultCost | null;
  /** Files behind a cached or kept result. */
  files: readonly FileContent[];
  edited: boolean;
  error: { kind: ErrorKind; message: string } | null;
  skippedBecause: readonly string[];
  reviews: Review[];
  checks: Check[];
  /** Who proposes and votes in a consensual task, in declared order; nobody in any other. */
  council: readonly string[];
  /** What these proposed, in the order in which they did, and for whom each voted. */
  proposals: Proposal[];
  votes: { agent: string; choice: string }[];
  endSeq: number | null;
}

/** The start of one of a slot's processes. */
export interface SlotStart extends OpenInterval {
  /** Milliseconds from the process's spawn until it was ready; null where it never was. */
  ms: number | null;
}

/** The end of one of a slot's processes. */
export interface SlotExit {
  t: number;
  pid: number;
  reason: z.infer<typeof exitReasonSchema>;
  detail: string | null;
  /** Another process took its place. */
  replaced: boolean;
  /** Its turn was cancelled with the run: the process was ended because a person stopped the run. */
  stopped: boolean;
}

export interface SlotState {
  slot: number;
  pid: number | null;
  /** `lost`: its process ended with the process that ran the crew. */
  status: 'starting' | 'ready' | 'exited' | 'lost';
  /** The starts of its processes: each until the process was ready, had ended, or was lost with the run's process. */
  starts: SlotStart[];
  /** The times in which it could take turns. */
  ready: OpenInterval[];
  /** In a batch: which row's turn it was last granted away from; null where nobody had it just before. */
  grantedFrom: { row: number; task: string } | null;
  exits: SlotExit[];
  peakMemoryBytes: number;
}

/** One lease that a tool took, and the wait before it. */
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
  /** Stands in the file, rather than made or first used by a tool. */
  declared: boolean;
  leases: LeaseState[];
}

/** In a batch: how much of a pool was free over all rows, from a time on; null: nothing is known of the other rows. */
export interface RoomStep {
  t: number;
  free: number | null;
}

export interface Sample {
  t: number;
  slots: z.infer<typeof slotSamplesSchema>;
}

/**
 * A run: the fold of its events over the project that was run. `applyEvent` changes it in place, so that one event costs
 * the same in a run of ten tasks and of ten thousand; who renders it compares `seq`.
 */
export interface RunState {
  /** Sequence number and time of the last event applied; 0 before the first. */
  seq: number;
  t: number;
  started: z.infer<typeof runStartedSchema> | null;
  outcome: z.infer<typeof runOutcomeSchema> | null;
  finishedAt: number | null;
  interrupted: z.infer<typeof interruptReasonSchema> | null;
  /** `batchMs`: the batch's time, where it went on as a row of its batch. */
  resumptions: { t: number; wallMs: number; batchMs: number | null }[];
  paused: OpenInterval[];
  /** What it may cost, in US dollars; null: as much as it does. */
  budgetUsd: number | null;
  /** The times in which its budget was used up, up to a new one or the run's end; with the sums at their start. */
  overBudget: (OpenInterval & { spentUsd: number; budgetUsd: number })[];
  /** The number of slots from each time on. */
  slotCounts: { t: number; slots: number }[];
  slots: Map<number, SlotState>;
  /** In declared order; the manager's assignment, where there is one, last. */
  tasks: Map<string, TaskState>;
  /** All turns in the order in which they started. */
  turns: TurnState[];
  running: Set<TurnState>;
  resources: Map<string, ResourceState>;
  /** In a batch: by pool or limited agent, what the row was told of the room in it. */
  rooms: Map<string, RoomStep[]>;
  limits: z.infer<typeof limiterSchema>[];
  /** The times in which nothing of an agent could start, for what its model may be asked. */
  held: (OpenInterval & { agent: string; by: z.infer<typeof heldBySchema> })[];
  samples: Sample[];
}
